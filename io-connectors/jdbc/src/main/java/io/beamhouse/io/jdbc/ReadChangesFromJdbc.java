package io.beamhouse.io.jdbc;

import com.google.auto.service.AutoService;
import com.google.auto.value.AutoValue;
import io.beamhouse.core.Evolving;
import io.beamhouse.core.error.Problems;
import io.beamhouse.core.provider.Durations;
import io.beamhouse.core.provider.TransformProvider;
import java.util.List;
import java.util.Objects;
import org.apache.beam.sdk.schemas.AutoValueSchema;
import org.apache.beam.sdk.schemas.annotations.DefaultSchema;
import org.apache.beam.sdk.schemas.annotations.SchemaFieldDescription;
import org.apache.beam.sdk.schemas.transforms.SchemaTransform;
import org.apache.beam.sdk.schemas.transforms.SchemaTransformProvider;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Makes {@link SqlReadChanges} available to specs. */
@Evolving
@AutoService(SchemaTransformProvider.class)
public final class ReadChangesFromJdbc extends TransformProvider<ReadChangesFromJdbc.Config> {
  public ReadChangesFromJdbc() {
    super("ReadChangesFromJdbc", Config.class);
  }

  /** How deleted rows are found. */
  @Evolving
  @AutoValue
  @DefaultSchema(AutoValueSchema.class)
  public abstract static class Deletes {
    @Nullable
    @SchemaFieldDescription("Column that marks deleted rows: true, not zero, or a time.")
    public abstract String getDeleteFlag();

    @Nullable
    @SchemaFieldDescription("keys: compare all keys with the last run's; finds hard deletes.")
    public abstract String getReconcile();

    @Nullable
    @SchemaFieldDescription("Share of the keys that may vanish in one run; default 0.5.")
    public abstract Double getMaxDeleteShare();

    public static Builder builder() {
      return new AutoValue_ReadChangesFromJdbc_Deletes.Builder();
    }

    /** Builds the config. */
    @Evolving
    @AutoValue.Builder
    public abstract static class Builder {
      public abstract Builder setDeleteFlag(@Nullable String column);

      public abstract Builder setReconcile(@Nullable String what);

      public abstract Builder setMaxDeleteShare(@Nullable Double share);

      public abstract Deletes build();
    }
  }

  /** The keys of a spec. */
  @Evolving
  @AutoValue
  @DefaultSchema(AutoValueSchema.class)
  public abstract static class Config extends ConnectionKeys {
    @Nullable
    @SchemaFieldDescription("table or schema.table; this or query.")
    public abstract String getTable();

    @Nullable
    @SchemaFieldDescription("A SELECT to read from instead of a table.")
    public abstract String getQuery();

    @SchemaFieldDescription("Column that grows with every change: time, day, number, rowversion.")
    public abstract String getCursor();

    @Nullable
    @SchemaFieldDescription("Zone of a cursor without one: UTC, Europe/Berlin.")
    public abstract String getCursorZone();

    @Nullable
    @SchemaFieldDescription(
        "How far the upper bound stays behind; default 0s on PostgreSQL, else 60s (counts: 5s).")
    public abstract String getSafetyDelay();

    @Nullable
    @SchemaFieldDescription("How far each run reads again: a duration, or a number for counts.")
    public abstract String getLag();

    @Nullable
    @SchemaFieldDescription("Rows without a cursor: fail (default), include, exclude.")
    public abstract String getNullCursor();

    @Nullable
    @SchemaFieldDescription("Columns that identify a row.")
    public abstract List<String> getKeys();

    @Nullable
    @SchemaFieldDescription("Columns to read; default all. Also pins them against added columns.")
    public abstract List<String> getColumns();

    @Nullable
    @SchemaFieldDescription("A condition in the database's SQL.")
    public abstract String getWhere();

    @Nullable
    @SchemaFieldDescription("How deleted rows are found; default not at all.")
    public abstract Deletes getDeletes();

    @Nullable
    @SchemaFieldDescription("Rows in a chunk of a long range; default 500000.")
    public abstract Integer getChunkRows();

    @Nullable
    @SchemaFieldDescription("Parts of a chunk that are read at once; default 4.")
    public abstract Integer getSplits();

    @Nullable
    @SchemaFieldDescription("Rows that each part holds in memory; default 5000.")
    public abstract Integer getFetchSize();

    @Nullable
    @SchemaFieldDescription("Where the first run begins; default at the beginning.")
    public abstract String getStartFrom();

    @Nullable
    @SchemaFieldDescription("Decimals of no fixed precision as string or decimal(p,s).")
    public abstract String getNumericAs();

    @Nullable
    @SchemaFieldDescription(
        "settled (default): below what open transactions may still write; newest: all there is.")
    public abstract String getUpperBound();

    @Nullable
    @SchemaFieldDescription("fail (default), or evolve to accept added columns.")
    public abstract String getOnSchemaChange();

