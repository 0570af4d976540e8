package io.beamhouse.io.http;

import io.beamhouse.io.core.web.RetrySchedule;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.time.Instant;
import java.util.OptionalLong;

/** An answer that another try may change. */
final class PassingAnswerException extends IOException {
  private static final long serialVersionUID = 1;

  private final transient OptionalLong askedMillis;

  PassingAnswerException(int status, HttpHeaders headers) {
    super("the server answered " + status);
    askedMillis = RetrySchedule.retryAfterMillis(headers, Instant.now());
  }

  /** An answer that is none. */
  PassingAnswerException(String what) {
    super(what);
    askedMillis = OptionalLong.empty();
  }

  OptionalLong askedMillis() {
    return askedMillis;
  }
}
