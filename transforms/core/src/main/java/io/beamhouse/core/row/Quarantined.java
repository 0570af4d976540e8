package io.beamhouse.core.row;

import io.beamhouse.core.Evolving;
import java.util.Arrays;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.schemas.Schema.TypeName;
import org.apache.beam.sdk.values.Row;

/**
 * The shape of bad data: the failed row as it came, then why, where and in which step.
 *
 * <p>{@code failed_row} and {@code error_message} come first, as in Beam's own error outputs, so
 * that {@code StripErrorMetadata} works on both. {@code failures} holds every rule that the row
 * broke, where a step looks for more than one; {@code rule} is the first of them.
 */
@Evolving
public final class Quarantined {
  /** One broken rule: {@code rule}, {@code fingerprint}, {@code message} and {@code column}. */
  public static final Schema FAILURE =
      Schema.builder()
          .addStringField("rule")
          .addNullableStringField("fingerprint")
          .addStringField("message")
          .addNullableStringField("column")
          .build();

  private static final String SOURCE = "_source";

  private Quarantined() {}

  /** Returns the schema of quarantined rows whose raw record has {@code raw} as its type. */
  public static Schema schema(FieldType raw) {
    return Schema.builder()
        .addNullableField("failed_row", raw)
        .addStringField("error_message")
        .addStringField("rule")
        .addStringField("step")
        .addNullableStringField("position")
        .addNullableField("failures", FieldType.array(FieldType.row(FAILURE)))
        .build();
  }

  /** The index of the column {@code _source}, where a row stood; -1 without one of texts. */
  public static int position(Schema rows) {
    return rows.hasField(SOURCE) && rows.getField(SOURCE).getType().getTypeName() == TypeName.STRING
        ? rows.indexOf(SOURCE)
        : -1;
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
    return row(schema, raw, message, rule, step, position, null);
  }

  /** As above, with every rule that the row broke: rows of {@link #FAILURE}. */
  public static Row row(
      Schema schema,
      Row raw,
      String message,
      String rule,
      String step,
      String position,
      List<Row> failures) {
    return Row.withSchema(schema)
        .attachValues(Arrays.asList(raw, message, rule, step, position, failures));
  }
}
