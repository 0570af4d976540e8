package io.beamhouse.io.files;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamhouse.core.error.SourceChangedException;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.row.SchemaContract.Drift;
import io.beamhouse.io.core.increment.Increment;
import io.beamhouse.io.core.increment.PlanRequest;
import io.beamhouse.io.core.increment.PlanRequest.Backfill;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.hadoop.fs.FileStatus;

/**
 * Plans and reads files that have no manifest, by path, length and modification time.
 *
 * <p>What was seen is kept for ever, also of files that are gone, so that one that comes back
 * unchanged is not read twice. Modification times only order the files and date them; no file is
 * left out because of another one's time.
 */
final class NewPlainFiles {
  private final NewFiles.Settings settings;

  NewPlainFiles(NewFiles.Settings settings) {
    this.settings = settings;
  }

  Increment plan(PlanRequest request, NewFilesJson.Position position) throws IOException {
    if (settings.format() == null) {
      FileListing.matches(settings.path()); // What is not there needs no format, but its own words.
      throw new SpecException(
          "format",
          "is missing, and "
              + settings.path()
              + " has no manifests that would tell; allowed are csv, json, parquet");
    }
    Map<String, FileToRead> seen = new TreeMap<>();
    if (position.isFiles() && request.backfill().isEmpty()) {
      FileList.read(position.json().get("seen")).forEach(file -> seen.put(file.path(), file));
    }
    Map<String, Long> counts = new HashMap<>();
    List<FileToRead> chosen = chosen(request, seen, counts);
    chosen.forEach(file -> seen.put(file.path(), file));

    Schema before = known(position);
    SchemaDrift drift = chosen.isEmpty() ? null : drift(chosen, before);
    Schema schema = drift == null ? before : drift.schema();
    ObjectNode next = NewFilesJson.start(NewFilesJson.FILES);
    NewFilesJson.putSchema(next, schema);
    next.set("seen", FileList.packed(seen.values()));
    String chunk = null;
    if (!chosen.isEmpty()) {
      ObjectNode json = NewFilesJson.start(NewFilesJson.FILES);
      NewFilesJson.putSchema(json, schema);
      json.set("files", FileList.planned(chosen, request.workDirectory()));
      chunk = json.toString();
    }
    Map<String, String> facts = new TreeMap<>();
    facts.put("files", String.valueOf(chosen.size()));
    facts.put("bytes", String.valueOf(chosen.stream().mapToLong(FileToRead::bytes).sum()));
    if (drift != null && !drift.changes().isEmpty()) {
      facts.put("schema_changes", drift.changes());
    }
    counts.forEach((name, count) -> facts.put(name, count.toString()));
    return NewFiles.increment(
        settings, schema == null ? Schema.of() : schema, chunk, next.toString(), facts);
  }

  /** Returns what a chunk lists. */
  FileSet files(String chunk) throws IOException {
    NewFilesJson.Position plan = new NewFilesJson.Position(NewFilesJson.parsed(chunk));
    return FileSet.ofFiles(
        FileList.read(plan.json().get("files")), settings.format(), plan.schema());
  }

  /** The given schema, and what it grew by; else the kept one; null before the first file. */
  private Schema known(NewFilesJson.Position position) {
    Schema kept = position.schema();
    boolean grows = settings.format().rules().contract().newColumn() == Drift.EVOLVE;
    if (settings.schema() == null) {
      return kept;
    }
    if (kept == null || !grows) {
      return settings.schema();
    }
    Schema.Builder grown = Schema.builder().addFields(settings.schema().getFields());
    kept.getFields().stream()
        .filter(field -> !settings.schema().hasField(field.getName()))
        .forEach(grown::addField);
    return grown.build();
  }

  private SchemaDrift drift(List<FileToRead> chosen, Schema before) {
    ReadFormat format = settings.format();
    boolean united =
        format instanceof ParquetRead
            && settings.schema() == null
            && !format.rules().contract().exists();
    if (!united || before == null) {
      // A guess is kept, so that a file's content cannot change the type of a column.
      return SchemaDrift.of(chosen, format, before);
    }
    Schema found = SchemaDrift.of(chosen, format, null).schema();
    return SchemaDrift.of(List.of(), format, FileSet.union(before, found, chosen.get(0).path()));
  }

  private List<FileToRead> chosen(
      PlanRequest request, Map<String, FileToRead> seen, Map<String, Long> counts)
      throws IOException {
    long youngest = request.clock().minus(settings.minAge()).toEpochMilli();
    long from = instant(request.backfill().map(Backfill::from), "from", Long.MIN_VALUE);
    long to = instant(request.backfill().flatMap(Backfill::to), "to", Long.MAX_VALUE);
    List<FileToRead> candidates = new ArrayList<>();
    for (FileStatus status : FileListing.files(settings.path())) {
      FileToRead file = FileListing.toRead(status);
      FileToRead before = seen.get(file.path());
      boolean same =
          before != null && before.bytes() == file.bytes() && before.modified() == file.modified();
      if (same || file.modified() < from || file.modified() >= to) {
        continue;
      }
      if (!settings.minAge().isZero() && file.modified() > youngest) {
        counts.merge("files_too_young", 1L, Long::sum);
        continue;
      }
      if (before != null) {
        if (!settings.readChanged()) {
          throw changed(file);
        }
        counts.merge("files_changed", 1L, Long::sum);
      }
      candidates.add(file);
    }
    candidates.sort(Comparator.comparingLong(FileToRead::modified).thenComparing(FileToRead::path));
    // No later run takes what a backfill would leave.
    return request.backfill().isPresent() ? candidates : limited(candidates, counts);
  }

  private List<FileToRead> limited(List<FileToRead> candidates, Map<String, Long> counts) {
    List<FileToRead> chosen = new ArrayList<>();
    long bytes = 0;
    for (FileToRead file : candidates) {
      bytes += file.bytes();
      boolean full = chosen.size() >= settings.maxFiles() || bytes > settings.maxBytes();
      if (full && !chosen.isEmpty()) {
        break;
      }
      chosen.add(file);
    }
    if (chosen.size() < candidates.size()) {
      counts.put("files_left", (long) candidates.size() - chosen.size());
    }
    return chosen;
  }

  private SourceChangedException changed(FileToRead file) {
    return new SourceChangedException(
        file.path()
            + " was read before and has changed since. Nothing was read, since its rows may be in"
            + " the target already. Choose: put it back as it was; give new content a new name; or"
            + " set on_changed: read, when the target takes rows again (a merge by key).");
  }

  private static long instant(Optional<String> text, String key, long otherwise) {
    try {
      return text.map(t -> Instant.parse(t).toEpochMilli()).orElse(otherwise);
    } catch (DateTimeException e) {
      throw new SpecException(
          key, "is '" + text.get() + "'; files have modification times: 2026-01-31T00:00:00Z");
    }
  }
}
