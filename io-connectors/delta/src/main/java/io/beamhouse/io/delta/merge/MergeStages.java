package io.beamhouse.io.delta.merge;

import io.beamhouse.core.error.StorageFailedException;
import io.beamhouse.core.rowwise.Gate;
import io.beamhouse.core.rowwise.Tally;
import io.beamhouse.io.core.staging.TallyRecords;
import io.beamhouse.io.delta.log.DataFile;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;
import org.checkerframework.checker.nullness.qual.Nullable;

/** What the stages of {@link MergeRows} do and what passes between them. */
final class MergeStages {
  private MergeStages() {}

  /** Work that reads and writes files. */
  @FunctionalInterface
  private interface Work<T> {
    T run() throws IOException;
  }

  private static <T> T working(Work<T> work) {
    try {
      return work.run();
    } catch (IOException e) {
      throw new StorageFailedException(
          "A merge could not read or write its files: "
              + e.getMessage()
              + ". Nothing was committed; check access and space, and run again.",
          e);
    }
  }

  /** Stores a bucket; a second attempt writes a second file, and one of the records counts. */
  static final class StoreFn extends DoFn<KV<Integer, Iterable<byte[]>>, StoredBucket> {
    private final MergeShape shape;
    private final String directory;
    private final Gate gate;

    /**
     * @param gate will look at the tallies
     */
    StoreFn(MergeShape shape, String directory, Gate gate) {
      this.shape = shape;
      this.directory = directory;
      this.gate = gate;
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<byte[]>> bucket, OutputReceiver<StoredBucket> out) {
      if (bucket.getKey() == TallyRecords.KEY) {
        Tally tally = Tally.summing(gate);
        bucket.getValue().forEach(record -> tally.add(TallyRecords.decode(record)));
        out.output(StoredBucket.of(tally));
        return;
      }
      out.output(
          working(() -> StoredBucket.store(bucket.getKey(), shape, bucket.getValue(), directory)));
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
    private final Gate gate;

    PlanFn(Target target, MergeShape shape, Gate gate) {
      this.target = target;
      this.shape = shape;
      this.gate = gate;
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<StoredBucket>> all,
        OutputReceiver<KV<String, FileTask>> out) {
      MergePlan plan = working(() -> new MergePlanner(target, shape, gate).plan(all.getValue()));
      String path = working(() -> WorkFiles.writeObject(plan.workDirectory(), "plan", plan));
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
        @Element KV<String, Iterable<FileTask>> tasks,
        OutputReceiver<KV<Integer, MatchedFile>> out) {
      FileTask task = tasks.getValue().iterator().next();
      if (task.file() == null) {
        out.output(KV.of(0, new MatchedFile(task.plan(), null)));
        return;
      }
      FileOutcome outcome = working(() -> match(task));
      if (outcome != null) {
        out.output(KV.of(0, new MatchedFile(task.plan(), outcome)));
      }
    }

    private static @Nullable FileOutcome match(FileTask task) throws IOException {
      MergePlan plan = WorkFiles.readObject(task.plan(), MergePlan.class);
      try (ChangeStore store = plan.openStore()) {
        return new FileMerge(plan, store).run(task.file());
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
        @Element KV<Integer, Iterable<MatchedFile>> all,
        OutputReceiver<KV<Integer, GroupTask>> out) {
      String planPath = "";
      ArrayList<FileOutcome> outcomes = new ArrayList<>();
      for (MatchedFile file : all.getValue()) {
        if (file.outcome() == null) {
          planPath = file.plan();
        } else {
          outcomes.add(file.outcome());
        }
      }
      for (GroupTask task : tasks(planPath, new Outcomes(outcomes))) {
        out.output(KV.of(task.group(), task));
      }
    }

    private static List<GroupTask> tasks(String planPath, Outcomes outcomes) {
      MergePlan plan = working(() -> WorkFiles.readObject(planPath, MergePlan.class));
      String path =
          working(() -> WorkFiles.writeObject(plan.workDirectory(), "outcomes", outcomes));
      List<GroupTask> tasks = new ArrayList<>();
      for (int group = -1; group < Remainder.groups(plan).size(); group++) {
        tasks.add(new GroupTask(planPath, path, group));
      }
      return tasks;
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
        OutputReceiver<KV<Integer, WrittenGroup>> out) {
      GroupTask task = tasks.getValue().iterator().next();
      Remainder.Outcome outcome = task.group() < 0 ? null : working(() -> write(task));
      out.output(KV.of(0, new WrittenGroup(task.plan(), task.outcomes(), outcome)));
    }

    private static Remainder.Outcome write(GroupTask task) throws IOException {
      MergePlan plan = WorkFiles.readObject(task.plan(), MergePlan.class);
      Settled settled = Settled.of(WorkFiles.readObject(task.outcomes(), Outcomes.class).files());
      List<TombstoneFile> remembered =
          plan.shape().sequenced()
              ? new Tombstones(plan.target().path(), plan.shape()).valid(plan.table())
              : List.of();
      try (ChangeStore store = plan.openStore()) {
        return new Remainder(plan, store, remembered).run(task.group(), settled, true);
      } finally {
        Tombstones.close(remembered);
      }
    }
  }

  /** Commits; run again, it finds its own commit. */
  static final class CommitFn extends DoFn<KV<Integer, Iterable<WrittenGroup>>, MergeOutcome> {
    private final Gate gate;

    CommitFn(Gate gate) {
      this.gate = gate;
    }

    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<WrittenGroup>> all, OutputReceiver<MergeOutcome> out) {
      List<Remainder.Outcome> rests = new ArrayList<>();
      String planPath = "";
      String outcomesPath = "";
      for (WrittenGroup group : all.getValue()) {
        planPath = group.plan();
        outcomesPath = group.outcomes();
        if (group.outcome() != null) {
          rests.add(group.outcome());
        }
      }
      out.output(commit(planPath, outcomesPath, rests));
    }

    private MergeOutcome commit(
        String planPath, String outcomesPath, List<Remainder.Outcome> rests) {
      return working(
          () -> {
            MergePlan plan = WorkFiles.readObject(planPath, MergePlan.class);
            List<FileOutcome> files = WorkFiles.readObject(outcomesPath, Outcomes.class).files();
            return new MergeCommit(plan, files, rests, gate).run();
          });
    }
  }
}
