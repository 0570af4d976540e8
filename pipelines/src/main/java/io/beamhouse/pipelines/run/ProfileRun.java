package io.beamhouse.pipelines.run;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamhouse.core.Internal;
import io.beamhouse.core.error.StorageFailedException;
import io.beamhouse.io.core.storage.Storage;
import io.beamhouse.io.files.FilesIO;
import io.beamhouse.io.files.ReadFiles;
import io.beamhouse.pipelines.increment.PipelineLauncher;
import io.beamhouse.quality.ProfileRows;
import java.io.IOException;
import java.io.InputStream;
import java.util.UUID;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.RowCoder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.Count;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Sample;
import org.apache.beam.sdk.transforms.View;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionView;
import org.apache.beam.sdk.values.Row;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** Profiles files on a runner and brings the proposed rules back as a published file. */
@Internal
public final class ProfileRun {
  private static final Schema PROFILE =
      Schema.builder().addStringField("rules").addInt64Field("unreadable").build();

  private final PipelineLauncher launcher;
  private final String work;

  /**
   * @param work a directory that workers and driver share; null for the JVM's temporary one
   */
  public ProfileRun(PipelineLauncher launcher, String work) {
    this.launcher = launcher;
    this.work = work == null ? System.getProperty("java.io.tmpdir") : work;
  }

  /**
   * Returns the rules as YAML.
   *
   * @param sample how many rows to look at; 0 for all
   */
  public String run(ReadFiles files, int sample) {
    Path directory = Storage.path(work + "/beamhouse-profile-" + UUID.randomUUID());
    try {
      FileSystem store = Storage.of(directory);
      try {
        launcher.run("profile", pipeline -> build(pipeline, files, sample, directory));
        return result(store, directory);
      } finally {
        store.delete(directory, true);
      }
    } catch (IOException e) {
      throw new StorageFailedException(
          "Could not exchange the profile at " + work + ": " + e.getMessage(), e);
    }
  }

  private static void build(Pipeline pipeline, ReadFiles files, int sample, Path directory) {
    ReadFiles.Result read = pipeline.apply("Read", files.withQuarantine());
    PCollection<Row> rows = read.rows();
    if (sample > 0) {
      Schema schema = rows.getSchema();
      rows = rows.apply("Sample", Sample.any(sample)).setCoder(RowCoder.of(schema));
      rows.setRowSchema(schema);
    }
    PCollectionView<Long> unreadable =
        read.quarantined()
            .apply("CountUnreadable", Count.globally())
            .apply("Unreadable", View.asSingleton());
    rows.apply("Profile", ProfileRows.create())
        .apply("Result", ParDo.of(new ResultFn(unreadable)).withSideInputs(unreadable))
        .setCoder(RowCoder.of(PROFILE))
        .setRowSchema(PROFILE)
        .apply("Write", FilesIO.writeJson(directory.toString()));
  }

  private static String result(FileSystem store, Path directory) throws IOException {
    for (FileStatus file : store.listStatus(directory)) {
      if (file.isFile() && file.getPath().getName().startsWith("part-")) {
        try (InputStream in = store.open(file.getPath())) {
          var profile = new ObjectMapper().readTree(in);
          long unreadable = profile.get("unreadable").longValue();
          return (unreadable == 0
                  ? ""
                  : "# " + unreadable + " records could not be read and are not in it.\n")
              + profile.get("rules").textValue();
        }
      }
    }
    throw new IOException("there is no result; do workers and driver share the directory?");
  }

  private static final class ResultFn extends DoFn<String, Row> {
    private final PCollectionView<Long> unreadable;

    ResultFn(PCollectionView<Long> unreadable) {
      this.unreadable = unreadable;
    }

    @ProcessElement
    public void process(ProcessContext context) {
      context.output(
          Row.withSchema(PROFILE)
              .addValues(context.element(), context.sideInput(unreadable))
              .build());
    }
  }
}
