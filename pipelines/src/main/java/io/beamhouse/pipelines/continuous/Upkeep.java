package io.beamhouse.pipelines.continuous;

import io.beamhouse.core.Internal;
import io.beamhouse.pipelines.increment.JobHistory;
import io.beamhouse.pipelines.increment.ReportPages;
import io.beamhouse.pipelines.increment.StateCommand;
import io.beamhouse.pipelines.run.SpecJob;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is done between increments so that a state does not grow: old records are deleted. And the
 * page is drawn from time to time, since nobody looks at it more often.
 *
 * <p>Nothing that goes wrong here fails a run: it is logged, and done at the next occasion.
 */
@Internal
public final class Upkeep {
  private static final Logger LOG = LoggerFactory.getLogger(Upkeep.class);
  private static final Duration BETWEEN_PAGES = Duration.ofMinutes(1);

  private final String state;
  private final int keepRuns;
  private final Function<JobHistory, String> page;
  private final Map<String, Instant> drawn = new HashMap<>();

  /**
   * @param state where the state lives
   * @param page draws the page of a pipeline
   */
  public Upkeep(String state, int keepRuns, Function<JobHistory, String> page) {
    this.state = state;
    this.keepRuns = keepRuns;
    this.page = page;
  }

  void after(Track track, Instant now) {
    if (track.wantsCleaning()) {
      quietly(
          track.job(),
          "old records of its state could not be deleted",
          () -> StateCommand.at(state, track.job().name()).clean(track.job(), keepRuns));
      track.cleaned();
    }
    Instant last = drawn.get(track.job().name());
    if (track.lastDone().filter(now::equals).isPresent()
        && (last == null || Duration.between(last, now).compareTo(BETWEEN_PAGES) >= 0)) {
      drawn.put(track.job().name(), now);
      showPage(track.job());
    }
  }

  void showPage(SpecJob job) {
    quietly(
        job,
        "its page could not be written",
        () -> ReportPages.at(state, job).write(OptionalLong.empty(), page));
  }

  private static void quietly(SpecJob job, String what, Runnable work) {
    try {
      work.run();
    } catch (RuntimeException e) {
      LOG.warn("{}: {}: {}", job.name(), what, e.getMessage(), e);
    }
  }
}
