package io.beamhouse.io.core.staging;

import io.beamhouse.core.Evolving;
import java.io.Serializable;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The first half of a sink: turns rows into records for its committer, by writing files or by
 * encoding changes.
 *
 * <p>Runs inside a DoFn, perhaps the one that made the rows, so it may run twice, in parallel and
 * be killed anywhere: what it writes has a name of its own, and only records that came through the
 * shuffle count.
 */
@Evolving
public interface RowStaging extends Serializable {
  /** The schema of rows that {@link Records#refuse} takes; null when none is refused. */
  default @Nullable Schema refused() {
    return null;
  }

  /** Starts work on a worker; used by one thread. */
  Stage start();

  /** Takes the rows of one bundle after the other. */
  interface Stage {
    /** Begins a bundle; what a failed one left is let go. */
    void begin();

    void stage(Row row, Records out);

    /** Ends a bundle whose rows will count. */
    void finish(Records out);

    /** Lets go of everything. */
    void abandon();
  }

  /** Takes what the committer will see. */
  interface Records {
    /**
     * Adds a record.
     *
     * @param key brings records together; 0 or more
     */
    void add(int key, byte[] record);

    /** Puts a row aside that cannot be staged; only with {@link RowStaging#refused}. */
    void refuse(Row row);
  }
}
