package io.beamhouse.pipelines.increment;

import io.beamhouse.core.Internal;
import io.beamhouse.io.core.increment.PlanRequest.Backfill;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * How one invocation runs.
 *
 * @param backfill a range that is read instead of what is new; leaves the state's position alone
 * @param line name of a line of runs of its own, beside those of backfills; leaves the state's
 *     position alone, too
 * @param beat how often this attempt says that it lives; 10 s by default
 * @param clock what time it is
 * @param progress hears a line of text as each phase begins
 * @param page makes the page that is kept beside the report; nothing for no page
 */
@Internal
public record RunOptions(
    Optional<Backfill> backfill,
    Optional<String> line,
    Duration beat,
    InstantSource clock,
    Consumer<String> progress,
    Optional<Function<JobHistory, String>> page) {

  public static RunOptions create() {
    return new RunOptions(
        Optional.empty(),
        Optional.empty(),
        Duration.ofSeconds(10),
        InstantSource.system(),
        text -> {},
        Optional.empty());
  }

  public RunOptions withBackfill(String from, Optional<String> to) {
    return new RunOptions(Optional.of(new Backfill(from, to)), line, beat, clock, progress, page);
  }

  public RunOptions withLine(String name) {
    return new RunOptions(backfill, Optional.of(name), beat, clock, progress, page);
  }

  public RunOptions withBeat(Duration every) {
    return new RunOptions(backfill, line, every, clock, progress, page);
  }

  public RunOptions withClock(InstantSource source) {
    return new RunOptions(backfill, line, beat, source, progress, page);
  }

  public RunOptions withProgress(Consumer<String> listener) {
    return new RunOptions(backfill, line, beat, clock, listener, page);
  }

  public RunOptions withPage(Function<JobHistory, String> writer) {
    return new RunOptions(backfill, line, beat, clock, progress, Optional.of(writer));
  }
}
