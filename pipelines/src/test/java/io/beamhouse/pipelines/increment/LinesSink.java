package io.beamhouse.pipelines.increment;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.beamhouse.io.core.increment.Committed;
import io.beamhouse.io.core.increment.Delivery;
import io.beamhouse.io.core.increment.SinkContext;
import io.beamhouse.io.core.manifest.CaptureSink;
import io.beamhouse.io.core.manifest.Manifest;
import io.beamhouse.io.core.manifest.ManifestName;
import io.beamhouse.io.core.manifest.Manifests;
import io.beamhouse.io.core.manifest.PublishFiles;
import io.beamhouse.io.core.manifest.RowFileFormat;
import io.beamhouse.io.core.storage.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionRowTuple;
import org.apache.beam.sdk.values.Row;
import org.apache.hadoop.fs.Path;

/** Publishes rows of a {@link FakeSource} as lines, by the real manifests. */
final class LinesSink implements CaptureSink {
  private final String directory;

  LinesSink(String directory) {
    this.directory = directory;
  }

  static final CaptureFiles CAPTURE_FILES =
      new CaptureFiles() {
        @Override
        public CaptureSink sink(String directory) {
          return new LinesSink(directory);
        }

        @Override
        public PTransform<PBegin, PCollection<Row>> read(String directory, Manifest manifest) {
          return Create.of(
                  lines(directory, manifest).stream()
                      .map(text -> FakeSource.row(FakeDatabase.Line.parse(text)))
                      .toList())
              .withRowSchema(FakeSource.SCHEMA);
        }
      };

  static List<String> lines(String directory, Manifest manifest) {
    List<String> lines = new ArrayList<>();
    try {
      for (Manifest.PublishedFile file : manifest.files()) {
        Path path = Manifests.at(directory).resolve(file);
        try (InputStream in = Storage.of(path).open(path)) {
          lines.addAll(new String(in.readAllBytes(), UTF_8).lines().toList());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return lines;
  }

  @Override
  public String directory() {
    return directory;
  }

  @Override
  public Delivery delivery() {
    return Delivery.TXN;
  }

  @Override
  public String target() {
    return "lines " + directory;
  }

  @Override
  public Optional<String> targetId() {
    return Optional.empty();
  }

  @Override
  public PTransform<PCollectionRowTuple, PCollectionRowTuple> bind(SinkContext context) {
    return new Bound(directory, context);
  }

  @Override
  public Optional<Manifest> manifest(SinkContext context) {
    try {
      return Manifests.at(directory).committed(context);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public Optional<Committed> committed(SinkContext context) {
    return manifest(context)
        .map(
            found ->
                new Committed(
                    ManifestName.of(found).toString(),
                    found.planHash(),
                    Map.of("written", found.rows())));
  }

  @Override
  public OptionalLong newestRun(String stateId, String sinkId) {
    try {
      return Manifests.at(directory).newestRun(stateId, sinkId);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Bound extends PTransform<PCollectionRowTuple, PCollectionRowTuple> {
    private final String directory;
    private final SinkContext context;

    Bound(String directory, SinkContext context) {
      this.directory = directory;
      this.context = context;
    }

    @Override
    public PCollectionRowTuple expand(PCollectionRowTuple input) {
      return PCollectionRowTuple.of(
          "output",
          input
              .get("input")
              .apply(PublishFiles.to(directory, new LinesFormat()).withContext(context))
              .files());
    }
  }

  private static final class LinesFormat implements RowFileFormat {
    @Override
    public String name() {
      return "lines";
    }

    @Override
    public String extension() {
      return "txt";
    }

    @Override
    public Map<String, String> options() {
      return Map.of();
    }

    @Override
    public void check(Schema schema) {}

    @Override
    public RowFile open(OutputStream out, Schema schema) {
      return new RowFile() {
        @Override
        public void write(Row row) throws IOException {
          out.write((FakeSource.line(row).text() + "\n").getBytes(UTF_8));
        }

        @Override
        public void close() {}
      };
    }
  }
}
