package io.beamhouse.transforms;

import com.google.auto.service.AutoService;
import com.google.auto.value.AutoValue;
import io.beamhouse.core.Internal;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.provider.TransformProvider;
import java.util.List;
import javax.annotation.Nullable;
import org.apache.beam.sdk.schemas.AutoValueSchema;
import org.apache.beam.sdk.schemas.annotations.DefaultSchema;
import org.apache.beam.sdk.schemas.annotations.SchemaFieldDescription;
import org.apache.beam.sdk.schemas.transforms.SchemaTransform;
import org.apache.beam.sdk.schemas.transforms.SchemaTransformProvider;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionRowTuple;
import org.apache.beam.sdk.values.Row;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/** Offers a step that logs every row, as Beam YAML's LogForTesting. */
@Internal
@AutoService(SchemaTransformProvider.class)
public final class LogForTestingProvider extends TransformProvider<LogForTestingProvider.Config> {
  private static final List<String> LEVELS = List.of("ERROR", "INFO", "DEBUG");

  public LogForTestingProvider() {
    super("LogForTesting", Config.class);
  }

  /** What a spec says. */
  @DefaultSchema(AutoValueSchema.class)
  @AutoValue
  public abstract static class Config {
    @SchemaFieldDescription("ERROR, INFO or DEBUG; default INFO.")
    @Nullable
    public abstract String getLevel();

    @SchemaFieldDescription("Stands before each row; default nothing.")
    @Nullable
    public abstract String getPrefix();

    static Builder builder() {
      return new AutoValue_LogForTestingProvider_Config.Builder();
    }

    @AutoValue.Builder
    abstract static class Builder {
      abstract Builder setLevel(String level);

      abstract Builder setPrefix(String prefix);

      abstract Config build();
    }
  }

  @Override
  public String description() {
    return """
        Logs every row and passes it on; for trying things out.

        Rows are logged with all their values: keep it out of pipelines with personal data.""";
  }

  @Override
  public String example() {
    return """
        type: LogForTesting
        config:
          prefix: "kept: "
        """;
  }

  @Override
  public List<String> inputCollectionNames() {
    return List.of("input");
  }

  @Override
  public List<String> outputCollectionNames() {
    return List.of("output");
  }

  @Override
  protected SchemaTransform from(Config config) {
    String level = config.getLevel() == null ? "INFO" : config.getLevel();
    if (!LEVELS.contains(level)) {
      throw new SpecException(
          "level", "'" + level + "' is not allowed; allowed: " + String.join(", ", LEVELS));
    }
    return new LogStep(level, config.getPrefix() == null ? "" : config.getPrefix());
  }

  private static final class LogStep extends SchemaTransform {
    private final String level;
    private final String prefix;

    LogStep(String level, String prefix) {
      this.level = level;
      this.prefix = prefix;
    }

    @Override
    public PCollectionRowTuple expand(PCollectionRowTuple input) {
      PCollection<Row> rows = input.getSinglePCollection();
      return PCollectionRowTuple.of(
          "output",
          rows.apply("Log", ParDo.of(new LogFn(level, prefix))).setRowSchema(rows.getSchema()));
    }
  }

  private static final class LogFn extends DoFn<Row, Row> {
    private static final Logger LOG = LoggerFactory.getLogger("io.beamhouse.LogForTesting");

    private final String level;
    private final String prefix;

    LogFn(String level, String prefix) {
      this.level = level;
      this.prefix = prefix;
    }

    @ProcessElement
    public void process(@Element Row row, OutputReceiver<Row> out) {
      LOG.atLevel(Level.valueOf(level)).log("{}{}", prefix, RowJson.of(row));
      out.output(row);
    }
  }
}
