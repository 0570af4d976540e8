package io.beamhouse.pipelines.increment;

import io.beamhouse.core.error.StateRefusedException;
import io.beamhouse.io.core.increment.Committed;
import io.beamhouse.io.core.increment.IncrementalSink;
import io.beamhouse.io.core.increment.SinkContext;
import io.beamhouse.pipelines.increment.StateRecords.Stored;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.beam.sdk.Pipeline;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One attempt at one planned run: what its phases share. */
final class RunContext {
  private static final Logger LOG = LoggerFactory.getLogger(RunContext.class);

  private final IncrementJob job;
  private final Stored<Plan> plan;
  private final Attempt attempt;
  private final String workDirectory;
  private final PipelineLauncher launcher;
  private final CaptureFiles captureFiles;
  private final RunOptions options;
  private String phase = "";

  RunContext(
      IncrementJob job,
      Stored<Plan> plan,
      Attempt attempt,
      String workDirectory,
      PipelineLauncher launcher,
      CaptureFiles captureFiles,
      RunOptions options) {
    this.job = job;
    this.plan = plan;
    this.attempt = attempt;
    this.workDirectory = workDirectory;
    this.launcher = launcher;
    this.captureFiles = captureFiles;
    this.options = options;
  }

  IncrementJob job() {
    return job;
  }

  Plan plan() {
    return plan.value();
  }

  String planHash() {
    return plan.hash();
  }

  int attemptNumber() {
    return attempt.number();
  }

  CaptureFiles captureFiles() {
    return captureFiles;
  }

  /** For files that belong to this run but are no state. */
  String workDirectory() {
    return workDirectory;
  }

  /** Begins a phase; see {@link Attempt#begin}. */
  void begin(String newPhase) {
    attempt.begin(newPhase);
    phase = newPhase;
    String line = job.name() + ": run " + plan().run() + ": " + newPhase;
    LOG.info("{} (attempt {})", line, attempt.number());
    options.progress().accept(line);
  }

  void launch(Consumer<Pipeline> build) {
    launcher.run(job.name() + " run " + plan().run() + " " + phase, build);
  }

  SinkContext context(String sink, int chunk) {
    return new SinkContext(
        plan().stateId(),
        SafeName.of(sink),
        plan().run(),
        chunk,
        attempt.number(),
        plan.hash(),
        job.name());
  }

  /** What {@code sink} holds of this run; refused when it is of another plan. */
  Optional<Committed> committed(IncrementalSink sink, SinkContext context) {
    Optional<Committed> committed = sink.committed(context);
    if (committed.isPresent() && !committed.get().planHash().equals(plan.hash())) {
      throw new StateRefusedException(
          sink.target()
              + " holds run "
              + context.run()
              + " of state "
              + context.stateId()
              + " under another plan ("
              + committed.get().planHash()
              + ", here "
              + plan.hash()
              + "): two copies of the state were in use. Bring back the copy that wrote it, or run"
              + " `state SPEC reset` to load everything again.");
    }
    return committed;
  }
}
