package io.beamhouse.pipelines.testing;

import com.google.auto.value.AutoValue;
import io.beamhouse.core.error.GateRefusedException;
import io.beamhouse.core.error.StorageFailedException;
import io.beamhouse.core.provider.TransformProvider;
import io.beamhouse.io.core.increment.Committed;
import io.beamhouse.io.core.increment.Delivery;
import io.beamhouse.io.core.increment.IncrementalSink;
import io.beamhouse.io.core.increment.SinkContext;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.apache.beam.sdk.schemas.AutoValueSchema;
import org.apache.beam.sdk.schemas.annotations.DefaultSchema;
import org.apache.beam.sdk.schemas.annotations.SchemaFieldDescription;
import org.apache.beam.sdk.schemas.transforms.SchemaTransform;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollectionRowTuple;
import org.apache.beam.sdk.values.Row;

/** A file of sorted lines for each run. */
public final class FakeSinkProvider extends TransformProvider<FakeSinkProvider.Config> {
  public FakeSinkProvider() {
    super("WriteFakeLines", Config.class);
  }

  @DefaultSchema(AutoValueSchema.class)
  @AutoValue
  public abstract static class Config {
    @SchemaFieldDescription("A directory.")
    public abstract String getPath();

    static Builder builder() {
      return new AutoValue_FakeSinkProvider_Config.Builder();
    }

    @AutoValue.Builder
    abstract static class Builder {
      abstract Builder setPath(String path);

      abstract Config build();
    }
  }

  @Override
  public String description() {
    return "Writes lines.";
  }

  @Override
  public String example() {
    return "type: WriteFakeLines\nconfig: {path: a}\n";
  }

  @Override
  public List<String> inputCollectionNames() {
    return List.of("input");
  }

  @Override
  public List<String> outputCollectionNames() {
    return List.of();
  }

  @Override
  protected SchemaTransform from(Config config) {
    return new Lines(config.getPath());
  }

  private static final class Lines extends SchemaTransform implements IncrementalSink {
    private final String path;

    Lines(String path) {
      this.path = path;
    }

    @Override
    public Delivery delivery() {
      return Delivery.IDEMPOTENT;
    }

    @Override
    public String target() {
      return "fake " + path;
    }

    @Override
    public Optional<String> targetId() {
      return Optional.empty();
    }

    @Override
    public PTransform<PCollectionRowTuple, PCollectionRowTuple> bind(SinkContext context) {
      return new Bound(path, context.run());
    }

    @Override
    public Optional<Committed> committed(SinkContext context) {
      return Files.exists(Path.of(path, "" + context.run()))
          ? Optional.of(new Committed("" + context.run(), context.planHash(), Map.of()))
          : Optional.empty();
    }

    @Override
    public OptionalLong newestRun(String stateId, String sinkId) {
      return OptionalLong.empty();
    }

    @Override
    public PCollectionRowTuple expand(PCollectionRowTuple input) {
      throw new UnsupportedOperationException("is run by the protocol");
    }
  }

  private static final class Bound extends PTransform<PCollectionRowTuple, PCollectionRowTuple> {
    private final String path;
    private final long run;

    Bound(String path, long run) {
      this.path = path;
      this.run = run;
    }

    @Override
    public PCollectionRowTuple expand(PCollectionRowTuple input) {
      input
          .getSinglePCollection()
          .apply(
              WithKeys.<String, Row>of("")
                  .withKeyType(org.apache.beam.sdk.values.TypeDescriptors.strings()))
          .apply(GroupByKey.create())
          .apply(ParDo.of(new WriteFn(path, run)));
      return PCollectionRowTuple.empty(input.getPipeline());
    }
  }

  private static final class WriteFn extends DoFn<KV<String, Iterable<Row>>, Void> {
    private final String path;
    private final long run;

    WriteFn(String path, long run) {
      this.path = path;
      this.run = run;
    }

    @ProcessElement
    public void process(@Element KV<String, Iterable<Row>> rows) {
      TreeSet<String> lines = new TreeSet<>();
      rows.getValue().forEach(row -> lines.add(row.getString("line")));
      if (lines.contains("gate")) {
        throw new GateRefusedException("the gate says no");
      }
      try {
        Files.createDirectories(Path.of(path));
        Files.write(Path.of(path, "" + run), lines);
      } catch (IOException e) {
        throw new StorageFailedException("cannot write " + path, e);
      }
    }
  }
}
