package io.beamhouse.io.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.io.delta.compact.Compacted;
import io.beamhouse.io.delta.log.CommitRequest;
import io.beamhouse.io.delta.log.DataFile;
import io.beamhouse.io.delta.log.DeltaLog;
import io.beamhouse.io.delta.log.TableSnapshot;
import io.beamhouse.testing.DeltaTables;
import io.beamhouse.testing.Faults;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Small files put together, undisturbed, disturbed and killed. */
class DeltaCompactTest {
  @TempDir Path directory;

  private SmallTable table(String... partitions) {
    return SmallTable.create(directory, List.of(partitions), Map.of());
  }

  private static List<Long> ids(long from, long to) {
    return LongStream.range(from, to).boxed().toList();
  }

  @Test
  void manySmallFilesBecomeOneInOneCommitThatChangesNoRow() {
    SmallTable table = table();
    // Not in the order of their keys.
    for (long run : new long[] {3, 1, 2, 5, 4}) {
      table.append(run * 10L, run * 10L + 10, "a", run == 5 ? 7 : 0);
    }
    TableSnapshot before = DeltaLog.at(table.path).latest();
    Compacted done = DeltaIO.compact(table.path).run();
    assertThat(done.filesBefore()).isEqualTo(5);
    assertThat(done.filesAfter()).isEqualTo(1);
    assertThat(done.version()).hasValue(before.version() + 1);
    TableSnapshot after = DeltaLog.at(table.path).latest();
    assertThat(table.files()).hasSize(1);
    // Neighbours by key, rows of a file in their order.
    assertThat(SmallTable.ids(after, table.files().get(0))).isEqualTo(ids(10, 60));
    assertThat(table.ids(before)).isEqualTo(ids(10, 60));
    assertThat(after.transactionVersion("app")).hasValue(7);
    DeltaTables.Commit commit = DeltaTables.at(directory.resolve("table")).commits().get(6);
    assertThat(commit.info().path("operation").asText()).isEqualTo("OPTIMIZE");
    assertThat(commit.info().path("operationMetrics").path("numRemovedFiles").asText())
        .isEqualTo("5");
    assertThat(commit.actions())
        .filteredOn(action -> action.has("add") || action.has("remove"))
        .hasSize(6)
        .allSatisfy(
            action ->
                assertThat(action.elements().next().path("dataChange").asBoolean(true)).isFalse());
    assertThat(DeltaIO.compact(table.path).run().version()).isEmpty();
  }

  @Test
  void partitionsAgeAndLongFilesAreMinded() {
    SmallTable table = table("kind");
    for (int run = 0; run < 3; run++) {
      table.append(run * 10L, run * 10L + 10, "a b/c");
      table.append(100 + run, 101 + run, null);
    }
    table.append(1_000, 1_001, "alone");
    assertThat(DeltaIO.compact(table.path).withOlderThan(Duration.ofHours(1)).run().version())
        .isEmpty();
    assertThat(DeltaIO.compact(table.path).withMinFiles(4).run().version()).isEmpty();
    // A quarter of this target is shorter than each file.
    assertThat(DeltaIO.compact(table.path).withTargetFileBytes(1_000).run().version()).isEmpty();
    assertThat(DeltaIO.compact(table.path).run().filesAfter()).isEqualTo(2);
    assertThat(table.files()).hasSize(3);
    assertThat(DeltaTables.at(directory.resolve("table")).rows())
        .filteredOn(row -> row.getInt64("id") == 15)
        .extracting(row -> row.getString("kind"))
        .containsExactly("a b/c");
    assertThat(table.ids()).hasSize(34);
  }

  @Test
  void newFilesKeepToTheTarget() {
    SmallTable table = table();
    for (int run = 0; run < 12; run++) {
      table.append(run * 100L, run * 100L + 100, "a");
    }
    long one = table.files().get(0).bytes();
    Compacted done = DeltaIO.compact(table.path).withTargetFileBytes(4 * one + 100).run();
    assertThat(done.filesAfter()).isEqualTo(3);
    assertThat(table.ids()).isEqualTo(ids(0, 1_200));
  }

