package io.beamhouse.io.http;

import java.net.URI;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Spreads requests to a host evenly over time; everybody in this process shares the one of a host.
 *
 * <p>Requests take turns: each reserves the moment after the one before, so that no burst comes
 * after a pause.
 */
final class RequestPace {
  private static final Map<String, RequestPace> HOSTS = new ConcurrentHashMap<>();

  private long next = System.nanoTime();

  private RequestPace() {}

  static RequestPace of(URI address) {
    return HOSTS.computeIfAbsent(Addresses.origin(address), host -> new RequestPace());
  }

  /** Waits for the next turn. */
  void await(double requestsPerSecond) throws InterruptedException {
    if (requestsPerSecond > 0) {
      TimeUnit.NANOSECONDS.sleep(reserve(System.nanoTime(), requestsPerSecond));
    }
  }

  /** Nanoseconds from {@code now} to the turn. */
  synchronized long reserve(long now, double requestsPerSecond) {
    long turn = next - now > 0 ? next : now;
    next = turn + Math.round(1e9 / requestsPerSecond);
    return turn - now;
  }
}
