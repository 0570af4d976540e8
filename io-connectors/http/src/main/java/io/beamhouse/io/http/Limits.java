package io.beamhouse.io.http;

import io.beamhouse.core.Evolving;
import java.io.Serializable;
import java.time.Duration;
import java.util.List;

/**
 * How patient and how greedy a reader is.
 *
 * @param attempts tries of one page in all
 * @param firstWait before the second try; doubled for each further
 * @param longestWait between two tries; a server that asks for more ends the fetch
 * @param timeout for an answer and all its bytes
 * @param requestsPerSecond to one host from this process; 0 for no limit
 * @param maxResponseBytes of one answer, which is held in memory
 * @param allowedHosts that redirects and next pages may lead to, without credentials
 */
@Evolving
public record Limits(
    int attempts,
    Duration firstWait,
    Duration longestWait,
    Duration timeout,
    double requestsPerSecond,
    int maxResponseBytes,
    List<String> allowedHosts)
    implements Serializable {
  static final int DEFAULT_ATTEMPTS = 6;
  static final int DEFAULT_MAX_RESPONSE_BYTES = 10 * 1024 * 1024;

  public Limits {
    allowedHosts = List.copyOf(allowedHosts);
  }

  /** 6 attempts, 500 ms to 5 minutes apart, 60 s for an answer of 10 MiB, no rate. */
  public static Limits defaults() {
    return new Limits(
        DEFAULT_ATTEMPTS,
        Duration.ofMillis(500),
        Duration.ofMinutes(5),
        Duration.ofSeconds(60),
        0,
        DEFAULT_MAX_RESPONSE_BYTES,
        List.of());
  }

  /** Tries a page so often in all. */
  public Limits withAttempts(int count) {
    return new Limits(
        count, firstWait, longestWait, timeout, requestsPerSecond, maxResponseBytes, allowedHosts);
  }

  /** Waits between tries, from the first to the longest. */
  public Limits withWaits(Duration first, Duration longest) {
    return new Limits(
        attempts, first, longest, timeout, requestsPerSecond, maxResponseBytes, allowedHosts);
  }

  /** Gives an answer so much time to be complete. */
  public Limits withTimeout(Duration time) {
    return new Limits(
        attempts, firstWait, longestWait, time, requestsPerSecond, maxResponseBytes, allowedHosts);
  }

  /** Asks at most so often; all sources of one process that ask the same host share it. */
  public Limits withRequestsPerSecond(double rate) {
    return new Limits(
        attempts, firstWait, longestWait, timeout, rate, maxResponseBytes, allowedHosts);
  }

  /** Refuses longer answers. */
  public Limits withMaxResponseBytes(int bytes) {
    return new Limits(
        attempts, firstWait, longestWait, timeout, requestsPerSecond, bytes, allowedHosts);
  }

  /** Follows redirects and next pages to these hosts, too. */
  public Limits withAllowedHosts(List<String> hosts) {
    return new Limits(
        attempts, firstWait, longestWait, timeout, requestsPerSecond, maxResponseBytes, hosts);
  }
}
