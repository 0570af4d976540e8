package io.beamhouse.pipelines.notify;

import io.beamhouse.core.error.BeamhouseException;

/** Failures in one line, for others to read. */
final class FailureText {
  private static final int MAX_LENGTH = 500;

  private FailureText() {}

  /**
   * Our own messages hold no values and no secrets. Of others we only say what they are called: a
   * driver may quote a row.
   */
  static String of(Throwable failure) {
    Throwable last = failure;
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof BeamhouseException) {
        return line(at.getMessage());
      }
      last = at;
    }
    return last.getClass().getSimpleName() + " (its message is in the log)";
  }

  /** By which equal failures are known. */
  static String kind(Throwable failure) {
    for (Throwable at = failure; at != null; at = at.getCause()) {
      if (at instanceof BeamhouseException || at.getCause() == null) {
        return at.getClass().getSimpleName();
      }
    }
    return "";
  }

  static String line(String message) {
    String line = message == null ? "" : message.strip().lines().findFirst().orElse("");
    return line.length() <= MAX_LENGTH ? line : line.substring(0, MAX_LENGTH - 1) + "…";
  }
}
