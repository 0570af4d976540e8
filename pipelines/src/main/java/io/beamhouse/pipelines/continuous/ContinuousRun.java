package io.beamhouse.pipelines.continuous;

import io.beamhouse.core.Internal;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.pipelines.run.SpecJob;
import io.beamhouse.pipelines.run.SpecRun;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Runs the pipelines of a spec again and again, an increment each time, until it is stopped.
 *
 * <p>Each increment is what {@code run} does once, so a kill at any moment, or another process that
 * takes over, changes nothing about what becomes visible. A pipeline that fails is tried again
 * after a second, then after twice as long and so on, at most a minute; the others go on. It ends
 * with the failure when that lasts too long, or when it is one that time cannot heal: a bad spec, a
 * state that does not fit its tables. While another process holds a pipeline, this one stands by.
 *
 * <p>Memory: nothing is kept of an increment but its counts.
 */
@Internal
public final class ContinuousRun {
  private final SpecRun increments;
  private final Upkeep upkeep;
  private final Pace pace;
  private final int atOnce;
  private final StopSignal stop;
  private final InstantSource clock;
  private final List<Watcher> watchers;

  /**
   * @param atOnce how many pipelines run at the same time
   * @param watchers hear of each increment
   */
  public ContinuousRun(
      SpecRun increments,
      Upkeep upkeep,
      Pace pace,
      int atOnce,
      StopSignal stop,
      InstantSource clock,
      List<Watcher> watchers) {
    this.increments = increments;
    this.upkeep = upkeep;
    this.pace = pace;
    this.atOnce = atOnce;
    this.stop = stop;
    this.clock = clock;
    this.watchers = List.copyOf(watchers);
  }

  /** Hears what becomes of increments. */
  public interface Watcher {
    /** One increment of {@code result}'s pipeline has ended. */
    void ended(SpecRun.Result result, Status status);
  }

  /**
   * How a pipeline stands.
   *
   * @param runs that this process has finished
   * @param failures in a row
   * @param lastDone when it last finished a run; empty when this process never did
   */
  public record Status(long runs, int failures, Optional<Instant> lastDone, Instant now) {}

  /**
   * Runs until it is stopped, or as the pace says.
   *
   * @return the failures that ended it, by pipeline; none after a stop
   * @throws SpecException when a pipeline has no source that knows increments
   */
  public Map<String, RuntimeException> run(List<SpecJob> jobs) {
    check(jobs);
    List<Track> tracks = jobs.stream().map(job -> new Track(job, pace)).toList();
    while (!stop.requested() && !ended(tracks)) {
      Instant now = clock.instant();
      List<Track> due =
          tracks.stream().filter(track -> !track.over() && !track.due().isAfter(now)).toList();
      if (!due.isEmpty()) {
        round(due);
      }
      if (!ended(tracks)) {
        stop.await(untilNext(tracks));
      }
    }
    jobs.forEach(upkeep::showPage);
    Map<String, RuntimeException> failures = new LinkedHashMap<>();
    tracks.stream()
        .filter(Track::over)
        .forEach(track -> track.failure().ifPresent(why -> failures.put(track.job().name(), why)));
    return failures;
  }

  /** One pipeline that gave up ends the process, so that somebody hears of it. */
  private static boolean ended(List<Track> tracks) {
    return tracks.stream().allMatch(Track::over)
        || tracks.stream().anyMatch(track -> track.over() && track.failure().isPresent());
  }

  private void round(List<Track> due) {
    Map<String, Track> byName = new LinkedHashMap<>();
    due.forEach(track -> byName.put(track.job().name(), track));
    Instant started = clock.instant();
    List<SpecRun.Result> results = increments.run(due.stream().map(Track::job).toList(), atOnce);
    Instant now = clock.instant();
    for (SpecRun.Result result : results) {
      Track track = byName.get(result.job());
      track.take(result, started, now);
      Status status = new Status(track.runs(), track.failures(), track.lastDone(), now);
      watchers.forEach(watcher -> watcher.ended(result, status));
      if (result.failure().isEmpty()) {
        upkeep.after(track, now);
      }
    }
  }

  private Duration untilNext(List<Track> tracks) {
    Instant now = clock.instant();
    Instant next =
        tracks.stream()
            .filter(track -> !track.over())
            .map(Track::due)
            .min(Comparator.naturalOrder())
            .orElse(now);
    return next.isAfter(now) ? Duration.between(now, next) : Duration.ZERO;
  }

  private static void check(List<SpecJob> jobs) {
    for (SpecJob job : jobs) {
      if (job.sources().isEmpty()) {
        throw new SpecException(
            "--continuous",
            job.name()
                + " has no source that knows increments, such as ReadFromKafka or ReadNewFiles; it"
                + " would do everything again each time");
      }
    }
  }
}
