package io.beamhouse.runners.direct;

import io.beamhouse.testing.events.EventFeed;
import io.beamhouse.testing.events.EventGenerator;
import io.beamhouse.testing.events.EventLedger;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Sends events at their rate until there are enough of them, or the process is stopped. */
final class EventPump {
  private static final long NANOS_PER_MILLI = 1_000_000;
  private static final long STOP_SECONDS = 20;

  private final EventGenerator generator;
  private final EventTarget target;
  private final EventLedger ledger;
  private final PrintWriter progress;
  private volatile boolean stopped;

  EventPump(
      EventGenerator generator, EventTarget target, EventLedger ledger, PrintWriter progress) {
    this.generator = generator;
    this.target = target;
    this.ledger = ledger;
    this.progress = progress;
  }

  /** What is late by then is sent at the end. */
  void run(Instant start, long count, Duration most, boolean paced) throws IOException {
    CountDownLatch ended = new CountDownLatch(1);
    Thread hook = new Thread(() -> stop(ended), "stop generating");
    Runtime.getRuntime().addShutdownHook(hook);
    try {
      pump(generator.feed(start), count, most, paced);
      target.flush();
    } finally {
      ended.countDown();
      try {
        Runtime.getRuntime().removeShutdownHook(hook);
      } catch (IllegalStateException e) {
        stopped = true; // the JVM is on its way down, as we were told
      }
    }
  }

  private void pump(EventFeed feed, long count, Duration most, boolean paced) throws IOException {
    long began = System.nanoTime();
    long told = began;
    long left = count;
    while (left > 0 && !stopped) {
      double millis = feed.nextMillis();
      if (millis >= most.toMillis()) {
        left = Math.min(left, feed.delayed());
        if (left == 0) {
          return;
        }
      } else if (paced) {
        await(began + (long) (millis * NANOS_PER_MILLI));
      }
      target.send(feed.next(left));
      left--;
      if (System.nanoTime() - told > TimeUnit.SECONDS.toNanos(1)) {
        told = System.nanoTime();
        ledger.flush();
        progress.println(ledger.summary().sent() + " events acknowledged");
      }
    }
  }

  private void await(long nanoTime) {
    long wait;
    while (!stopped && (wait = nanoTime - System.nanoTime()) > 0) {
      LockSupport.parkNanos(Math.min(wait, 100 * NANOS_PER_MILLI));
    }
  }

  private void stop(CountDownLatch ended) {
    stopped = true;
    try {
      ended.await(STOP_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
