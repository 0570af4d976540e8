package io.beamhouse.testing.events;

import io.beamhouse.core.Evolving;
import java.util.Locale;

/** What is right or wrong about an event. */
@Evolving
public enum EventKind {
  GOOD(false),
  /** Good, and sent some time after it happened. */
  LATE(false),
  /** The same event again, at once or minutes later. */
  DUPLICATE(false),
  UNKNOWN_USER(true),
  UNKNOWN_TITLE(true),
  STOP_BEFORE_START(true),
  /** Of 1970 or of next year. */
  CLOCK_OFF(true),
  /** Cut off in the middle. */
  NOT_JSON(true),
  MISSING_FIELD(true),
  WRONG_TYPE(true);

  private final boolean bad;

  EventKind(boolean bad) {
    this.bad = bad;
  }

  /** Whether it belongs into quarantine. */
  public boolean isBad() {
    return bad;
  }

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
