package io.beamhouse.io.core.increment;

import io.beamhouse.core.Evolving;
import java.time.Instant;
import java.util.Optional;

/**
 * What a source is told when it plans.
 *
 * @param run the number of the run being planned
 * @param position the source's own JSON after the last finished run; empty on the first run
 * @param clock the time that this run takes as now
 * @param backfill a range that replaces the position and leaves the state alone
 * @param workDirectory for files that belong to the plan (key lists); only this attempt writes
 *     there
 * @param earlier rows that the source's capture still holds of earlier runs, also of a state that
 *     is lost
 * @param refused what the run before was to read, when gates have refused every run so far; this
 *     one reads that again, whatever came meanwhile
 */
@Evolving
public record PlanRequest(
    long run,
    Optional<String> position,
    Instant clock,
    Optional<Backfill> backfill,
    String workDirectory,
    EarlierRows earlier,
    Optional<Increment> refused) {

  /** A plan for a source whose capture holds nothing, and of which no run was refused. */
  public PlanRequest(
      long run,
      Optional<String> position,
      Instant clock,
      Optional<Backfill> backfill,
      String workDirectory) {
    this(run, position, clock, backfill, workDirectory, EarlierRows.NONE, Optional.empty());
  }

  /**
   * A range of cursor values as a user writes them: {@code from <= cursor < to}.
   *
   * @param to empty for "up to now"
   */
  @Evolving
  public record Backfill(String from, Optional<String> to) {}
}
