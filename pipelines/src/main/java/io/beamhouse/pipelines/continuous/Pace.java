package io.beamhouse.pipelines.continuous;

import io.beamhouse.core.Internal;
import io.beamhouse.core.error.SpecException;
import java.time.Duration;
import java.util.OptionalLong;

/**
 * How a continuous run is paced.
 *
 * @param trigger from the begin of an increment to the begin of the next one; zero for at once. A
 *     source that is behind by more than an increment may hold is not waited for
 * @param untilIdle ends when nothing is new
 * @param maxRuns ends when each pipeline has finished so many runs
 * @param giveUpAfter how long a pipeline may fail before the process ends
 * @param keepRuns of how many finished runs the records are kept in the state
 */
@Internal
public record Pace(
    Duration trigger, boolean untilIdle, OptionalLong maxRuns, Duration giveUpAfter, int keepRuns) {
  public static final Duration TRIGGER = Duration.ofSeconds(10);
  public static final Duration GIVE_UP_AFTER = Duration.ofHours(1);
  public static final int KEEP_RUNS = 100;

  /** Between two looks at a source that had nothing new, however short the trigger is. */
  static final Duration LEAST_WAIT = Duration.ofMillis(200);

  /** Between the first failure and the second try; doubles with each failure. */
  static final Duration FIRST_RETRY = Duration.ofSeconds(1);

  /** Between tries once a pipeline has failed often. */
  static final Duration LAST_RETRY = Duration.ofMinutes(1);

  public Pace {
    if (trigger.isNegative()) {
      throw new SpecException("--trigger", "is " + trigger + "; allowed is 0s or more");
    }
    if (maxRuns.isPresent() && maxRuns.getAsLong() < 1) {
      throw new SpecException("--max-runs", "is " + maxRuns.getAsLong() + "; allowed is 1 or more");
    }
    if (keepRuns < 1) {
      throw new SpecException("--keep-runs", "is " + keepRuns + "; allowed is 1 or more");
    }
  }

  /** Every ten seconds, until it is stopped. */
  public static Pace create() {
    return new Pace(TRIGGER, false, OptionalLong.empty(), GIVE_UP_AFTER, KEEP_RUNS);
  }
}
