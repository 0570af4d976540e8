package io.beamhouse.core.row;

import io.beamhouse.core.Evolving;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;

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
}
