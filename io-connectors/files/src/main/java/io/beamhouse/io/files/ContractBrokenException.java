package io.beamhouse.io.files;

/** A record, or a whole file, is not what the schema contract allows; the message has no values. */
final class ContractBrokenException extends RuntimeException {
  static final String NEW_COLUMN = "schema.new_column";
  static final String MISSING_COLUMN = "schema.missing_column";
  static final String TYPE_CHANGE = "schema.type_change";

  private final String rule;
  private final boolean refused;

  /**
   * @param refused whether nothing may be read on; otherwise the record is a bad one
   */
  ContractBrokenException(String rule, String message, boolean refused) {
    super(message);
    this.rule = rule;
    this.refused = refused;
  }

  String rule() {
    return rule;
  }

  boolean refused() {
    return refused;
  }
}
