package io.beamhouse.pipelines.increment;

import io.beamhouse.core.Internal;
import io.beamhouse.core.error.GateRefusedException;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.error.StateRefusedException;
import io.beamhouse.io.core.state.StateStore;
import io.beamhouse.io.core.state.StateStores;
import io.beamhouse.pipelines.increment.StateRecords.Stored;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a job by increments: plan, capture, apply, done (the increment protocol).
 *
 * <p>One invocation first brings an interrupted run to its end, under its own plan, and then makes
 * one new run if a source has anything new. A job without incremental sources, and a backfill, make
 * one run per invocation, which is the interrupted one if there is one. It may be killed at any
 * time and started any number of times at once: what becomes visible is what one undisturbed
 * invocation would have made visible.
 *
 * <p>Errors: HeldException while another invocation is at work; StateRefusedException when the
 * state cannot be trusted with the data; what sources and sinks throw. The state stays usable after
 * each of them.
 */
@Internal
public final class IncrementRunner {
  private static final Logger LOG = LoggerFactory.getLogger(IncrementRunner.class);

  private final StateRecords records;
  private final String workRoot;
  private final PipelineLauncher launcher;
  private final CaptureFiles captureFiles;

  /**
   * @param workRoot directory for files that belong to runs but are no state; ends with a slash
   */
  IncrementRunner(
      StateStore store, String workRoot, PipelineLauncher launcher, CaptureFiles captureFiles) {
    this.records = new StateRecords(store);
    this.workRoot = workRoot;
    this.launcher = launcher;
    this.captureFiles = captureFiles;
  }

  /** A runner whose state is below {@code stateLocation}, a directory of any known scheme. */
  public static IncrementRunner at(
      String stateLocation, PipelineLauncher launcher, CaptureFiles captureFiles) {
    StateStore store = StateStores.at(stateLocation);
    String location = store.location();
    return new IncrementRunner(
        store, location.endsWith("/") ? location : location + "/", launcher, captureFiles);
  }

  /** Runs {@code job}; returns the reports of what came to its end. */
  public RunOutcome run(IncrementJob job, RunOptions options) {
    if (options.backfill().isPresent() && job.sources().isEmpty()) {
      throw new SpecException(
          "--from/--to", "a backfill needs an incremental source, and this pipeline has none");
    }
    JobState state = JobState.open(records, job.name(), options.clock());
    Optional<RunLine> own =
        options.line().map(state::backfill).or(() -> options.backfill().map(state::backfill));
    RunLine line = own.orElseGet(state::main);
    boolean oneRun = own.isPresent() || job.sources().isEmpty();
    List<RunReport> finished = new ArrayList<>();
    Optional<String> page = Optional.empty();
    while (true) {
      long run = line.lastDone() + 1;
      try (Attempt attempt = Attempt.open(records, line, run, options)) {
        if (line.done(run).isPresent()) {
          continue; // Another invocation ended it between our look and our attempt.
        }
        Optional<Stored<Plan>> interrupted = line.plan(run);
        Optional<Stored<Plan>> plan =
            interrupted.isPresent() ? interrupted : plan(job, line, run, attempt, options);
        if (plan.isEmpty()) {
          // The invocation that made the last run may have ended before it could show it.
          if (own.isEmpty() && state.putLatest()) {
            page = page(job, options);
          }
          return new RunOutcome(finished, page);
        }
        finished.add(finish(job, state, line, plan.get(), attempt, options));
        if (own.isEmpty()) {
          state.putLatest();
          page = page(job, options);
        }
        if (interrupted.isEmpty() || oneRun) {
          return new RunOutcome(finished, page);
        }
      }
    }
  }

  /** The run is done whatever becomes of its page, so nothing that goes wrong here fails it. */
  private Optional<String> page(IncrementJob job, RunOptions options) {
    try {
      return options
          .page()
          .flatMap(page -> new ReportPages(records, job).write(OptionalLong.empty(), page));
    } catch (RuntimeException e) {
      LOG.warn(
          "{}: the run is done, but its page {} could not be written: {}. `report SPEC` writes it"
              + " again.",
          job.name(),
          records.where(job.name() + "/report.html"),
          e.getMessage(),
          e);
      return Optional.empty();
    }
  }

