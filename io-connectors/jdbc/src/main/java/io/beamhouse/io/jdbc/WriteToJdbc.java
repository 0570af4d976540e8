package io.beamhouse.io.jdbc;

import com.google.auto.service.AutoService;
import com.google.auto.value.AutoValue;
import io.beamhouse.core.Evolving;
import io.beamhouse.core.error.Problems;
import io.beamhouse.core.provider.TransformProvider;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.apache.beam.sdk.schemas.AutoValueSchema;
import org.apache.beam.sdk.schemas.annotations.DefaultSchema;
import org.apache.beam.sdk.schemas.annotations.SchemaFieldDescription;
import org.apache.beam.sdk.schemas.transforms.SchemaTransform;
import org.apache.beam.sdk.schemas.transforms.SchemaTransformProvider;
import org.apache.beam.sdk.schemas.transforms.providers.ErrorHandling;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Makes {@link SqlWrite} available to specs. */
@Evolving
@AutoService(SchemaTransformProvider.class)
public final class WriteToJdbc extends TransformProvider<WriteToJdbc.Config> {
  private static final List<String> MODES = List.of("upsert", "staged", "append");

  public WriteToJdbc() {
    super("WriteToJdbc", Config.class);
  }

  /** The keys of a spec. */
  @Evolving
  @AutoValue
  @DefaultSchema(AutoValueSchema.class)
  public abstract static class Config extends ConnectionKeys {
    @SchemaFieldDescription("table or schema.table, which must exist.")
    public abstract String getTable();

    @SchemaFieldDescription(
        "upsert: by key, may be repeated; staged: a run in one transaction; append: plain inserts.")
    public abstract String getMode();

    @Nullable
    @SchemaFieldDescription("Columns that identify a row; for upsert, and for staged upserts.")
    public abstract List<String> getKeys();

    @Nullable
    @SchemaFieldDescription("Column that says which of two rows of a key is newer.")
    public abstract String getSequenceBy();

    @Nullable
    @SchemaFieldDescription(
        "With staged and no keys: the rows that have these values, by column, are removed in the"
            + " run's transaction; all rows that come must have them. Default none.")
    public abstract Map<String, String> getReplace();

    @Nullable
    @SchemaFieldDescription("Rows in one batch and transaction; default 1000.")
    public abstract Integer getBatchSize();

    @Nullable
    @SchemaFieldDescription("at_least_once: accepts that append may write rows twice.")
    public abstract String getDelivery();

    @Nullable
    @SchemaFieldDescription("Where rows go that the table cannot hold; default they fail the run.")
    public abstract ErrorHandling getErrorHandling();

    public static Builder builder() {
      return new AutoValue_WriteToJdbc_Config.Builder();
    }

    /** Builds the config. */
    @Evolving
    @AutoValue.Builder
    public abstract static class Builder extends ConnectionBuilder<Builder> {
      public abstract Builder setTable(String table);

      public abstract Builder setMode(String mode);

      public abstract Builder setKeys(@Nullable List<String> keys);

      public abstract Builder setSequenceBy(@Nullable String column);

      public abstract Builder setReplace(@Nullable Map<String, String> values);

      public abstract Builder setBatchSize(@Nullable Integer rows);

      public abstract Builder setDelivery(@Nullable String delivery);

      public abstract Builder setErrorHandling(@Nullable ErrorHandling handling);

      public abstract Config build();
    }
  }

  @Override
  protected SchemaTransform from(Config config) {
    Problems problems = new Problems();
    SqlConnection connection = ConnectionKeys.connection(config, problems);
    SqlReadChanges.oneOf("mode", config.getMode(), MODES, problems);
    boolean append = config.getMode().equals("append");
    boolean accepted = Objects.equals(config.getDelivery(), "at_least_once");
    if (append && !accepted) {
      problems.add(
          "delivery", "append may write rows twice; accept it with delivery: at_least_once");
    } else if (!append && config.getDelivery() != null) {
      problems.add("delivery", "only for mode append");
    }
    if (append && config.getKeys() != null) {
      problems.add("keys", "mode append takes none; use upsert or staged");
    }
    SqlWrite write =
        SqlWrite.create().toBuilder()
            .setConnection(connection)
            .setTable(config.getTable())
            .setMode(
                MODES.contains(config.getMode())
                    ? SqlWrite.Mode.valueOf(config.getMode().toUpperCase(Locale.ROOT))
                    : null)
            .setKeys(ReadChangesFromJdbc.list(config.getKeys()))
            .setSequence(ReadChangesFromJdbc.text(config.getSequenceBy(), ""))
            .setReplace(config.getReplace() == null ? Map.of() : config.getReplace())
            .setBatchSize(ReadChangesFromJdbc.number(config.getBatchSize(), 1_000))
            .setQuarantine(config.getErrorHandling() != null)
            .build();
    Problems settings = new Problems();
    write.check(settings);
    settings.asList().stream()
        // Explained above already.
        .filter(p -> connection != null || !p.where().equals("url"))
        .filter(p -> MODES.contains(config.getMode()) || !p.where().equals("mode"))
        .forEach(p -> problems.add(p.where(), p.what()));
    problems.throwIfAny();
    ErrorHandling handling = config.getErrorHandling();
    return IncrementalWrite.of(write, handling == null ? "" : handling.getOutput());
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
  public String description() {
    return "Writes rows to a database table, so that writing them again changes nothing.\n\nFields"
        + " are matched with columns by name. `upsert` inserts or updates by key. `staged` writes a"
        + " run in one transaction together with a row of the control table `beamhouse_runs`."
        + " `append` inserts plainly and may write rows twice.";
  }

  @Override
  public String example() {
    return """
        type: WriteToJdbc
        config:
          url: jdbc:postgresql://db.example.com/mart
          username: etl
          password: ${env:MART_PASSWORD}
          table: daily_sales
          mode: upsert
          keys: [day, shop]
        """;
  }
}
