package io.beamhouse.core.step;

import io.beamhouse.core.Internal;
import java.util.List;
import java.util.ServiceLoader;

/**
 * Names the moments before and after each step that outlives a process, so that tests can fail
 * there.
 *
 * <p>Production code calls {@link #before} and {@link #after} around every durable step (a file
 * closed, a manifest put, a commit). Without a {@link Listener} on the class path a call costs one
 * list check. The names are part of the test contract; each module lists its own.
 */
@Internal
public final class DurableSteps {
  private static final List<Listener> LISTENERS =
      ServiceLoader.load(Listener.class, DurableSteps.class.getClassLoader()).stream()
          .map(ServiceLoader.Provider::get)
          .toList();

  /** Hears of every durable step; may throw, halt the process or wait. */
  @FunctionalInterface
  public interface Listener {
    /** Called in the thread that does the step. {@code moment} is "before" or "after". */
    void reached(String step, String moment);
  }

  private DurableSteps() {}

  public static void before(String step) {
    reached(step, "before");
  }

  public static void after(String step) {
    reached(step, "after");
  }

  private static void reached(String step, String moment) {
    for (Listener listener : LISTENERS) {
      listener.reached(step, moment);
    }
  }
}
