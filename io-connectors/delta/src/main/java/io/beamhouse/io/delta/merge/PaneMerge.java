package io.beamhouse.io.delta.merge;

import io.beamhouse.core.Internal;
import io.beamhouse.core.error.StorageFailedException;
import io.beamhouse.core.rowwise.Gate;
import io.beamhouse.io.core.pane.Pane;
import io.beamhouse.io.core.staging.RowStaging;
import io.beamhouse.io.core.storage.Storage;
import io.beamhouse.io.delta.log.DataFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Merges a pane on one worker: the stages of {@link MergeRows}, one after the other.
 *
 * <p>The graph itself would not do: behind a trigger each of its shuffles fires when it likes, and
 * a later stage could see half of what an earlier one made.
 *
 * <p>Memory: {@link #HELD_BYTES} of changes, as long as no bucket is larger, and what the stages
 * hold; a larger pane is read again for each part of its buckets.
 */
@Internal
public final class PaneMerge {
  private static final Logger LOG = LoggerFactory.getLogger(PaneMerge.class);
  private static final long HELD_BYTES = 64L << 20;

  private final MergeSettings settings;
  private final MergeShape shape;
  private final RowStaging staging;
  private final Pane pane;

  /**
   * @param quarantine whether rows that cannot be merged are put aside
   */
  public PaneMerge(MergeSettings settings, boolean quarantine, Schema rows, Pane pane) {
    // A merge that is ordered changes nothing when it comes again, so that an attempt may be named
    // anew, and needs no transaction that a table would have to remember.
    TreeMap<String, String> info = new TreeMap<>(settings.info());
    info.putAll(pane.facts());
    this.settings = settings.toBuilder().token(UUID.randomUUID().toString()).info(info).build();
    this.shape = settings.shape(rows);
    this.staging = new MergeRows(settings, quarantine).staging(rows, null);
    this.pane = pane;
  }

  /** Throws SpecException for what does not fit {@code rows}. */
  public static void check(MergeSettings settings, Schema rows) {
    settings.shape(rows);
  }

  /** Merges {@code rows} in one commit, or none when they change nothing. */
  public MergeOutcome run(Iterable<Row> rows, Consumer<Row> refused) {
    Target target = settings.target();
    try {
      MergePlan plan =
          new MergePlanner(target, shape, Gate.OPEN).plan(store(target, rows, refused));
      MergeOutcome outcome = merge(plan);
      clean(target);
      return outcome;
    } catch (IOException e) {
      throw new StorageFailedException(
          "A merge could not read or write its files: "
              + e.getMessage()
              + ". Nothing was committed; check access and space, and run again.",
          e);
    }
  }

  private List<StoredBucket> store(Target target, Iterable<Row> rows, Consumer<Row> refused)
      throws IOException {
    int buckets = target.buckets();
    int parts = (int) Math.min(buckets, 1 + pane.content().bytes() / HELD_BYTES);
    List<StoredBucket> stored = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      Changes changes =
          new Changes(
              (int) ((long) buckets * part / parts),
              (int) ((long) buckets * (part + 1) / parts),
              part == 0 ? refused : row -> {});
      RowStaging.Stage stage = staging.start();
      stage.begin();
      rows.forEach(row -> stage.stage(row, changes));
      stage.finish(changes);
      changes.store(shape, target, stored);
    }
    return stored;
  }

  /** Holds the changes of some buckets. */
  private static final class Changes implements RowStaging.Records {
    private final int from;
    private final Consumer<Row> refused;
    private final List<List<byte[]>> held = new ArrayList<>();

    Changes(int from, int to, Consumer<Row> refused) {
      this.from = from;
      this.refused = refused;
      for (int bucket = from; bucket < to; bucket++) {
        held.add(new ArrayList<>());
      }
    }

    @Override
    public void add(int bucket, byte[] change) {
      if (bucket >= from && bucket < from + held.size()) {
        held.get(bucket - from).add(change);
      }
    }

    @Override
    public void refuse(Row row) {
      refused.accept(row);
    }

    void store(MergeShape shape, Target target, List<StoredBucket> stored) throws IOException {
      for (int i = 0; i < held.size(); i++) {
        if (!held.get(i).isEmpty()) {
          stored.add(StoredBucket.store(from + i, shape, held.get(i), target.workDirectory()));
          held.set(i, List.of());
        }
      }
    }
  }

  private static MergeOutcome merge(MergePlan plan) throws IOException {
    List<DataFile> touched = new ArrayList<>();
    MergePlanner.touched(plan, touched::add);
    List<FileOutcome> files = new ArrayList<>();
    List<Remainder.Outcome> rests = new ArrayList<>();
    try (ChangeStore store = plan.openStore()) {
      FileMerge merge = new FileMerge(plan, store);
      for (DataFile file : touched) {
        FileOutcome outcome = merge.run(file);
        if (outcome != null) {
          files.add(outcome);
        }
      }
      Settled settled = Settled.of(files);
      List<TombstoneFile> remembered =
          plan.shape().sequenced()
              ? new Tombstones(plan.target().path(), plan.shape()).valid(plan.table())
              : List.of();
      try {
        Remainder remainder = new Remainder(plan, store, remembered);
        for (int group = 0; group < Remainder.groups(plan).size(); group++) {
          rests.add(remainder.run(group, settled, true));
        }
      } finally {
        Tombstones.close(remembered);
      }
    }
    return new MergeCommit(plan, files, rests, Gate.OPEN).run();
  }

  /** Nobody runs this attempt again. */
  private static void clean(Target target) {
    Path directory = new Path(target.workDirectory());
    try {
      Storage.of(directory).delete(directory, true);
    } catch (IOException e) {
      LOG.warn("The merge stands; files that it no longer needs were left in {}", directory, e);
    }
  }
}
