package io.beamhouse.pipelines.continuous;

import io.beamhouse.core.error.HeldException;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.error.StateRefusedException;
import io.beamhouse.pipelines.increment.RunReport;
import io.beamhouse.pipelines.run.SpecJob;
import io.beamhouse.pipelines.run.SpecRun;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** How one pipeline of a continuous run fares: when it is due again, and whether it is over. */
final class Track {
  private final SpecJob job;
  private final Pace pace;
  private Instant due = Instant.MIN;
  private long runs;
  private long uncleaned;
  private int failures;
  private Instant failingSince;
  private RuntimeException failure;
  private boolean idle;
  private boolean over;
  private Instant lastDone;

  Track(SpecJob job, Pace pace) {
    this.job = job;
    this.pace = pace;
  }

  SpecJob job() {
    return job;
  }

  boolean over() {
    return over;
  }

  boolean idle() {
    return idle;
  }

  Instant due() {
    return due;
  }

  int failures() {
    return failures;
  }

  long runs() {
    return runs;
  }

  Optional<Instant> lastDone() {
    return Optional.ofNullable(lastDone);
  }

  /** Why it fails now. */
  Optional<RuntimeException> failure() {
    return Optional.ofNullable(failure);
  }

  /** Whether as many runs are done since the last clean-up as the state is to keep. */
  boolean wantsCleaning() {
    return uncleaned >= pace.keepRuns();
  }

  void cleaned() {
    uncleaned = 0;
  }

  /** Takes note of what became of an increment. */
  void take(SpecRun.Result result, Instant started, Instant now) {
    if (result.failure().isPresent()) {
      failed(result.failure().get(), now);
      return;
    }
    failures = 0;
    failingSince = null;
    failure = null;
    idle = result.nothingNew();
    runs += result.finished().size();
    uncleaned += result.finished().size();
    if (!result.finished().isEmpty()) {
      lastDone = now;
    }
    boolean enough = pace.maxRuns().isPresent() && runs >= pace.maxRuns().getAsLong();
    over = enough || (pace.untilIdle() && idle);
    boolean behind = result.finished().stream().anyMatch(report -> Lag.of(report).behind());
    Instant next = started.plus(pace.trigger());
    Instant soonest = idle ? now.plus(Pace.LEAST_WAIT) : now;
    due = behind || next.isBefore(soonest) ? soonest : next;
  }

  private void failed(RuntimeException why, Instant now) {
    failure = why;
    idle = false;
    if (why instanceof HeldException) {
      // Whoever holds it does the work; stand by, and go on where it stops.
      over = pace.untilIdle();
      due = now.plus(Pace.FIRST_RETRY);
      return;
    }
    failures++;
    failingSince = failingSince == null ? now : failingSince;
    boolean hopeless = why instanceof SpecException || why instanceof StateRefusedException;
    boolean tooLong = Duration.between(failingSince, now).compareTo(pace.giveUpAfter()) >= 0;
    over = hopeless || tooLong;
    due = now.plus(retryAfter(failures));
  }

  /** Doubles up to a minute; spread by name, so that several pipelines do not come at once. */
  private Duration retryAfter(int failed) {
    long millis = Pace.FIRST_RETRY.toMillis() << Math.min(failed - 1, 20);
    long capped = Math.min(millis, Pace.LAST_RETRY.toMillis());
    return Duration.ofMillis(capped - Math.floorMod(job.name().hashCode(), capped / 4 + 1));
  }

  /** The report of the newest run of {@code result}, if any. */
  static Optional<RunReport> newest(SpecRun.Result result) {
    return result.finished().isEmpty()
        ? Optional.empty()
        : Optional.of(result.finished().get(result.finished().size() - 1));
  }
}
