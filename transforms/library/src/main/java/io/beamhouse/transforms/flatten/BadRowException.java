package io.beamhouse.transforms.flatten;

/** A row that cannot be flattened or put together; the message holds no value of it. */
final class BadRowException extends RuntimeException {
  private final String rule;

  BadRowException(String rule, String message) {
    super(message, null, false, false);
    this.rule = rule;
  }

  /** The setting that it breaks. */
  String rule() {
    return rule;
  }
}
