package io.beamhouse.pipelines.continuous;

import io.beamhouse.core.Internal;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/** Tells a loop to stop when the increment in hand is done. */
@Internal
public final class StopSignal implements AutoCloseable {
  private final CountDownLatch stop = new CountDownLatch(1);
  private final Map<Signal, SignalHandler> before = new HashMap<>();

  /**
   * Stops when the process is asked to end (SIGTERM, Ctrl-C); a second request ends it at once.
   *
   * <p>A shutdown hook would not do: Spark's own hook runs beside it and stops the increment in
   * hand.
   */
  public static StopSignal ofProcess() {
    StopSignal signal = new StopSignal();
    signal.on("TERM");
    signal.on("INT");
    return signal;
  }

  private void on(String name) {
    Signal signal = new Signal(name);
    before.put(
        signal,
        Signal.handle(
            signal,
            received -> {
              if (stop.getCount() == 0) {
                Runtime.getRuntime().halt(128 + received.getNumber());
              }
              stop.countDown();
            }));
  }

  /** Leaves the signals to whom they belonged. */
  @Override
  public void close() {
    before.forEach(Signal::handle);
  }

  public void request() {
    stop.countDown();
  }

  public boolean requested() {
    return stop.getCount() == 0;
  }

  /** Waits, unless it is told to stop. */
  void await(Duration most) {
    try {
      // Whether it was the signal or the time is asked again by the loop.
      boolean ignored = stop.await(most.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      request();
    }
  }
}
