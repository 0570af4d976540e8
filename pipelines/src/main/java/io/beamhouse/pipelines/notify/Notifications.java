package io.beamhouse.pipelines.notify;

import io.beamhouse.core.Internal;
import io.beamhouse.core.error.GateRefusedException;
import io.beamhouse.pipelines.increment.Outbox;
import io.beamhouse.pipelines.increment.Outbox.Last;
import io.beamhouse.pipelines.increment.Outbox.Message;
import io.beamhouse.pipelines.increment.RunReport;
import io.beamhouse.pipelines.run.SpecJob;
import io.beamhouse.pipelines.run.SpecRun;
import io.beamhouse.pipelines.spec.Notify;
import io.beamhouse.pipelines.spec.Notify.Outcome;
import io.beamhouse.pipelines.spec.Notify.Target;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a spec's targets how runs ended, after they have.
 *
 * <p>What is to be told is put into the job's {@link Outbox} before it is sent, and deleted when it
 * was taken; each invocation first sends what is left of earlier ones, and makes the messages of
 * runs that were done when their process was killed. So each target is told at least once, under
 * the same id. An end that does not change (a failure of the same kind, a refusal, nothing new) is
 * told again only after the target's {@code repeat_after}. That another process holds the pipeline
 * is not told.
 *
 * <p>Nothing that goes wrong here fails a run: it is a warning.
 */
@Internal
public final class Notifications implements SpecRun.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(Notifications.class);

  private final Notify spec;
  private final Optional<String> state;
  private final InstantSource clock;
  private final Consumer<String> warnings;
  private final Delivery delivery;
  private final Set<String> begun = ConcurrentHashMap.newKeySet();

  /**
   * @param state where the state lives; without it nothing is kept for later
   */
  public Notifications(
      Notify spec, Optional<String> state, InstantSource clock, Consumer<String> warnings) {
    this.spec = spec;
    this.state = state;
    this.clock = clock;
    this.warnings = warnings;
    this.delivery = new Delivery(spec, clock, warnings);
  }

  @Override
  public void before(SpecJob job) {
    if (!spec.targets().isEmpty() && keeps(job) && begun.add(job.name())) {
      quietly(
          job,
          () -> {
            Outbox outbox = outbox(job);
            queueDone(job, outbox);
            delivery.empty(job.name(), outbox);
          });
    }
  }

  @Override
  public void after(SpecJob job, SpecRun.Result result) {
    if (spec.targets().isEmpty() || result.held()) {
      return;
    }
    boolean kept = keeps(job) && quietly(job, () -> queueAll(job, result));
    if (!kept) {
      Outcome outcome = outcome(result);
      RunEvent event = event(job, result, outcome, null, null);
      List<Target> to = interested(outcome);
      quietly(job, () -> delivery.sendNow(job.name(), to, event));
    }
  }

  private boolean keeps(SpecJob job) {
    return state.isPresent() && !job.stateless();
  }

  private Outbox outbox(SpecJob job) {
    return Outbox.open(state.orElseThrow(), job.name(), clock);
  }

  private void queueAll(SpecJob job, SpecRun.Result result) {
    Outbox outbox = outbox(job);
    boolean refused = queueDone(job, outbox);
    for (RunReport report : result.finished()) {
      if (report.backfill() != null) {
        queue(outbox, event(job, report, outbox), "backfill-" + report.stateId());
      }
    }
    Outcome outcome = outcome(result);
    if ((outcome == Outcome.GATE && !refused)
        || outcome == Outcome.FAILURE
        || outcome == Outcome.NOTHING_NEW) {
      RunEvent event = event(job, result, outcome, outbox.stateId(), outbox.nextRun());
      queue(outbox, event, result.failure().map(FailureText::kind).orElse(""));
    }
    delivery.empty(job.name(), outbox);
  }

  /** Makes the messages of runs that are done; returns whether a gate refused one of them. */
  private boolean queueDone(SpecJob job, Outbox outbox) {
    boolean refused = false;
    for (RunReport report : outbox.unseen()) {
      queue(outbox, event(job, report, outbox), "");
      outbox.seen(report.run());
      refused |= report.refused() != null;
    }
    return refused;
  }

  private RunEvent event(SpecJob job, RunReport report, Outbox outbox) {
    return RunEvent.of(report, job.shape(), outbox.where(report), clock.instant().toString());
  }

  private RunEvent event(
      SpecJob job, SpecRun.Result result, Outcome outcome, String stateId, Long run) {
    return RunEvent.without(
        outcome,
        job.name(),
        stateId,
        outcome == Outcome.FAILURE ? run : null,
        result.failure().map(FailureText::of).orElse(null),
        clock.instant().toString());
  }

  private static Outcome outcome(SpecRun.Result result) {
    if (result.failure().isPresent()) {
      return result.failure().get() instanceof GateRefusedException
          ? Outcome.GATE
          : Outcome.FAILURE;
    }
    return result.nothingNew() ? Outcome.NOTHING_NEW : Outcome.SUCCESS;
  }

  private List<Target> interested(Outcome outcome) {
    return spec.targets().stream().filter(target -> target.on().contains(outcome)).toList();
  }

  /**
   * Puts a message for each target that is to hear of it now.
   *
   * @param kind of failure
   */
  private void queue(Outbox outbox, RunEvent event, String kind) {
    Outcome outcome = Outcome.valueOf(event.outcome().toUpperCase(Locale.ROOT));
    String end = kind.isEmpty() ? event.outcome() : event.outcome() + " " + kind;
    Last last = outbox.last().filter(before -> before.end().equals(end)).orElse(null);
    Map<String, String> told = new TreeMap<>(last == null ? Map.of() : last.told());
    List<Target> now = new ArrayList<>(interested(outcome));
    if (outcome != Outcome.SUCCESS) {
      now.removeIf(target -> toldLately(target, told));
    }
    for (Target target : now) {
      outbox.add(key(event, target), new Message(target.name(), event.toJson(), event.time()));
      told.put(target.name(), event.time());
    }
    if (last == null || (outcome != Outcome.SUCCESS && !now.isEmpty())) {
      outbox.last(new Last(end, told));
    }
  }

  private boolean toldLately(Target target, Map<String, String> told) {
    String at = told.get(target.name());
    return at != null && clock.instant().isBefore(Instant.parse(at).plus(target.repeatAfter()));
  }

  /** Sorts by run; the same event for the same target has the same key. */
  private static String key(RunEvent event, Target target) {
    String what = event.id().replaceAll("[^A-Za-z0-9._-]", "_");
    return String.format(
        Locale.ROOT, "%012d-%s-%s", event.run() == null ? 0 : event.run(), what, target.name());
  }

  private boolean quietly(SpecJob job, Runnable work) {
    try {
      work.run();
      return true;
    } catch (RuntimeException e) {
      LOG.debug("{}: notifications failed", job.name(), e);
      warnings.accept("warning: " + job.name() + ": notifications failed: " + FailureText.of(e));
      return false;
    }
  }
}
