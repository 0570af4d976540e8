package io.beamhouse.io.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamhouse.io.core.manifest.ManifestName;
import java.util.TreeSet;

/**
 * Which manifests of one publisher were read: all of the runs before the newest, and some chunks of
 * the newest.
 *
 * <p>A publisher ends a run before it starts the next, so that a run is complete when a newer one
 * shows; only chunks of the newest may still come, in any order.
 *
 * @param last the newest manifest, by run and chunk; null before the first
 * @param hash of its content
 * @param chunks of its run that were read
 * @param olderManifests how many manifests the runs before had
 */
record Consumed(ManifestName last, String hash, TreeSet<Integer> chunks, long olderManifests) {
  static final Consumed NOTHING = new Consumed(null, "", new TreeSet<>(), 0);

  boolean has(ManifestName name) {
    if (last == null || name.run() > last.run()) {
      return false;
    }
    return name.run() < last.run() || chunks.contains(name.chunk());
  }

  /** Adds a manifest that is not older than the newest run. */
  Consumed with(ManifestName name, String itsHash) {
    if (last == null || name.run() > last.run()) {
      TreeSet<Integer> only = new TreeSet<>();
      only.add(name.chunk());
      return new Consumed(name, itsHash, only, olderManifests + chunks.size());
    }
    TreeSet<Integer> more = new TreeSet<>(chunks);
    more.add(name.chunk());
    boolean newest = name.chunk() > last.chunk();
    return new Consumed(newest ? name : last, newest ? itsHash : hash, more, olderManifests);
  }

  ObjectNode toJson() {
    return NewFilesJson.MAPPER
        .createObjectNode()
        .put("last", last.toString())
        .put("hash", hash)
        .put("chunks", ranges())
        .put("older", olderManifests);
  }

  static Consumed fromJson(JsonNode json) {
    TreeSet<Integer> chunks = new TreeSet<>();
    for (String range : json.path("chunks").textValue().split(",", -1)) {
      String[] ends = range.split("-", -1);
      int to = Integer.parseInt(ends[ends.length - 1]);
      for (int i = Integer.parseInt(ends[0]); i <= to; i++) {
        chunks.add(i);
      }
    }
    return new Consumed(
        ManifestName.parse(json.path("last").textValue()).orElseThrow(),
        json.path("hash").textValue(),
        chunks,
        json.path("older").longValue());
  }

  /** {@code 0-14,16}. */
  private String ranges() {
    StringBuilder text = new StringBuilder();
    int from = chunks.first();
    int to = from;
    for (int chunk : chunks.tailSet(from, false)) {
      if (chunk > to + 1) {
        append(text, from, to).append(',');
        from = chunk;
      }
      to = chunk;
    }
    return append(text, from, to).toString();
  }

  private static StringBuilder append(StringBuilder text, int from, int to) {
    text.append(from);
    return from == to ? text : text.append('-').append(to);
  }
}
