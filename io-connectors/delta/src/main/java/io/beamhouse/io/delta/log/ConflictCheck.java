package io.beamhouse.io.delta.log;

import io.beamhouse.core.Internal;
import java.util.List;

/** Decides what becomes of a commit when other writers were faster. */
@Internal
@FunctionalInterface
public interface ConflictCheck {
  /**
   * Called each time that another writer took the version.
   *
   * @param mine what was tried
   * @param now the newest snapshot, on which the next try will be based
   * @param winners the commits after {@code mine.read()}, in order
   */
  Resolution resolve(CommitRequest mine, TableSnapshot now, List<LoggedCommit> winners);

  /** The answer. */
  @Internal
  sealed interface Resolution {
    /** The same actions are right on the new snapshot too. */
    static Resolution retrySameActions() {
      return new RetrySameActions();
    }

    /** The actions were worked out again; {@code request} reads the new snapshot. */
    static Resolution recomputed(CommitRequest request) {
      return new Recomputed(request);
    }

    /** The commit must not happen. */
    static Resolution fail(String why) {
      return new Fail(why);
    }
  }

  /** See {@link Resolution#retrySameActions}. */
  @Internal
  record RetrySameActions() implements Resolution {}

  /** See {@link Resolution#recomputed}. */
  @Internal
  record Recomputed(CommitRequest request) implements Resolution {}

  /** See {@link Resolution#fail}. */
  @Internal
  record Fail(String why) implements Resolution {}

  /**
   * The rule of a writer that read no row: retry, unless the table's schema, partitioning,
   * properties or protocol changed.
   */
  static ConflictCheck append() {
    return (mine, now, winners) ->
        winners.stream().anyMatch(w -> w.metadataChanged() || w.protocolChanged())
            ? Resolution.fail("the table's definition was changed meanwhile")
            : Resolution.retrySameActions();
  }
}
