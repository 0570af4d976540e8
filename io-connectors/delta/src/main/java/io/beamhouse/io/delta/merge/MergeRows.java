package io.beamhouse.io.delta.merge;

import io.beamhouse.core.Internal;
import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.row.Quarantined;
import io.beamhouse.io.delta.log.DataFile;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The graph of a merge: changes are shuffled once, as bytes; after that only names of files and
 * sets of ordinals move.
 *
 * <p>Encode → bucket → store → plan → match and rewrite files → rest → commit, one after the other,
 * so that no collection is read twice. Every stage may run again: what it writes has a name of its
 * own, and only what came through the next shuffle counts.
 */
@Internal
public final class MergeRows extends PTransform<PCollection<Row>, PCollectionTuple> {
  /** One element: what the merge did. */
  public static final TupleTag<MergeOutcome> OUTCOME = new TupleTag<>() {};

  /** Rows that cannot be merged, if {@code quarantine} is set. */
  public static final TupleTag<Row> REFUSED = new TupleTag<>() {};

  private static final TupleTag<KV<Integer, byte[]>> CHANGES = new TupleTag<>() {};

  private final MergeSettings settings;
  private final boolean quarantine;

  public MergeRows(MergeSettings settings, boolean quarantine) {
    this.settings = settings;
    this.quarantine = quarantine;
  }

  @Override
  public PCollectionTuple expand(PCollection<Row> changes) {
    if (changes.isBounded() == PCollection.IsBounded.UNBOUNDED) {
      throw new IllegalArgumentException(
          "A merge commits once, so its changes must be bounded. Read a bounded range of the"
              + " source, as an increment does.");
    }
    MergeShape shape = settings.shape(changes.getSchema());
    Target target = settings.target();
    Schema refusedSchema = Quarantined.schema(Schema.FieldType.row(changes.getSchema()));
    PCollectionTuple encoded =
        changes
            .apply("Global", Window.into(new GlobalWindows()))
            .apply(
                "Encode",
                ParDo.of(new EncodeFn(shape, target.buckets(), quarantine, refusedSchema))
                    .withOutputTags(CHANGES, TupleTagList.of(REFUSED)));
    PCollection<MergeOutcome> outcome =
        assign(store(encoded.get(CHANGES), target), target, shape)
            .apply("MatchFiles", ParDo.of(new MatchFn()))
            .setCoder(KvCoder.of(VarIntCoder.of(), RecordCoder.of(MatchedFile.class)))
            .apply("AllFiles", GroupByKey.create())
            .apply("Settle", ParDo.of(new SettleFn()))
            .setCoder(KvCoder.of(VarIntCoder.of(), RecordCoder.of(GroupTask.class)))
            .apply("Groups", GroupByKey.create())
            .apply("WriteInserts", ParDo.of(new RemainderFn()))
            .setCoder(KvCoder.of(VarIntCoder.of(), RecordCoder.of(WrittenGroup.class)))
            .apply("AllGroups", GroupByKey.create())
            .apply("Commit", ParDo.of(new CommitFn()))
            .setCoder(RecordCoder.of(MergeOutcome.class));
    return PCollectionTuple.of(OUTCOME, outcome)
        .and(REFUSED, encoded.get(REFUSED).setRowSchema(refusedSchema));
  }

  private static PCollection<StoredBucket> store(
      PCollection<KV<Integer, byte[]>> changes, Target target) {
    Coder<StoredBucket> coder = RecordCoder.of(StoredBucket.class);
    PCollection<StoredBucket> stored =
        changes
            .setCoder(KvCoder.of(VarIntCoder.of(), ByteArrayCoder.of()))
            .apply("Buckets", GroupByKey.create())
            .apply("StoreChanges", ParDo.of(new StoreFn(target.workDirectory())))
            .setCoder(coder);
    // An empty merge commits too, so there is always something to plan.
    PCollection<StoredBucket> always =
        changes.getPipeline().apply("Always", Create.of(StoredBucket.none()).withCoder(coder));
    return PCollectionList.of(stored).and(always).apply("Stored", Flatten.pCollections());
  }

