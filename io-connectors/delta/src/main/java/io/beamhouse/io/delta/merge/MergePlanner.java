package io.beamhouse.io.delta.merge;

import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.error.Problems;
import io.beamhouse.core.rowwise.Gate;
import io.beamhouse.core.rowwise.Tally;
import io.beamhouse.io.core.state.StateStore;
import io.beamhouse.io.core.state.StateStores;
import io.beamhouse.io.delta.data.PartitionValues;
import io.beamhouse.io.delta.log.DataFile;
import io.beamhouse.io.delta.log.DataFiles;
import io.beamhouse.io.delta.log.DeltaLog;
import io.beamhouse.io.delta.log.TableDefinition;
import io.beamhouse.io.delta.log.TableSnapshot;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.roaringbitmap.RoaringBitmap;

/** Fixes what a merge works on: the version of the table, the stored changes, the files touched. */
final class MergePlanner {
  /** The file that holds the version of the table. */
  static final String PIN = "version";

  private static final int MAX_ATTEMPTS = 10;

  private final Target target;
  private final MergeShape shape;
  private final Gate gate;
  private final DeltaLog log;

  MergePlanner(Target target, MergeShape shape, Gate gate) {
    this.gate = gate;
    this.target = target;
    this.shape = shape;
    this.log = DeltaLog.at(target.path());
  }

  MergePlan plan(Iterable<StoredBucket> buckets) throws IOException {
    List<StoredBucket> sorted = new ArrayList<>();
    long changesIn = 0;
    long parentsIn = 0;
    Tally tally = Tally.summing(gate);
    for (StoredBucket bucket : buckets) {
      if (bucket.tally() != null) {
        tally.add(bucket.tally());
      }
      changesIn += bucket.changesIn();
      parentsIn += bucket.parentsIn();
      if (bucket.rows() > 0) {
        sorted.add(bucket);
      }
    }
    gate.ask(tally);
    TableSnapshot table = pinned();
    if (target.transaction() != null
        && log.replayed(log.latest(), target.transaction()).isPresent()) {
      return new MergePlan(
          table,
          shape,
          null,
          List.of(),
          KeyRanges.union(List.of()),
          changesIn,
          parentsIn,
          parents(List.of()),
          target);
    }
    log.requireWritable(table);
    sorted.sort(Comparator.comparingInt(StoredBucket::bucket));
    return new MergePlan(
        table,
        shape,
        TableLayout.of(table, shape),
        refs(sorted),
        KeyRanges.union(sorted.stream().map(StoredBucket::ranges).toList()),
        changesIn,
        parentsIn,
        parents(sorted),
        target.withTally(tally));
  }

  /** The ordinals of the parents in {@code buckets}. */
  private static byte[] parents(List<StoredBucket> buckets) {
    RoaringBitmap parents = new RoaringBitmap();
    int base = 0;
    for (StoredBucket bucket : buckets) {
      if (bucket.parents() != null) {
        parents.or(RoaringBitmap.addOffset(Bitmaps.of(bucket.parents()), base));
      }
      base += bucket.rows();
    }
    return Bitmaps.toBytes(parents);
  }

  /**
   * The version of the table for this merge: put-if-absent, so that a planner that runs again plans
   * on the same one. A missing table is created.
   */
  private TableSnapshot pinned() throws IOException {
    StateStore pins = StateStores.at(target.workDirectory());
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      Optional<byte[]> pin = pins.get(PIN);
      if (pin.isPresent()) {
        return log.at(Long.parseLong(new String(pin.get(), StandardCharsets.UTF_8)));
      }
      TableSnapshot latest = log.find().orElseGet(this::create);
      byte[] version = Long.toString(latest.version()).getBytes(StandardCharsets.UTF_8);
      if (pins.putIfAbsent(PIN, version)) {
        return latest;
      }
    }
    throw new IllegalStateException("The version of a merge is neither there nor absent.");
  }

  private TableSnapshot create() {
    Problems problems = new Problems();
    PartitionValues.check(shape.stored(), target.partitionColumns(), problems);
    problems.throwIfAny();
    return log.create(
        new TableDefinition(
            shape.stored(),
            target.partitionColumns(),
            target.properties(),
            target.comment(),
            null));
  }

  /** Small buckets are put into one file together. */
  private List<BucketRef> refs(List<StoredBucket> buckets) throws IOException {
    List<StoredBucket> small = buckets.stream().filter(b -> b.inline() != null).toList();
    String shared =
        small.isEmpty()
            ? ""
            : WorkFiles.write(target.workDirectory(), WorkFiles.CHANGES, out -> write(small, out));
    List<BucketRef> refs = new ArrayList<>();
    long begin = 0;
    long base = 0;
    for (StoredBucket bucket : buckets) {
      boolean inline = bucket.inline() != null;
      refs.add(
          new BucketRef(
              bucket.bucket(),
              inline ? shared : bucket.path(),
              inline ? begin : 0,
              bucket.length(),
              bucket.rows(),
              (int) base,
              bucket.hasDeletes()));
      begin += inline ? bucket.length() : 0;
      base += bucket.rows();
      if (base > Integer.MAX_VALUE) {
        throw new DataRefusedException(
            "A merge takes at most "
                + Integer.MAX_VALUE
                + " changes of different keys. Split the changes.");
      }
    }
    return refs;
  }

  private static void write(List<StoredBucket> buckets, OutputStream out) throws IOException {
    for (StoredBucket bucket : buckets) {
      out.write(bucket.inline());
    }
  }

  /** Names the files that may hold a key of the changes; streams the table's files. */
  static void touched(MergePlan plan, Consumer<DataFile> files) {
    if (plan.ranges().isEmpty()) {
      return;
    }
    try (DataFiles all = plan.table().files()) {
      while (all.hasNext()) {
        DataFile file = all.next();
        if (TargetFile.mayHold(file, plan.shape(), plan.layout(), plan.ranges())) {
          files.accept(file);
        }
      }
    }
  }
}
