package io.beamhouse.pipelines.testing;

import com.google.auto.value.AutoValue;
import io.beamhouse.core.error.SourceFailedException;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.provider.TransformProvider;
import io.beamhouse.io.core.increment.Increment;
import io.beamhouse.io.core.increment.IncrementalSource;
import io.beamhouse.io.core.increment.PlanRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.annotation.Nullable;
import org.apache.beam.sdk.schemas.AutoValueSchema;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.annotations.DefaultSchema;
import org.apache.beam.sdk.schemas.annotations.SchemaFieldDescription;
import org.apache.beam.sdk.schemas.transforms.SchemaTransform;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionRowTuple;
import org.apache.beam.sdk.values.Row;

/** New lines of a text file. */
public final class FakeSourceProvider extends TransformProvider<FakeSourceProvider.Config> {
  static final Schema SCHEMA = Schema.builder().addStringField("line").build();

  public FakeSourceProvider() {
    super("ReadFakeLines", Config.class);
  }

  @DefaultSchema(AutoValueSchema.class)
  @AutoValue
  public abstract static class Config {
    @SchemaFieldDescription("A file.")
    public abstract String getPath();

    @SchemaFieldDescription("Whether the lines can be read again; default yes.")
    @Nullable
    public abstract Boolean getReplayable();

    @SchemaFieldDescription("A secret reference.")
    @Nullable
    public abstract String getPassword();

    static Builder builder() {
      return new AutoValue_FakeSourceProvider_Config.Builder();
    }

    @AutoValue.Builder
    abstract static class Builder {
      abstract Builder setPath(String path);

      abstract Builder setReplayable(Boolean replayable);

      abstract Builder setPassword(String password);

      abstract Config build();
    }
  }

  @Override
  public String description() {
    return "Reads new lines.";
  }

  @Override
  public String example() {
    return "type: ReadFakeLines\nconfig: {path: a}\n";
  }

  @Override
  public List<String> inputCollectionNames() {
    return List.of();
  }

  @Override
  public List<String> outputCollectionNames() {
    return List.of("output");
  }

  @Override
  protected SchemaTransform from(Config config) {
    if (config.getPath().startsWith("bad")) {
      throw new SpecException("path", "starts with bad");
    }
    return new Lines(config.getPath(), !Boolean.FALSE.equals(config.getReplayable()));
  }

  private static final class Lines extends SchemaTransform implements IncrementalSource {
    private final String path;
    private final boolean replayable;

    Lines(String path, boolean replayable) {
      this.path = path;
      this.replayable = replayable;
    }

    private List<String> lines() {
      try {
        return Files.readAllLines(Path.of(path));
      } catch (IOException e) {
        throw new SourceFailedException("cannot read " + path, e);
      }
    }

    @Override
    public boolean replayable() {
      return replayable;
    }

    @Override
    public Increment plan(PlanRequest request) {
      int from = request.position().map(Integer::parseInt).orElse(0);
      if (request.backfill().isPresent()) {
        from = Integer.parseInt(request.backfill().get().from());
      }
      int to = lines().size();
      List<String> chunks = from == to ? List.of() : List.of("[" + from + "," + to + "]");
      return new Increment(SCHEMA, chunks, "" + to, Map.of("lines", from + ".." + to));
    }

    @Override
    public Session open(Increment increment, int chunk, long run) {
      String[] range = increment.chunks().get(chunk).replaceAll("[\\[\\]]", "").split(",");
      List<Row> rows =
          lines().subList(Integer.parseInt(range[0]), Integer.parseInt(range[1])).stream()
              .map(line -> Row.withSchema(SCHEMA).addValue(line).build())
              .toList();
      return new Session() {
        @Override
        public PTransform<PBegin, PCollection<Row>> rows() {
          return Create.of(rows).withRowSchema(SCHEMA);
        }

        @Override
        public void close() {}
      };
    }

    @Override
    public PCollectionRowTuple expand(PCollectionRowTuple input) {
      throw new UnsupportedOperationException("is run by the protocol");
    }
  }
}
