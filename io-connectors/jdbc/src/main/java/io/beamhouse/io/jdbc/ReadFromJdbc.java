package io.beamhouse.io.jdbc;

import com.google.auto.service.AutoService;
import com.google.auto.value.AutoValue;
import io.beamhouse.core.Evolving;
import io.beamhouse.core.error.Problems;
import io.beamhouse.core.provider.TransformProvider;
import java.util.List;
import org.apache.beam.sdk.schemas.AutoValueSchema;
import org.apache.beam.sdk.schemas.annotations.DefaultSchema;
import org.apache.beam.sdk.schemas.annotations.SchemaFieldDescription;
import org.apache.beam.sdk.schemas.transforms.SchemaTransform;
import org.apache.beam.sdk.schemas.transforms.SchemaTransformProvider;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Makes {@link SqlRead} available to specs. */
@Evolving
@AutoService(SchemaTransformProvider.class)
public final class ReadFromJdbc extends TransformProvider<ReadFromJdbc.Config> {
  public ReadFromJdbc() {
    super("ReadFromJdbc", Config.class);
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

    @Nullable
    @SchemaFieldDescription("Columns to read; default all.")
    public abstract List<String> getColumns();

    @Nullable
    @SchemaFieldDescription("A condition in the database's SQL.")
    public abstract String getWhere();

    @Nullable
    @SchemaFieldDescription("Column by whose values the rows are read in parts at once.")
    public abstract String getPartitionColumn();

    @Nullable
    @SchemaFieldDescription("Number of parts; default 4, needs partition_column.")
    public abstract Integer getNumPartitions();

    @Nullable
    @SchemaFieldDescription("Rows that each part holds in memory; default 5000.")
    public abstract Integer getFetchSize();

    @Nullable
    @SchemaFieldDescription("Decimals of no fixed precision as string or decimal(p,s).")
    public abstract String getNumericAs();

    public static Builder builder() {
      return new AutoValue_ReadFromJdbc_Config.Builder();
    }

    /** Builds the config. */
    @Evolving
    @AutoValue.Builder
    public abstract static class Builder extends ConnectionBuilder<Builder> {
      public abstract Builder setTable(@Nullable String table);

      public abstract Builder setQuery(@Nullable String query);

      public abstract Builder setColumns(@Nullable List<String> columns);

      public abstract Builder setWhere(@Nullable String condition);

      public abstract Builder setPartitionColumn(@Nullable String column);

      public abstract Builder setNumPartitions(@Nullable Integer count);

      public abstract Builder setFetchSize(@Nullable Integer rows);

      public abstract Builder setNumericAs(@Nullable String policy);

      public abstract Config build();
    }
  }

  @Override
  protected SchemaTransform from(Config config) {
    Problems problems = new Problems();
    SqlConnection connection = ConnectionKeys.connection(config, problems);
    SqlRead read =
        SqlRead.create().toBuilder()
            .setConnection(connection)
            .setTable(ReadChangesFromJdbc.text(config.getTable(), ""))
            .setQuery(ReadChangesFromJdbc.text(config.getQuery(), ""))
            .setColumns(ReadChangesFromJdbc.list(config.getColumns()))
            .setWhere(ReadChangesFromJdbc.text(config.getWhere(), ""))
            .setPartitionColumn(ReadChangesFromJdbc.text(config.getPartitionColumn(), ""))
            .setPartitions(ReadChangesFromJdbc.number(config.getNumPartitions(), 4))
            .setFetchSize(ReadChangesFromJdbc.number(config.getFetchSize(), 5_000))
            .setNumericAs(config.getNumericAs())
            .build();
    if (config.getNumPartitions() != null && config.getPartitionColumn() == null) {
      problems.add("num_partitions", "needs partition_column");
    }
    Problems settings = new Problems();
    read.check(settings);
    settings.asList().stream()
        .filter(problem -> connection != null || !problem.where().equals("url"))
        .forEach(problem -> problems.add(problem.where(), problem.what()));
    problems.throwIfAny();
    return new IncrementalRead(read);
  }

  @Override
  public List<String> outputCollectionNames() {
    return List.of("output");
  }

  @Override
  public String description() {
    return "Reads a whole database table, or the result of a query.\n\nTimes keep their"
        + " microseconds and decimals their digits. Large tables are read in parts at once by"
        + " `partition_column`.";
  }

  @Override
  public String example() {
    return """
        type: ReadFromJdbc
        config:
          url: jdbc:postgresql://db.example.com/shop
          username: etl
          password: ${env:SHOP_PASSWORD}
          table: countries
        """;
  }
}
