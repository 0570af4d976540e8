package io.beamhouse.io.files;

import io.beamhouse.io.core.increment.SinkContext;
import io.beamhouse.io.core.manifest.Manifest;
import io.beamhouse.io.core.manifest.ManifestName;
import io.beamhouse.io.core.manifest.Manifests;
import io.beamhouse.io.core.manifest.PublishFiles;
import io.beamhouse.io.core.storage.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.testing.SourceTestUtils;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.Row;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;

/** What the tests of published files share. */
final class Lake {
  static final Schema SCHEMA =
      Schema.builder().addInt64Field("id").addNullableStringField("name").build();
  static final String STATE = "0a1b2c3d-0000-4000-8000-000000000001";

  private Lake() {}

  static SinkContext context(long run, int chunk, int attempt) {
    return new SinkContext(STATE, "users", run, chunk, attempt, "plan-" + run);
  }

  static List<Row> rows(long from, long to) {
    return LongStream.range(from, to)
        .mapToObj(i -> Row.withSchema(SCHEMA).addValues(i, i % 3 == 0 ? null : "n" + i).build())
        .toList();
  }

  static void write(PublishFiles publish, List<Row> rows) {
    Pipeline pipeline = Pipeline.create();
    pipeline
        .apply(Create.of(rows).withRowSchema(rows.isEmpty() ? SCHEMA : rows.get(0).getSchema()))
        .apply(publish);
    pipeline.run().waitUntilFinish();
  }

  static void writeRun(String directory, long run, int chunk, List<Row> rows) {
    write(FilesIO.writeCsv(directory).withContext(context(run, chunk, 1)), rows);
  }

  static List<Row> byManifest(String directory) throws IOException {
    Manifests manifests = Manifests.at(directory);
    List<Manifest> all = new ArrayList<>();
    for (ManifestName name : manifests.list()) {
      all.add(manifests.get(name).orElseThrow());
    }
    return read(FileSet.ofManifests(directory, all, 1 << 20));
  }

  static List<Row> byGlob(String directory) throws IOException {
    List<FileToRead> files =
        FileListing.files(directory + "/*.csv").stream().map(FileListing::toRead).toList();
    return read(FileSet.ofFiles(files, new CsvRead(CsvOptions.DEFAULT, 1 << 20), SCHEMA));
  }

  static List<Row> read(FileSet files) throws IOException {
    return read(files, new ReadColumns("", "", "test"));
  }

  static List<Row> read(FileSet files, ReadColumns columns) throws IOException {
    return outcomes(files, columns, false).stream().map(Outcome::row).toList();
  }

  static List<Outcome> outcomes(FileSet files, ReadColumns columns, boolean quarantine)
      throws IOException {
    ReadTask task =
        new ReadTask(
            files.layouts(),
            ReadTask.withColumns(files.schema(), columns.filename(), columns.source()),
            columns.filename(),
            columns.source(),
            columns.step(),
            quarantine,
            false);
    List<Outcome> outcomes = new ArrayList<>();
    // As runners do, from the parts.
    for (RowFilesSource part :
        new RowFilesSource(files.files(), task).split(1, PipelineOptionsFactory.create())) {
      outcomes.addAll(SourceTestUtils.readFromSource(part, PipelineOptionsFactory.create()));
    }
    return outcomes;
  }

  /** Names of everything that is not a directory below {@code directory}, hidden or not. */
  static List<String> visible(String directory) throws IOException {
    List<String> names = new ArrayList<>();
    for (FileStatus status : FileListing.children(new Path(Storage.path(directory).toString()))) {
      names.add(status.getPath().getName());
    }
    return names;
  }
}
