package io.beamhouse.io.delta;

import com.google.auto.service.AutoService;
import com.google.auto.value.AutoValue;
import io.beamhouse.core.Internal;
import io.beamhouse.core.provider.TransformProvider;
import java.util.List;
import org.apache.beam.sdk.schemas.AutoValueSchema;
import org.apache.beam.sdk.schemas.annotations.DefaultSchema;
import org.apache.beam.sdk.schemas.annotations.SchemaFieldDescription;
import org.apache.beam.sdk.schemas.transforms.SchemaTransform;
import org.apache.beam.sdk.schemas.transforms.SchemaTransformProvider;

/** Offers {@link RunBoundQuarantine}. */
@Internal
@AutoService(SchemaTransformProvider.class)
public final class WriteToQuarantineProvider
    extends TransformProvider<WriteToQuarantineProvider.Config> {
  public WriteToQuarantineProvider() {
    super("WriteToQuarantine", Config.class);
  }

  /** What a spec says. */
  @DefaultSchema(AutoValueSchema.class)
  @AutoValue
  public abstract static class Config {
    @SchemaFieldDescription(
        "Path of the quarantine table's root directory, a Delta table; several steps and pipelines"
            + " may share it.")
    public abstract String getPath();

    static Builder builder() {
      return new AutoValue_WriteToQuarantineProvider_Config.Builder();
    }

    @AutoValue.Builder
    abstract static class Builder {
      abstract Builder setPath(String path);

      abstract Config build();
    }
  }

  @Override
  public String description() {
    return """
        Keeps rows that a step refused in a Delta table, from where they can be replayed.

        Its input is the output that a step's `error_handling` names, whatever the type of the
        record. The table has one row for each record, however often it fails: the record as JSON,
        what is wrong with it, the step, where it stood, the runs, and the replay that resolved it.
        `beamhouse quarantine SPEC` lists, shows and replays them. Under a run with state the commit
        happens once, however often the run is repeated.

        Output: one row for the commit, with the table's version and counts.""";
  }

  @Override
  public String example() {
    return """
        type: WriteToQuarantine
        config:
          path: /lake/quarantine
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
    return new RunBoundQuarantine(config.getPath(), null);
  }
}
