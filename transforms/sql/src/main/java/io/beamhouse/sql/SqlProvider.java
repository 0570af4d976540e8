package io.beamhouse.sql;

import com.google.auto.service.AutoService;
import com.google.auto.value.AutoValue;
import io.beamhouse.core.Internal;
import io.beamhouse.core.provider.TransformProvider;
import java.util.List;
import javax.annotation.Nullable;
import org.apache.beam.sdk.schemas.AutoValueSchema;
import org.apache.beam.sdk.schemas.annotations.DefaultSchema;
import org.apache.beam.sdk.schemas.annotations.SchemaFieldDescription;
import org.apache.beam.sdk.schemas.transforms.SchemaTransform;
import org.apache.beam.sdk.schemas.transforms.SchemaTransformProvider;
import org.apache.beam.sdk.schemas.transforms.providers.ErrorHandling;
import org.apache.beam.sdk.values.PCollectionRowTuple;

/** Offers {@link SqlRows}. */
@Internal
@AutoService(SchemaTransformProvider.class)
public final class SqlProvider extends TransformProvider<SqlProvider.Config> {
  public SqlProvider() {
    super("Sql", Config.class);
  }

  /** What a spec says. */
  @DefaultSchema(AutoValueSchema.class)
  @AutoValue
  public abstract static class Config {
    @SchemaFieldDescription(
        "The query, in Beam SQL. The inputs' names are its tables; a single input is PCOLLECTION.")
    public abstract String getQuery();

    @SchemaFieldDescription(
        "Sets rows aside for which an expression has no value (a division by zero, a text that is"
            + " no number), in the output that it names; only for a query that looks at one row at"
            + " a time. Without it such a row fails the run.")
    @Nullable
    public abstract ErrorHandling getErrorHandling();

    static Builder builder() {
      return new AutoValue_SqlProvider_Config.Builder();
    }

    @AutoValue.Builder
    abstract static class Builder {
      abstract Builder setQuery(String query);

      abstract Builder setErrorHandling(ErrorHandling errorHandling);

      abstract Config build();
    }
  }

  @Override
  public String description() {
    return """
        Runs one SQL query: selects, joins, groups, unites.

        Columns that the query only chooses keep their types. To SQL, timestamps, local date-times \
        and times of day are whole numbers of microseconds: compare them with \
        `MICROS('2026-01-31T10:20:30Z')`; `TO_TIMESTAMP(column)` gives SQL's TIMESTAMP of \
        milliseconds, for dates and parts. Write names that are words of SQL (`value`, `date`, …) \
        in backticks, and fields of nested rows as `PCOLLECTION.address.city`. Division of whole \
        numbers is whole, and so is `AVG` of them; sums and products of whole numbers wrap around. \
        Functions of the present time are refused, since a repeated run would differ.""";
  }

  @Override
  public String example() {
    return """
        type: Sql
        config:
          query: SELECT country, COUNT(*) AS users FROM PCOLLECTION GROUP BY country
        """;
  }

  @Override
  public List<String> inputCollectionNames() {
    return List.of("input");
  }

  /** Tables, by their names in the query. */
  @Override
  public boolean takesOtherInputs() {
    return true;
  }

  @Override
  public List<String> outputCollectionNames() {
    return List.of("output");
  }

  @Override
  protected SchemaTransform from(Config config) {
    SqlRows rows = SqlRows.query(config.getQuery());
    ErrorHandling errors = config.getErrorHandling();
    return new SqlTransformStep(errors == null ? rows : rows.withQuarantine(errors.getOutput()));
  }

  private static final class SqlTransformStep extends SchemaTransform {
    private final SqlRows rows;

    SqlTransformStep(SqlRows rows) {
      this.rows = rows;
    }

    @Override
    public PCollectionRowTuple expand(PCollectionRowTuple input) {
      return input.apply("Sql", rows);
    }
  }
}
