package io.beamhouse.quality;

import io.beamhouse.core.Evolving;
import io.beamhouse.core.row.RowTypes;
import java.io.Serializable;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;

/**
 * What became of one rule.
 *
 * @param rule its name
 * @param kind {@code row_count}, {@code null_share}, {@code unique}, {@code distinct}, {@code
 *     freshness}, {@code sum}, {@code mean}, {@code exists_in} or {@code change}
 * @param column the columns, separated by commas; null for none
 * @param metric the measure's name; of a change, that of what changes
 * @param value of the measure; null where the rows have none
 * @param threshold the bounds in words; empty for none
 * @param asOf the time of the check
 */
@Evolving
public record DatasetResult(
    String rule,
    String fingerprint,
    String kind,
    String column,
    String metric,
    Double value,
    String threshold,
    Outcome outcome,
    String message,
    Instant asOf)
    implements Serializable {
  /** The last of several is the worst. */
  @Evolving
  public enum Outcome {
    PASS,
    WARN,
    FAIL
  }

  /** The schema of {@link #toRow}. */
  public static final Schema SCHEMA =
      Schema.builder()
          .addStringField("rule")
          .addStringField("fingerprint")
          .addStringField("kind")
          .addNullableStringField("column")
          .addStringField("metric")
          .addNullableField("value", Schema.FieldType.DOUBLE)
          .addStringField("threshold")
          .addStringField("outcome")
          .addStringField("message")
          .addField("as_of", RowTypes.TIMESTAMP)
          .build();

  public Row toRow() {
    return Row.withSchema(SCHEMA)
        .addValues(
            rule,
            fingerprint,
            kind,
            column,
            metric,
            value,
            threshold,
            outcome.name().toLowerCase(Locale.ROOT),
            message,
            asOf.truncatedTo(ChronoUnit.MICROS))
        .build();
  }
}