  private static PCollection<KV<String, Iterable<FileTask>>> assign(
      PCollection<StoredBucket> stored, Target target, MergeShape shape) {
    return stored
        .apply("ToPlanner", ParDo.of(new ToOneFn()))
        .setCoder(KvCoder.of(VarIntCoder.of(), RecordCoder.of(StoredBucket.class)))
        .apply("AllBuckets", GroupByKey.create())
        .apply("Plan", ParDo.of(new PlanFn(target, shape)))
        .setCoder(KvCoder.of(StringUtf8Coder.of(), RecordCoder.of(FileTask.class)))
        .apply("Files", GroupByKey.create());
  }

  /** Turns rows into changes and finds their bucket. */
  static final class EncodeFn extends DoFn<Row, KV<Integer, byte[]>> {
    private final MergeShape shape;
    private final int buckets;
    private final boolean quarantine;
    private final Schema refusedSchema;
    private transient ChangeEncoder encoder;

    EncodeFn(MergeShape shape, int buckets, boolean quarantine, Schema refusedSchema) {
      this.shape = shape;
      this.buckets = buckets;
      this.quarantine = quarantine;
      this.refusedSchema = refusedSchema;
    }

    @Setup
    public void setup() {
      encoder = new ChangeEncoder(shape);
    }

    @ProcessElement
    public void process(@Element Row row, MultiOutputReceiver out) {
      Optional<ChangeEncoder.Refusal> refusal = encoder.encode(row);
      if (refusal.isEmpty()) {
        byte[] change = encoder.change();
        out.get(CHANGES).output(KV.of(Hash64.bucket(Change.hash(change), buckets), change));
      } else if (quarantine) {
        out.get(REFUSED).output(refused(row, refusal.get()));
      } else {
        throw new DataRefusedException(
            "A change cannot be merged: "
                + refusal.get().message()
                + ". Repair the data, or set error_handling to put such rows aside.");
      }
    }

    private Row refused(Row row, ChangeEncoder.Refusal refusal) {
      return Row.withSchema(refusedSchema)
          .addValues(row, refusal.message(), refusal.rule(), "MergeIntoDelta", null)
          .build();
    }
  }

  /** Stores a bucket; a second attempt writes a second file, and one of the records counts. */
  static final class StoreFn extends DoFn<KV<Integer, Iterable<byte[]>>, StoredBucket> {
    private final String directory;

    StoreFn(String directory) {
      this.directory = directory;
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<byte[]>> bucket, OutputReceiver<StoredBucket> out)
        throws IOException {
      out.output(StoredBucket.store(bucket.getKey(), bucket.getValue(), directory));
    }
  }

  /** Sends all to one worker. */
  static final class ToOneFn extends DoFn<StoredBucket, KV<Integer, StoredBucket>> {
    @ProcessElement
    public void process(
        @Element StoredBucket bucket, OutputReceiver<KV<Integer, StoredBucket>> out) {
      out.output(KV.of(0, bucket));
    }
  }

  /** A file to be matched; without a file it only carries the plan on. */
  record FileTask(String plan, @Nullable DataFile file) implements Serializable {}

  /** Pins the version of the table and names the files that may hold a key. */
  static final class PlanFn
      extends DoFn<KV<Integer, Iterable<StoredBucket>>, KV<String, FileTask>> {
    private final Target target;
    private final MergeShape shape;

    PlanFn(Target target, MergeShape shape) {
      this.target = target;
      this.shape = shape;
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<StoredBucket>> all, OutputReceiver<KV<String, FileTask>> out)
        throws IOException {
      MergePlan plan = new MergePlanner(target, shape).plan(all.getValue());
      String path = WorkFiles.writeObject(plan.workDirectory(), "plan", plan);
      out.output(KV.of("", new FileTask(path, null)));
      MergePlanner.touched(
          plan, file -> out.output(KV.of(file.logPath(), new FileTask(path, file))));
    }
  }

  /** What was found in a file; without an outcome it only carries the plan on. */
  record MatchedFile(String plan, @Nullable FileOutcome outcome) implements Serializable {}

