package io.beamhouse.io.core.web;

import io.beamhouse.core.Internal;
import java.io.InterruptedIOException;
import java.net.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Which answers of a server may pass, and how long to wait for that.
 *
 * <p>A wait is a random time between half a bound and the bound, which doubles with each attempt;
 * where the server asks for a time by Retry-After, it is that one. Neither is longer than the
 * longest wait.
 *
 * @param attempts tries in all, from 1
 * @param firstMillis bound of the wait before the second try
 * @param longestMillis longest wait
 */
@Internal
public record RetrySchedule(int attempts, long firstMillis, long longestMillis) {
  private static final Set<Integer> MAY_PASS = Set.of(408, 425, 429, 500, 502, 503, 504);

  /** Whether another try may get another answer than this one. */
  public static boolean mayPass(int status) {
    return MAY_PASS.contains(status);
  }

  /** The milliseconds that Retry-After asks for; empty when the server does not say. */
  public static OptionalLong retryAfterMillis(HttpHeaders headers, Instant now) {
    String text = headers.firstValue("Retry-After").orElse("").trim();
    if (text.matches("\\d{1,9}")) {
      return OptionalLong.of(Long.parseLong(text) * 1000);
    }
    try {
      Instant when = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return OptionalLong.of(Math.max(0, Duration.between(now, when).toMillis()));
    } catch (DateTimeException e) {
      return OptionalLong.empty();
    }
  }

  /**
   * How long to wait after a try that failed.
   *
   * @param attempt number of that try, from 1
   * @param asked by the server
   */
  public long waitMillis(int attempt, OptionalLong asked) {
    if (asked.isPresent()) {
      return Math.min(longestMillis, asked.getAsLong());
    }
    long bound = Math.min(longestMillis, firstMillis << Math.min(attempt - 1, 16));
    return bound / 2 + ThreadLocalRandom.current().nextLong(bound / 2 + 1);
  }

  /** Waits {@link #waitMillis}. */
  public void await(int attempt, OptionalLong asked) throws InterruptedIOException {
    try {
      Thread.sleep(waitMillis(attempt, asked));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for a server");
    }
  }
}
