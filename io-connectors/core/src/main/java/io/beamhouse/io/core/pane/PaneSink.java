package io.beamhouse.io.core.pane;

import io.beamhouse.core.Internal;
import java.io.Serializable;
import java.util.function.Consumer;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Commits panes; works on one worker for one pane, and on several for several. */
@Internal
public interface PaneSink extends Serializable {
  /** The schema of what is said of a commit. */
  Schema results();

  /** The schema of rows that are put aside; null when none is. */
  default @Nullable Schema refused() {
    return null;
  }

  /**
   * Commits {@code rows}, which are not empty and may be iterated again; changes nothing when the
   * pane is committed already.
   *
   * @throws io.beamhouse.core.error.StateRefusedException when a pane of this name and another
   *     content is
   */
  void commit(Pane pane, Iterable<Row> rows, Consumer<Row> results, Consumer<Row> refused);
}
