package io.beamhouse.core.rowwise;

import io.beamhouse.core.Evolving;
import io.beamhouse.core.error.GateRefusedException;
import java.io.Serializable;
import java.util.Map;

/**
 * Decides, from what was counted and measured over the rows of a run, whether they may be
 * committed.
 *
 * <p>Every sink behind the counted steps asks before it commits, and all get the same tally, so all
 * decide alike. Nothing may depend on the time or place of the call.
 */
@Evolving
@FunctionalInterface
public interface Gate extends Serializable {
  /** Lets everything through. */
  Gate OPEN = tally -> {};

  /**
   * Returns when the rows may be committed.
   *
   * @param tally of all steps on the way; empty when there were no rows; takes what was judged
   * @throws io.beamhouse.core.error.GateRefusedException when they may not
   */
  void check(Tally tally);

  /** As {@link #check}, but a refusal tells all that was {@link Tally#judge judged}. */
  default void ask(Tally tally) {
    try {
      check(tally);
    } catch (GateRefusedException e) {
      throw e.with(tally.judgements());
    }
  }

  /** Whether {@link #checkDeletes} may refuse, so that the rows of a target must be counted. */
  default boolean limitsDeletes() {
    return false;
  }

  /**
   * Returns when so many rows of a target may be deleted; asked by a merge right before its commit.
   *
   * @param target for messages
   * @param rows that the target is known to hold
   * @param uncounted files of the target whose rows are not known
   * @throws io.beamhouse.core.error.GateRefusedException when they may not
   */
  default void checkDeletes(String target, long deleted, long rows, long uncounted) {}

  /**
   * New sums, by step, of the measures that this gate looks at; other steps' measures are let go.
   */
  default Map<String, MeasureSum> sums() {
    return Map.of();
  }

  /** Both must agree. */
  default Gate and(Gate other) {
    return this == OPEN ? other : other == OPEN ? this : new BothGates(this, other);
  }
}