  /** Matches and rewrites a file under a new name. */
  static final class MatchFn
      extends DoFn<KV<String, Iterable<FileTask>>, KV<Integer, MatchedFile>> {
    @ProcessElement
    public void process(
        @Element KV<String, Iterable<FileTask>> tasks, OutputReceiver<KV<Integer, MatchedFile>> out)
        throws IOException {
      FileTask task = tasks.getValue().iterator().next();
      if (task.file() == null) {
        out.output(KV.of(0, new MatchedFile(task.plan(), null)));
        return;
      }
      MergePlan plan = WorkFiles.readObject(task.plan(), MergePlan.class);
      try (ChangeStore store = plan.openStore()) {
        FileOutcome outcome = new FileMerge(plan, store).run(task.file());
        if (outcome != null) {
          out.output(KV.of(0, new MatchedFile(task.plan(), outcome)));
        }
      }
    }
  }

  /** A group of changes whose rest is to be written; group -1 only carries the files on. */
  record GroupTask(String plan, String outcomes, int group) implements Serializable {}

  /** All outcomes of files, as they are stored for the last stages. */
  record Outcomes(List<FileOutcome> files) implements Serializable {}

  /** Waits for all files and starts the groups. */
  static final class SettleFn
      extends DoFn<KV<Integer, Iterable<MatchedFile>>, KV<Integer, GroupTask>> {
    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<MatchedFile>> all, OutputReceiver<KV<Integer, GroupTask>> out)
        throws IOException {
      String planPath = "";
      ArrayList<FileOutcome> outcomes = new ArrayList<>();
      for (MatchedFile file : all.getValue()) {
        if (file.outcome() == null) {
          planPath = file.plan();
        } else {
          outcomes.add(file.outcome());
        }
      }
      MergePlan plan = WorkFiles.readObject(planPath, MergePlan.class);
      String path = WorkFiles.writeObject(plan.workDirectory(), "outcomes", new Outcomes(outcomes));
      out.output(KV.of(-1, new GroupTask(planPath, path, -1)));
      for (int group = 0; group < Remainder.groups(plan).size(); group++) {
        out.output(KV.of(group, new GroupTask(planPath, path, group)));
      }
    }
  }

  /** What was written for a group; without an outcome it only carries the files on. */
  record WrittenGroup(String plan, String outcomes, Remainder.@Nullable Outcome outcome)
      implements Serializable {}

  /** Writes the changes of a group that no file holds. */
  static final class RemainderFn
      extends DoFn<KV<Integer, Iterable<GroupTask>>, KV<Integer, WrittenGroup>> {
    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<GroupTask>> tasks,
        OutputReceiver<KV<Integer, WrittenGroup>> out)
        throws IOException {
      GroupTask task = tasks.getValue().iterator().next();
      if (task.group() < 0) {
        out.output(KV.of(0, new WrittenGroup(task.plan(), task.outcomes(), null)));
        return;
      }
      MergePlan plan = WorkFiles.readObject(task.plan(), MergePlan.class);
      Settled settled = Settled.of(WorkFiles.readObject(task.outcomes(), Outcomes.class).files());
      List<TombstoneFile> remembered =
          plan.shape().sequenced()
              ? new Tombstones(plan.target().path(), plan.shape()).valid(plan.table())
              : List.of();
      try (ChangeStore store = plan.openStore()) {
        Remainder.Outcome outcome =
            new Remainder(plan, store, remembered)
                .run(task.group(), settled.settled(), settled.moved(), true);
        out.output(KV.of(0, new WrittenGroup(task.plan(), task.outcomes(), outcome)));
      } finally {
        Tombstones.close(remembered);
      }
    }
  }

  /** Commits; run again, it finds its own commit. */
  static final class CommitFn extends DoFn<KV<Integer, Iterable<WrittenGroup>>, MergeOutcome> {
    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<WrittenGroup>> all, OutputReceiver<MergeOutcome> out)
        throws IOException {
      List<Remainder.Outcome> rests = new ArrayList<>();
      WrittenGroup any = null;
      for (WrittenGroup group : all.getValue()) {
        any = group;
        if (group.outcome() != null) {
          rests.add(group.outcome());
        }
      }
      MergePlan plan = WorkFiles.readObject(any.plan(), MergePlan.class);
      List<FileOutcome> files = WorkFiles.readObject(any.outcomes(), Outcomes.class).files();
      out.output(new MergeCommit(plan, files, rests).run());
    }
  }
}