    public static Builder builder() {
      return new AutoValue_ReadChangesFromJdbc_Config.Builder();
    }

    /** Builds the config. */
    @Evolving
    @AutoValue.Builder
    public abstract static class Builder extends ConnectionBuilder<Builder> {
      public abstract Builder setTable(@Nullable String table);

      public abstract Builder setQuery(@Nullable String query);

      public abstract Builder setCursor(String cursor);

      public abstract Builder setCursorZone(@Nullable String zone);

      public abstract Builder setSafetyDelay(@Nullable String delay);

      public abstract Builder setLag(@Nullable String lag);

      public abstract Builder setNullCursor(@Nullable String policy);

      public abstract Builder setKeys(@Nullable List<String> keys);

      public abstract Builder setColumns(@Nullable List<String> columns);

      public abstract Builder setWhere(@Nullable String condition);

      public abstract Builder setDeletes(@Nullable Deletes deletes);

      public abstract Builder setChunkRows(@Nullable Integer rows);

      public abstract Builder setSplits(@Nullable Integer splits);

      public abstract Builder setFetchSize(@Nullable Integer rows);

      public abstract Builder setStartFrom(@Nullable String bound);

      public abstract Builder setNumericAs(@Nullable String policy);

      public abstract Builder setUpperBound(@Nullable String rule);

      public abstract Builder setOnSchemaChange(@Nullable String policy);

      public abstract Config build();
    }
  }

  @Override
  protected SchemaTransform from(Config config) {
    Problems problems = new Problems();
    SqlConnection connection = ConnectionKeys.connection(config, problems);
    SqlReadChanges.Builder builder = SqlReadChanges.create().toBuilder();
    builder
        .setConnection(connection)
        .setTable(text(config.getTable(), ""))
        .setQuery(text(config.getQuery(), ""))
        .setCursor(config.getCursor())
        .setCursorZone(text(config.getCursorZone(), ""))
        .setLag(text(config.getLag(), ""))
        .setNullCursor(text(config.getNullCursor(), "fail"))
        .setKeys(list(config.getKeys()))
        .setColumns(list(config.getColumns()))
        .setWhere(text(config.getWhere(), ""))
        .setChunkRows(number(config.getChunkRows(), 500_000))
        .setSplits(number(config.getSplits(), 4))
        .setFetchSize(number(config.getFetchSize(), 5_000))
        .setStartFrom(text(config.getStartFrom(), ""))
        .setNumericAs(config.getNumericAs())
        .setUpperBound(text(config.getUpperBound(), "settled"))
        .setOnSchemaChange(text(config.getOnSchemaChange(), "fail"));
    if (config.getSafetyDelay() != null) {
      builder.setSafetyDelay(
          Durations.read("safety_delay", config.getSafetyDelay(), "0s", problems));
    }
    deletes(config.getDeletes(), builder, problems);
    SqlReadChanges read = builder.build();
    Problems settings = new Problems();
    read.check(settings);
    settings.asList().stream()
        // A connection that could not be made has been explained.
        .filter(problem -> connection != null || !problem.where().equals("url"))
        .forEach(problem -> problems.add(problem.where(), problem.what()));
    problems.throwIfAny();
    return new IncrementalRead(read);
  }

  private static void deletes(
      @Nullable Deletes deletes, SqlReadChanges.Builder builder, Problems problems) {
    if (deletes == null) {
      return;
    }
    if (deletes.getReconcile() != null) {
      SqlReadChanges.oneOf("deletes.reconcile", deletes.getReconcile(), List.of("keys"), problems);
      builder.setReconcileKeys(true);
    }
    builder.setDeleteFlag(text(deletes.getDeleteFlag(), ""));
    if (deletes.getMaxDeleteShare() != null) {
      builder.setMaxDeleteShare(deletes.getMaxDeleteShare());
    }
  }

  static String text(@Nullable String value, String fallback) {
    return Objects.requireNonNullElse(value, fallback);
  }

  static int number(@Nullable Integer value, int fallback) {
    return Objects.requireNonNullElse(value, fallback);
  }

  static List<String> list(@Nullable List<String> value) {
    return value == null ? List.of() : List.copyOf(value);
  }

  @Override
  public List<String> outputCollectionNames() {
    return List.of("output");
  }

  @Override
  public String description() {
    return "Reads the rows of a database table that changed since the last run, by a cursor column."
        + "\n\nThe upper end of each run comes from the database, so that rows of transactions that"
        + " are still open are not jumped over; the report says which promise held. Rows have the"
        + " columns of the table, then `_deleted`, `_run` and `_source`. Deleted rows are found by"
        + " a flag column or by comparing keys. A long first load is read in chunks.";
  }

  @Override
  public String example() {
    return """
        type: ReadChangesFromJdbc
        config:
          url: jdbc:postgresql://db.example.com/shop
          username: etl
          password: ${env:SHOP_PASSWORD}
          table: users
          cursor: updated_at
          keys: [id]
          deletes: {reconcile: keys}
        """;
  }
}
