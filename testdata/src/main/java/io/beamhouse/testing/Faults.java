package io.beamhouse.testing;

import com.google.auto.service.AutoService;
import io.beamhouse.core.Evolving;
import io.beamhouse.core.step.DurableSteps;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Fails, halts or pauses a process before or after a durable step, by the step's name.
 *
 * <p>In this JVM:
 *
 * <pre>{@code
 * try (Faults.Armed fault = Faults.throwAt("files.manifest", "after")) { ... }
 * }</pre>
 *
 * <p>In a child JVM: {@code -Dbeamhouse.faults=files.manifest:after:halt}. The value is a list,
 * separated by commas, of {@code step:moment:action[:nth][@once-file]}. {@code action} is {@code
 * throw}, {@code halt} (exit status 137, no shutdown hooks) or {@code pause} (creates {@code
 * once-file} and waits until it is gone). {@code nth} counts from 1 and defaults to 1. With {@code
 * @once-file} the fault strikes at most once among all processes that name the same file. {@code *}
 * stands for any step.
 */
@Evolving
@AutoService(DurableSteps.Listener.class)
public final class Faults implements DurableSteps.Listener {
  private static final List<Fault> ARMED = new CopyOnWriteArrayList<>();
  private static final List<String> SEEN = new CopyOnWriteArrayList<>();

  static {
    String spec = System.getProperty("beamhouse.faults", "");
    for (String one : spec.isBlank() ? new String[0] : spec.split(",")) {
      ARMED.add(Fault.parse(one));
    }
  }

  /** What an armed fault throws. */
  public static final class InjectedFault extends RuntimeException {
    InjectedFault(String message) {
      super(message);
    }
  }

  /** An armed fault; closing disarms it. */
  public static final class Armed implements AutoCloseable {
    private final Fault fault;

    private Armed(Fault fault) {
      this.fault = fault;
    }

    /** Whether the fault has struck. */
    public boolean struck() {
      return fault.count.get() >= fault.nth;
    }

    @Override
    public void close() {
      ARMED.remove(fault);
    }
  }

  /** Throws {@link InjectedFault} the first time that {@code step} reaches {@code moment}. */
  public static Armed throwAt(String step, String moment) {
    return arm(new Fault(step, moment, "throw", 1, null));
  }

  /** As {@link #throwAt(String, String)}, the {@code nth} time. */
  public static Armed throwAt(String step, String moment, int nth) {
    return arm(new Fault(step, moment, "throw", nth, null));
  }

  /** Waits at the step until {@code file}, which is created there, has been deleted. */
  public static Armed pauseAt(String step, String moment, Path file) {
    return arm(new Fault(step, moment, "pause", 1, file));
  }

  /**
   * Returns {@code step:moment} of everything reached in this JVM since the last {@link #clear}.
   */
  public static List<String> seen() {
    return List.copyOf(SEEN);
  }

  /** Forgets what was {@link #seen}. */
  public static void clear() {
    SEEN.clear();
  }

  @Override
  public void reached(String step, String moment) {
    SEEN.add(step + ":" + moment);
    for (Fault fault : ARMED) {
      fault.reached(step, moment);
    }
  }

  private static Armed arm(Fault fault) {
    ARMED.add(fault);
    return new Armed(fault);
  }

  private static final class Fault {
    private final String step;
    private final String moment;
    private final String action;
    private final int nth;
    private final Path onceFile;
    private final AtomicInteger count = new AtomicInteger();

    Fault(String step, String moment, String action, int nth, Path onceFile) {
      this.step = step;
      this.moment = moment;
      this.action = action;
      this.nth = nth;
      this.onceFile = onceFile;
    }

    static Fault parse(String text) {
      String[] parts = text.split("@", 2);
      String[] words = parts[0].split(":");
      if (words.length < 3) {
        throw new IllegalArgumentException("not step:moment:action[:nth][@once-file]: " + text);
      }
      int nth = words.length > 3 ? Integer.parseInt(words[3]) : 1;
      return new Fault(
          words[0], words[1], words[2], nth, parts.length > 1 ? Path.of(parts[1]) : null);
    }

    void reached(String atStep, String atMoment) {
      boolean here = (step.equals("*") || step.equals(atStep)) && moment.equals(atMoment);
      if (!here || count.incrementAndGet() != nth || (onceFile != null && !claim())) {
        return;
      }
      switch (action) {
        case "throw" -> throw new InjectedFault("injected " + atMoment + " " + atStep);
        case "halt" -> Runtime.getRuntime().halt(137);
        case "pause" -> waitUntilGone();
        default -> throw new IllegalArgumentException("unknown action " + action);
      }
    }

    private boolean claim() {
      try {
        Files.createFile(onceFile);
        return true;
      } catch (FileAlreadyExistsException e) {
        return false;
      } catch (IOException e) {
        throw new IllegalStateException("cannot create " + onceFile, e);
      }
    }

    private void waitUntilGone() {
      while (Files.exists(onceFile)) {
        try {
          Thread.sleep(20);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw new InjectedFault("interrupted while paused");
        }
      }
    }
  }
}
