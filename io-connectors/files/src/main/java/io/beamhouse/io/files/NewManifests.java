package io.beamhouse.io.files;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamhouse.core.error.SourceFailedException;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.error.StateRefusedException;
import io.beamhouse.io.core.increment.Increment;
import io.beamhouse.io.core.increment.PlanRequest;
import io.beamhouse.io.core.manifest.CompactedRuns;
import io.beamhouse.io.core.manifest.Compactions;
import io.beamhouse.io.core.manifest.Manifest;
import io.beamhouse.io.core.manifest.ManifestName;
import io.beamhouse.io.core.manifest.Manifests;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.beam.sdk.schemas.Schema;

/**
 * Plans and reads by the manifests of a directory.
 *
 * <p>A chunk names manifests with their hashes: {@code {"manifests":[[name, hash], …]}}; of runs
 * that were put together, none of which was read before, what they became. Who has read some of
 * them goes on in the files that they published, as long as those are kept. The position has one
 * small {@link Consumed} for each publisher, however many runs it has published, and the schema
 * that was read until now, so that columns never go away again.
 */
final class NewManifests {
  private final NewFiles.Settings settings;
  private final Manifests manifests;
  private final Compactions compactions;

  NewManifests(NewFiles.Settings settings) {
    this.settings = settings;
    this.manifests = Manifests.at(settings.path());
    this.compactions = Compactions.at(settings.path());
  }

  /**
   * What is read together.
   *
   * @param first manifest, for the order
   * @param compacted null for a manifest by itself
   */
  private record Unit(ManifestName first, CompactedRuns compacted) {}

  /** All that is not known to be read, in order, and perhaps more. */
  private List<Unit> units(Map<String, Consumed> consumed, List<ManifestName> names)
      throws IOException {
    // Only the newest run counts then, and that is never put together with others.
    List<CompactedRuns> whole =
        settings.newestOnly() ? List.of() : compactions.after(Consumed.runs(consumed));
    List<Unit> units = new ArrayList<>();
    for (ManifestName name : names) {
      if (whole.stream().noneMatch(runs -> runs.covers(name))) {
        units.add(new Unit(name, null));
      }
    }
    whole.forEach(runs -> units.add(new Unit(runs.inputs().get(0).name(), runs)));
    units.sort(Comparator.comparing(Unit::first));
    return units;
  }

  Increment plan(PlanRequest request, NewFilesJson.Position position) throws IOException {
    if (request.backfill().isPresent()) {
      throw new SpecException(
          "backfill", "does not go with a directory of manifests; read a pattern, or reset");
    }
    Map<String, Consumed> consumed = new TreeMap<>();
    position
        .json()
        .path("publishers")
        .fields()
        .forEachRemaining(e -> consumed.put(e.getKey(), Consumed.fromJson(e.getValue())));
    List<ManifestName> names = manifests.listAfter(Consumed.runs(consumed));
    checkUnbroken(consumed, names);
    Map<String, Long> newest = new TreeMap<>();
    names.forEach(name -> newest.merge(name.publisher(), name.run(), Math::max));
    checkOnePublisher(consumed, names);

    Schema schema = position.schema();
    ArrayNode chunk = NewFilesJson.MAPPER.createArrayNode();
    long files = 0;
    long bytes = 0;
    long rows = 0;
    int left = 0;
    for (Unit unit : units(consumed, names)) {
      ManifestName name = unit.first();
      CompactedRuns compacted = unit.compacted();
      Consumed before = consumed.getOrDefault(name.publisher(), Consumed.NOTHING);
      if (before.has(name)) {
        continue;
      }
      Manifest manifest = compacted == null ? found(name) : compacted.manifest();
      if (settings.newestOnly() && name.run() < newest.get(name.publisher())) {
        consumed.put(name.publisher(), before.with(name, Manifests.hash(manifest)));
        continue;
      }
      boolean full =
          files + manifest.files().size() > settings.maxFiles()
              || bytes + manifest.bytes() > settings.maxBytes();
      if (left > 0 || (full && files > 0)) {
        left++;
        continue;
      }
      schema =
          schema == null
              ? manifest.schema()
              : FileSet.union(schema, manifest.schema(), name.toString());
      if (!manifest.files().isEmpty()) {
        chunk
            .addArray()
            .add(compacted == null ? name.toString() : Compactions.key(compacted))
            .add(compacted == null ? Manifests.hash(manifest) : Compactions.hash(compacted));
      }
      files += manifest.files().size();
      bytes += manifest.bytes();
      rows += manifest.rows();
      consumed.put(
          name.publisher(),
          compacted == null ? before.with(name, Manifests.hash(manifest)) : before.with(compacted));
    }
    if (schema != null) {
      FileSchemas.checkSame(settings.schema(), schema, settings.path());
    }
    ObjectNode next = NewFilesJson.start(NewFilesJson.MANIFESTS);
    NewFilesJson.putSchema(next, schema);
    ObjectNode publishers = next.putObject("publishers");
    consumed.forEach((publisher, state) -> publishers.set(publisher, state.toJson()));
    ObjectNode json = NewFilesJson.start(NewFilesJson.MANIFESTS);
    json.set("manifests", chunk);
    Map<String, String> facts =
        Map.of(
            "files", String.valueOf(files),
            "bytes", String.valueOf(bytes),
            "rows", String.valueOf(rows),
            "manifests", String.valueOf(chunk.size()),
            "manifests_left", String.valueOf(left));
    Schema known = schema == null ? Schema.of() : schema;
    return NewFiles.increment(
        settings, known, chunk.isEmpty() ? null : json.toString(), next.toString(), facts);
  }

