package io.beamhouse.io.delta;

import io.beamhouse.core.Evolving;
import io.beamhouse.io.delta.compact.DeltaCompact;

/**
 * Delta tables on any Hadoop file system that a log store supports, from any runner.
 *
 * <pre>{@code
 * PCollection<Row> users = pipeline.apply(DeltaIO.read().from("/lake/silver/users"));
 * changes.apply(DeltaIO.merge().into("/lake/silver/users").withKeys("id"));
 * rows.apply(DeltaIO.write().to("/lake/silver/events").withPartitionColumns("day"));
 * DeltaIO.compact("/lake/silver/events").run();
 * }</pre>
 */
@Evolving
public final class DeltaIO {
  private DeltaIO() {}

  /** Starts a read; {@code from} is required. */
  public static Read read() {
    return new Read();
  }

  /** Starts a write; {@code to} is required. */
  public static Write write() {
    return new Write();
  }

  /** Starts a merge; {@code into} and {@link DeltaMerge#withKeys keys} are required. */
  public static Merge merge() {
    return new Merge();
  }

  /** A compaction of the table at {@code path}; no transform, it is run where it is called. */
  public static DeltaCompact compact(String path) {
    return DeltaCompact.of(path);
  }

  /** A read that lacks its table. */
  @Evolving
  public static final class Read {
    private Read() {}

    /** Reads the newest version of the table at {@code path}. */
    public DeltaRead from(String path) {
      return new DeltaRead(path, null, null, null);
    }
  }

  /** A write that lacks its table. */
  @Evolving
  public static final class Write {
    private Write() {}

    /** Appends to the table at {@code path}, which is created if it does not exist. */
    public DeltaWrite to(String path) {
      return DeltaWrite.to(path);
    }
  }

  /** A merge that lacks its table. */
  @Evolving
  public static final class Merge {
    private Merge() {}

    /** Merges into the table at {@code path}, which is created if it does not exist. */
    public DeltaMerge into(String path) {
      return DeltaMerge.into(path);
    }
  }
}