  private Optional<Stored<Plan>> plan(
      IncrementJob job, RunLine line, long run, Attempt attempt, RunOptions options) {
    Optional<Plan> plan;
    try {
      plan = new Planner(job, line, workRoot, options).plan(run, attempt.number());
    } catch (StateRefusedException e) {
      // The tables may be ahead of what we knew because others went on while this driver slept.
      Optional<Stored<Plan>> others = line.plan(run);
      if (others.isEmpty()) {
        throw e;
      }
      return others;
    }
    if (plan.isEmpty()) {
      return Optional.empty();
    }
    attempt.begin("plan");
    return Optional.of(line.putPlan(plan.get()));
  }

  private RunReport finish(
      IncrementJob job,
      JobState state,
      RunLine line,
      Stored<Plan> plan,
      Attempt attempt,
      RunOptions options) {
    Instant started = options.clock().instant();
    long run = plan.value().run();
    RunContext context =
        new RunContext(
            job,
            plan,
            attempt,
            workRoot + line.workDirectory(run),
            launcher,
            captureFiles,
            options);
    AppliedMarks marks = new AppliedMarks(records, line, run, attempt.number());
    RunExecution execution = new RunExecution(context, marks);
    RunReport report;
    try {
      report =
          orAdopt(
              line,
              run,
              () -> {
                checkSpec(job, plan.value());
                new Targets(job, line.stateId()).checkBeforeReplay(plan.value());
                checkColumns(job, line, plan.value());
                return execution.execute();
              });
    } catch (GateRefusedException e) {
      Optional<RunReport> refused = endRefused(line, run, execution, e);
      if (options.backfill().isEmpty() && options.line().isEmpty()) {
        refused.ifPresent(ended -> showRefused(job, state, options));
      }
      throw e;
    }
    report = line.putDone(report);
    line.advance(run);
    Instant ended = options.clock().instant();
    records.put(
        line.key(run, "timings.json"),
        new RunTimings(
            StateJson.VERSION,
            attempt.number(),
            started.toString(),
            ended.toString(),
            Duration.between(started, ended).toMillis()));
    Compactions.after(job, line.stateId(), run, options.progress());
    return report;
  }

  /** The exception tells why; where to look must be said in between. */
  private void showRefused(IncrementJob job, JobState state, RunOptions options) {
    state.putLatest();
    page(job, options).ifPresent(page -> options.progress().accept(job.name() + ": see " + page));
  }

  /** Nothing of the run is visible, so the next one starts where it did, under any spec. */
  private static Optional<RunReport> endRefused(
      RunLine line, long run, RunExecution execution, GateRefusedException why) {
    Optional<RunReport> refused = execution.refused(why).map(line::putDone);
    if (refused.isPresent()) {
      line.advance(run);
    }
    return refused;
  }

  /** A driver that was believed dead and wakes late fails or finds all done; both are well. */
  private static RunReport orAdopt(RunLine line, long run, Supplier<RunReport> execution) {
    try {
      return execution.get();
    } catch (RuntimeException e) {
      Optional<RunReport> done = line.done(run);
      if (done.isEmpty()) {
        line.refuseCleaned(run, e);
        throw e;
      }
      LOG.warn("another attempt has finished run {} meanwhile, its report is ours", run, e);
      return done.get();
    }
  }

  private static void checkColumns(IncrementJob job, RunLine line, Plan plan) {
    Optional<Plan> last = line.lastPlan(plan.run() - 1);
    plan.sources()
        .forEach(
            (name, source) ->
                last.map(before -> before.sources().get(name))
                    .ifPresent(
                        before ->
                            job.checkColumns(
                                name, before.increment().schema(), source.increment().schema())));
  }

  private void checkSpec(IncrementJob job, Plan plan) {
    if (!plan.specHash().equals(job.specHash())) {
      throw new StateRefusedException(
          "run "
              + plan.run()
              + " of "
              + records.where(job.name())
              + " was interrupted under another specification (hash "
              + plan.specHash()
              + ", now "
              + job.specHash()
              + "), and its rows must not be mixed. Either run once with the specification as it"
              + " was at "
              + plan.clock()
              + " to finish that run, or run `state SPEC reset` to keep the old state aside and"
              + " load everything again.");
    }
  }
}
