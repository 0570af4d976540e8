package io.beamhouse.io.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamhouse.io.core.manifest.CompactedRuns;
import io.beamhouse.io.core.manifest.ManifestName;
import java.util.Map;
import java.util.TreeMap;
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
 * @param olderManifests how many manifests the runs before had, as far as they are looked at
 */
record Consumed(ManifestName last, String hash, TreeSet<Integer> chunks, long olderManifests) {
  private static final long LOOKED_AT = 1_000;

  static final Consumed NOTHING = new Consumed(null, "", new TreeSet<>(), 0);

  /** The newest run that was read, by publisher. */
  static Map<String, Long> runs(Map<String, Consumed> consumed) {
    Map<String, Long> runs = new TreeMap<>();
    consumed.forEach((publisher, state) -> runs.put(publisher, state.last.run()));
    return runs;
  }

  /**
   * Whether {@code name} is a run before the newest, in the same thousand: looking at all of them
   * would cost more with each run.
   */
  boolean isOlder(ManifestName name) {
    return name.run() < last.run() && name.run() / LOOKED_AT == last.run() / LOOKED_AT;
  }

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
      boolean near = last != null && last.run() / LOOKED_AT == name.run() / LOOKED_AT;
      return new Consumed(name, itsHash, only, near ? olderManifests + chunks.size() : 0);
    }
    TreeSet<Integer> more = new TreeSet<>(chunks);
    more.add(name.chunk());
    boolean newest = name.chunk() > last.chunk();
    return new Consumed(newest ? name : last, newest ? itsHash : hash, more, olderManifests);
  }

  /** Adds runs that were put together, all of which are newer than the newest run. */
  Consumed with(CompactedRuns runs) {
    Consumed all = this;
    for (CompactedRuns.Input input : runs.inputs()) {
      all = all.with(input.name(), input.hash());
    }
    return all;
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
