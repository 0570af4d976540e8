package io.beamhouse.pipelines.notify;

import io.beamhouse.core.step.DurableSteps;
import io.beamhouse.pipelines.increment.Outbox;
import io.beamhouse.pipelines.increment.Outbox.Waiting;
import io.beamhouse.pipelines.spec.Notify;
import io.beamhouse.pipelines.spec.Notify.Target;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * Empties outboxes: all targets at once, the messages of each in their order, up to the first that
 * is not taken. A target that failed is left alone for a second, then for twice as long and so on
 * up to five minutes; a new process tries at once.
 */
final class Delivery {
  /** More are not kept, nor older ones. */
  static final int MAX_WAITING = 100;

  static final Duration MAX_AGE = Duration.ofDays(7);
  private static final long LONGEST_PAUSE_SECONDS = 300;

  /** When a target may be tried again. */
  private record Pause(int failures, Instant until) {}

  private final Map<String, Target> targets = new LinkedHashMap<>();
  private final Map<String, Pause> pauses = new ConcurrentHashMap<>();
  private final Senders senders = new Senders();
  private final InstantSource clock;
  private final Consumer<String> warnings;

  Delivery(Notify spec, InstantSource clock, Consumer<String> warnings) {
    spec.targets().forEach(target -> targets.put(target.name(), target));
    this.clock = clock;
    this.warnings = warnings;
  }

  /** Tries to send what waits; what was not taken stays. */
  void empty(String job, Outbox outbox) {
    Map<String, List<Waiting>> byTarget = new LinkedHashMap<>();
    for (Waiting waiting : current(job, outbox)) {
      byTarget.computeIfAbsent(waiting.message().target(), t -> new ArrayList<>()).add(waiting);
    }
    List<Callable<Void>> tasks = new ArrayList<>();
    byTarget.forEach(
        (name, waiting) ->
            tasks.add(
                () -> {
                  sendAll(job, targets.get(name), waiting, outbox);
                  return null;
                }));
    inParallel(tasks);
  }

  /** Sends an event that no outbox keeps, once. */
  void sendNow(String job, List<Target> to, RunEvent event) {
    List<Callable<Void>> tasks = new ArrayList<>();
    for (Target target : to) {
      tasks.add(
          () -> {
            try {
              senders.send(target, event);
            } catch (NotSentException e) {
              warn(job, target.name(), e, "It is lost: without a state nothing is kept.");
            }
            return null;
          });
    }
    inParallel(tasks);
  }

  /** What waits, without what is too old, too much, or for nobody. */
  private List<Waiting> current(String job, Outbox outbox) {
    List<Waiting> all = outbox.waiting();
    Instant oldest = clock.instant().minus(MAX_AGE);
    List<Waiting> kept = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      Waiting waiting = all.get(i);
      boolean known = targets.containsKey(waiting.message().target());
      boolean young = Instant.parse(waiting.message().created()).isAfter(oldest);
      if (known && young && i >= all.size() - MAX_WAITING) {
        kept.add(waiting);
        continue;
      }
      warnings.accept(
          "warning: "
              + job
              + ": a notification for '"
              + waiting.message().target()
              + "' was given up: "
              + (!known
                  ? "the spec has no such target any more"
                  : young ? "more than " + MAX_WAITING + " wait" : "it is older than a week"));
      outbox.remove(waiting);
    }
    return kept;
  }

  private void sendAll(String job, Target target, List<Waiting> waiting, Outbox outbox)
      throws InterruptedException {
    String key = job + " " + target.name();
    Pause pause = pauses.get(key);
    if (pause != null && clock.instant().isBefore(pause.until())) {
      return;
    }
    for (Waiting one : waiting) {
      try {
        DurableSteps.before(Outbox.SENT);
        senders.send(target, RunEvent.fromJson(one.message().event()));
        outbox.remove(one);
        DurableSteps.after(Outbox.SENT);
        pauses.remove(key);
      } catch (NotSentException e) {
        int failures = pause == null ? 1 : pause.failures() + 1;
        long seconds = Math.min(LONGEST_PAUSE_SECONDS, 1L << Math.min(failures - 1, 20));
        pauses.put(key, new Pause(failures, clock.instant().plusSeconds(seconds)));
        warn(job, target.name(), e, waiting.size() + " wait, and are tried again by the next run.");
        return;
      }
    }
  }

  private void warn(String job, String target, NotSentException why, String then) {
    warnings.accept(
        "warning: "
            + job
            + ": the notification target '"
            + target
            + "' took nothing: "
            + why.getMessage()
            + ". "
            + then);
  }

  private static void inParallel(List<Callable<Void>> tasks) {
    if (tasks.isEmpty()) {
      return;
    }
    ClassLoader classes = Thread.currentThread().getContextClassLoader();
    ExecutorService threads =
        Executors.newFixedThreadPool(
            tasks.size(),
            task -> {
              Thread thread = new Thread(task, "beamhouse-notify");
              thread.setDaemon(true);
              thread.setContextClassLoader(classes);
              return thread;
            });
    try {
      for (Future<Void> sent : threads.invokeAll(tasks)) {
        sent.get();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new IllegalStateException("a notification ended without an outcome", e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }
}
