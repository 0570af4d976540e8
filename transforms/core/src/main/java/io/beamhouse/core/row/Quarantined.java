package io.beamhouse.core.row;

import io.beamhouse.core.Evolving;
import java.util.Arrays;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.values.Row;

/**
 * The shape of bad data: the failed row as it came, then why, where and in which step.
 *
 * <p>{@code failed_row} and {@code error_message} come first, as in Beam's own error outputs, so
 * that {@code StripErrorMetadata} works on both.
 */
@Evolving
public final class Quarantined {
  private Quarantined() {}

  /** Returns the schema of quarantined rows whose raw record has {@code raw} as its type. */
  public static Schema schema(FieldType raw) {
    return Schema.builder()
        .addNullableField("failed_row", raw)
        .addStringField("error_message")
        .addStringField("rule")
        .addStringField("step")
        .addNullableStringField("position")
        .build();
  }

  /**
   * Returns a quarantined row of {@code schema} for one reason.
   *
   * @param schema made by {@link #schema}
   * @param raw the failed record
   * @param position where the record stood; null when that is not known
   */
  public static Row row(
      Schema schema, Row raw, String message, String rule, String step, String position) {
    return Row.withSchema(schema).attachValues(Arrays.asList(raw, message, rule, step, position));
  }
}