  /** Which of two publishers' newest runs takes the place of the other one, nobody knows. */
  private void checkOnePublisher(Map<String, Consumed> consumed, List<ManifestName> names) {
    List<String> publishers =
        names.stream()
            .filter(name -> !consumed.getOrDefault(name.publisher(), Consumed.NOTHING).has(name))
            .map(ManifestName::publisher)
            .distinct()
            .toList();
    if (settings.newestOnly() && publishers.size() > 1) {
      throw new SourceFailedException(
          settings.path()
              + " has new files of "
              + publishers.size()
              + " states ("
              + String.join(", ", publishers)
              + "), and 'manifests: newest' cannot tell which are newer. Nothing was read. Move the"
              + " manifests of the old state away, or let each write to a directory of its own.");
    }
  }

  /** Returns what a chunk names, after comparing the hashes. */
  FileSet files(String chunk) throws IOException {
    List<Manifest> planned = new ArrayList<>();
    for (JsonNode entry : NewFilesJson.parsed(chunk).path("manifests")) {
      String key = entry.get(0).textValue();
      Optional<ManifestName> name = ManifestName.parse(key);
      CompactedRuns compacted = name.isPresent() ? null : foundCompacted(key);
      Manifest manifest = name.isPresent() ? found(name.get()) : compacted.manifest();
      String hash = name.isPresent() ? Manifests.hash(manifest) : Compactions.hash(compacted);
      if (!hash.equals(entry.get(1).textValue())) {
        throw new SourceFailedException(
            "Manifest "
                + key
                + " of "
                + settings.path()
                + " is not the one that was planned: the directory was made anew or restored."
                + " Nothing was read. Restore it as it was, or reset this state.");
      }
      planned.add(manifest);
    }
    return FileSet.ofManifests(settings.path(), planned, settings.maxRecordBytes());
  }

  private Manifest found(ManifestName name) throws IOException {
    return manifests.get(name).orElseThrow(() -> vanished(name.toString()));
  }

  private CompactedRuns foundCompacted(String key) throws IOException {
    return compactions.get(key).orElseThrow(() -> vanished(key));
  }

  private SourceFailedException vanished(String name) {
    return new SourceFailedException(
        "Manifest "
            + name
            + " of "
            + settings.path()
            + " has vanished. Restore it from a backup, or reset this state.");
  }

  private void checkUnbroken(Map<String, Consumed> consumed, List<ManifestName> names)
      throws IOException {
    for (Map.Entry<String, Consumed> entry : consumed.entrySet()) {
      Consumed state = entry.getValue();
      Manifest last = manifests.get(state.last()).orElse(null);
      boolean compacted = last == null && wasCompacted(state);
      if (!compacted && (last == null || !Manifests.hash(last).equals(state.hash()))) {
        throw new StateRefusedException(
            "Manifest "
                + state.last()
                + " of "
                + settings.path()
                + ", which was read before, is "
                + (last == null ? "gone" : "another one now")
                + ": the directory was made anew or restored. Nothing was read. Choose: restore it"
                + " as it was; or reset this state, which reads everything that is there now.");
      }
      long older =
          names.stream()
              .filter(name -> name.publisher().equals(entry.getKey()))
              .filter(state::isOlder)
              .count();
      if (older > state.olderManifests()) {
        throw new StateRefusedException(
            settings.path()
                + " has manifests of runs before "
                + state.last()
                + " that were not there when that was read. Nothing was read. Choose: move them"
                + " away; or reset this state, which reads everything that is there now.");
      }
    }
  }

  /**
   * Whether the newest run that was read is the last of runs that were put together and whose own
   * files are deleted by now. They are deleted in their order, so that while its manifest is there
   * all after it are.
   */
  private boolean wasCompacted(Consumed state) throws IOException {
    Optional<CompactedRuns> covering = compactions.covering(state.last());
    if (covering.isEmpty()) {
      return false;
    }
    List<CompactedRuns.Input> inputs = covering.get().inputs();
    if (!inputs.contains(new CompactedRuns.Input(state.last(), state.hash()))) {
      return false;
    }
    if (inputs.stream().anyMatch(input -> !state.has(input.name()))) {
      throw new StateRefusedException(
          settings.path()
              + ": this state has read runs "
              + covering.get().from()
              + " to "
              + state.last().run()
              + ", which were put together with others up to run "
              + covering.get().to()
              + ", and the files that these published were deleted since then. Nothing was read."
              + " Choose: restore them and their manifests from a backup; or reset this state, which"
              + " reads everything that is there now. Run followers more often than replaced files"
              + " are kept, or keep these longer (--keep-replaced).");
    }
    return true;
  }
}