  /** A merge or delete that was faster keeps its group out, and only that. */
  @Test
  void groupWhoseFileWasRemovedMeanwhileIsLeftAlone() throws Exception {
    SmallTable table = table("kind");
    for (int run = 0; run < 3; run++) {
      table.append(run * 10L, run * 10L + 10, "a");
      table.append(100 + run, 101 + run, "b");
    }
    Path pause = directory.resolve("pause");
    CompletableFuture<Compacted> compaction;
    DataFile gone =
        table.files().stream()
            .filter(file -> file.partitionValues().get("kind").equals("b"))
            .findFirst()
            .orElseThrow();
    List<Long> goneIds = SmallTable.ids(DeltaLog.at(table.path).latest(), gone);
    try (Faults.Armed fault = Faults.pauseAt("delta.commit", "before", pause)) {
      compaction = CompletableFuture.supplyAsync(() -> DeltaIO.compact(table.path).run());
      while (!Files.exists(pause)) {
        Thread.onSpinWait();
      }
      TableSnapshot now = DeltaLog.at(table.path).latest();
      DeltaLog.at(table.path).commit(CommitRequest.on(now, "DELETE").withRemoves(List.of(gone)));
      table.append(500, 510, "a", 3);
      Files.delete(pause);
    }
    Compacted done = compaction.get();
    assertThat(done.filesBefore()).isEqualTo(3);
    assertThat(done.filesBusy()).isEqualTo(3);
    assertThat(table.files()).hasSize(1 + 2 + 1);
    assertThat(table.ids())
        .isEqualTo(
            LongStream.concat(
                    LongStream.concat(LongStream.range(0, 30), LongStream.range(100, 103)),
                    LongStream.range(500, 510))
                .filter(id -> !goneIds.contains(id))
                .boxed()
                .toList());
    assertThat(DeltaLog.at(table.path).latest().transactionVersion("app")).hasValue(3);
    // What was written for the group that was left alone is gone, too.
    try (var files = Files.walk(directory.resolve("table"))) {
      assertThat(files.filter(file -> file.toString().endsWith(".parquet"))).hasSize(3 + 3 + 1 + 1);
    }
  }

  @Test
  void everyGroupBusyChangesNothing() throws Exception {
    SmallTable table = table();
    table.append(0, 10, "a");
    table.append(10, 20, "a");
    Path pause = directory.resolve("pause");
    CompletableFuture<Compacted> compaction;
    try (Faults.Armed fault = Faults.pauseAt("delta.commit", "before", pause)) {
      compaction = CompletableFuture.supplyAsync(() -> DeltaIO.compact(table.path).run());
      while (!Files.exists(pause)) {
        Thread.onSpinWait();
      }
      DeltaIO.compact(table.path).run();
      Files.delete(pause);
    }
    assertThat(compaction.get().version()).isEmpty();
    assertThat(compaction.get().toString()).contains("2 files are busy");
    assertThat(table.ids()).isEqualTo(ids(0, 20));
  }

  @ParameterizedTest
  @CsvSource({
    "delta.data,before", "delta.data,after",
    "delta.commit,before", "delta.commit,after",
    "delta.checkpoint,before", "delta.checkpoint,after"
  })
  void compactionThatDiesLosesNothingAndTheNextOneEndsIt(String step, String moment) {
    SmallTable table =
        SmallTable.create(directory, List.of(), Map.of("delta.checkpointInterval", "4"));
    for (int run = 0; run < 3; run++) {
      table.append(run * 10L, run * 10L + 10, "a");
    }
    try (Faults.Armed fault = Faults.throwAt(step, moment)) {
      if (step.equals("delta.checkpoint")) {
        DeltaIO.compact(table.path).run();
      } else {
        assertThatThrownBy(() -> DeltaIO.compact(table.path).run())
            .isInstanceOf(Faults.InjectedFault.class);
      }
      assertThat(fault.struck()).isTrue();
    }
    assertThat(table.ids()).isEqualTo(ids(0, 30));
    DeltaIO.compact(table.path).run();
    assertThat(table.files()).hasSize(1);
    assertThat(table.ids()).isEqualTo(ids(0, 30));
  }

  @Test
  void tableThatCannotBeWrittenIsRefused() {
    SmallTable table =
        SmallTable.create(directory, List.of(), Map.of("delta.columnMapping.mode", "name"));
    assertThatThrownBy(() -> DeltaIO.compact(table.path).run())
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("columnMapping");
  }
}
