package io.beamhouse.quality;

import io.beamhouse.core.Evolving;
import java.util.Locale;

/** What becomes of a row that breaks a rule; of several rules the last of these wins. */
@Evolving
public enum Action {
  /** The row goes on, and the failure is counted and, if asked for, noted in the row. */
  WARN,

  /** The row goes nowhere. */
  DROP,

  /** The row goes to the error output with every rule that it broke. */
  QUARANTINE,

  /** The pipeline fails. */
  FAIL;

  /** The name in specs. */
  String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
