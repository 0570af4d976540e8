package io.beamhouse.pipelines.notify;

/** A target did not take a notification; the message holds no secret. */
final class NotSentException extends Exception {
  NotSentException(String message) {
    super(message);
  }
}
