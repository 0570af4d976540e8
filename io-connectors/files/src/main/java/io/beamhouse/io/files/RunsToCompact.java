package io.beamhouse.io.files;

import io.beamhouse.core.row.SchemaJson;
import io.beamhouse.io.core.manifest.CompactedRuns;
import io.beamhouse.io.core.manifest.Compactions;
import io.beamhouse.io.core.manifest.Manifest;
import io.beamhouse.io.core.manifest.Manifest.PublishedFile;
import io.beamhouse.io.core.manifest.ManifestName;
import io.beamhouse.io.core.manifest.Manifests;
import io.beamhouse.io.core.manifest.RowFileFormat;
import io.beamhouse.io.core.manifest.StagedFile;
import io.beamhouse.io.parquet.ParquetWriteOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.apache.beam.sdk.io.BoundedSource.BoundedReader;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.values.Row;

/** Runs of one publisher, one after the other, whose files are put together. */
final class RunsToCompact {
  /** A file below this share of the target is small. */
  private static final int SHARE = 4;

  private final String directory;
  private final String publisher;
  private final long from;
  private final long targetBytes;
  private final List<CompactedRuns.Input> inputs = new ArrayList<>();
  private final Map<String, List<PublishedFile>> byDirectory = new LinkedHashMap<>();
  private final Map<String, List<List<PublishedFile>>> groups = new LinkedHashMap<>();
  private Manifest last;
  private String schema;
  private int files;
  private boolean closed;

  RunsToCompact(String directory, String publisher, long from, long targetBytes) {
    this.directory = directory;
    this.publisher = publisher;
    this.from = from;
    this.targetBytes = targetBytes;
  }

  static String staging(String publisher, long from) {
    return "_staging/compact-" + publisher + "-" + from;
  }

  int manifests() {
    return inputs.size();
  }

  int files() {
    return files;
  }

  /** Adds all manifests of a run; false when it is of another kind, which the next ones begin. */
  boolean add(Manifests manifests, List<ManifestName> run) throws IOException {
    List<Manifest> added = new ArrayList<>();
    for (ManifestName name : run) {
      Manifest manifest = manifests.get(name).orElseThrow();
      String its = SchemaJson.toJson(manifest.schema());
      if (last == null && added.isEmpty()) {
        schema = its;
      }
      Manifest before = added.isEmpty() ? last : added.get(0);
      if (before != null
          && !(schema.equals(its)
              && before.format().equals(manifest.format())
              && before.options().equals(manifest.options()))) {
        return false;
      }
      added.add(manifest);
    }
    for (Manifest manifest : added) {
      manifests.finish(manifest);
      inputs.add(new CompactedRuns.Input(ManifestName.of(manifest), Manifests.hash(manifest)));
      for (PublishedFile file : manifest.files()) {
        byDirectory.computeIfAbsent(parent(file.name()), any -> new ArrayList<>()).add(file);
        files++;
      }
      last = manifest;
    }
    return true;
  }

  private static String parent(String name) {
    return name.substring(0, name.lastIndexOf('/') + 1);
  }

  /** No further run fits in. */
  RunsToCompact closed() {
    closed = true;
    return this;
  }

  /** Whether enough files would be replaced; what is closed must go, or nothing ever would. */
  boolean isWorthIt(int minFiles) {
    group();
    int replaced = groups.values().stream().flatMap(List::stream).mapToInt(List::size).sum();
    return closed ? manifests() > 0 : replaced >= minFiles;
  }

  int newFiles() {
    group();
    return groups.values().stream().mapToInt(List::size).sum();
  }

  private void group() {
    groups.clear();
    byDirectory.forEach(
        (parent, all) -> {
          List<List<PublishedFile>> bins = new ArrayList<>();
          List<PublishedFile> bin = new ArrayList<>();
          long bytes = 0;
          for (PublishedFile file : all) {
            if (file.bytes() >= Math.max(1, targetBytes / SHARE)) {
              continue;
            }
            if (bytes + file.bytes() > targetBytes && !bin.isEmpty()) {
              bins.add(bin);
              bin = new ArrayList<>();
              bytes = 0;
            }
            bin.add(file);
            bytes += file.bytes();
          }
          bins.add(bin);
          groups.put(parent, bins.stream().filter(files -> files.size() > 1).toList());
        });
  }

  /** Writes the new files, which nobody knows of yet. */
  CompactedRuns write(Compactions compactions, long now) throws IOException {
    group();
    RowFileFormat format = format();
    String attempt = staging(publisher, from) + "/" + UUID.randomUUID() + "/";
    List<PublishedFile> result = new ArrayList<>();
    Set<String> replaced = new HashSet<>();
    int index = 0;
    for (Map.Entry<String, List<List<PublishedFile>>> entry : groups.entrySet()) {
      for (List<PublishedFile> group : entry.getValue()) {
        String name =
            String.format(
                "%scompact-%s-%d-%05d.%s",
                entry.getKey(), publisher, from, index, format.extension());
        String staged = attempt + entry.getKey() + index + "." + format.extension();
        index++;
        StagedFile file =
            compactions.stage(staged, format, last.schema(), sink -> forEachRow(group, sink));
        result.add(
            new PublishedFile(
                name, staged, file.rows(), file.bytes(), file.checksum(), "", Map.of()));
        group.forEach(one -> replaced.add(one.name()));
      }
    }
    List<String> gone = new ArrayList<>();
    for (List<PublishedFile> all : byDirectory.values()) {
      for (PublishedFile file : all) {
        if (replaced.contains(file.name())) {
          gone.add(file.name());
        } else {
          result.add(file);
        }
      }
    }
    return new CompactedRuns(publisher, from, last.run(), now, inputs, gone, with(result));
  }

  private Manifest with(List<PublishedFile> result) {
    return new Manifest(
        last.version(),
        last.stateId(),
        last.sink(),
        last.run(),
        0,
        1,
        "",
        last.format(),
        last.options(),
        last.schema(),
        result,
        Map.of(),
        List.of());
  }

  private void forEachRow(List<PublishedFile> group, Compactions.RowSink sink) throws IOException {
    FileSet set =
        FileSet.ofManifests(directory, List.of(with(group)), ReadFiles.MAX_PUBLISHED_RECORD_BYTES);
    ReadTask task = new ReadTask(set.layouts(), set.schema(), "", "", "compact", false, false);
    RowFilesSource source = new RowFilesSource(set.files(), task);
    try (BoundedReader<Outcome> reader = source.createReader(PipelineOptionsFactory.create())) {
      for (boolean more = reader.start(); more; more = reader.advance()) {
        Row row = reader.getCurrent().row();
        sink.write(row);
      }
    }
  }

  private RowFileFormat format() {
    return switch (last.format()) {
      case CsvFormat.NAME ->
          new CsvFormat(
              CsvOptions.fromMap(last.options()),
              Compression.of(last.options().get(Compression.KEY)));
      case JsonFormat.NAME -> new JsonFormat(Compression.of(last.options().get(Compression.KEY)));
      case ParquetFormat.NAME -> new ParquetFormat(ParquetWriteOptions.defaults());
      default -> throw new IllegalArgumentException("unknown file format " + last.format());
    };
  }
}
