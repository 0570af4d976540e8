package io.beamhouse.io.delta.merge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.io.delta.log.WriterTransaction;
import io.beamhouse.testing.Faults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Merges that meet other writers, and merges that die. */
class MergeConflictTest {
  private static final Schema SCHEMA =
      Schema.builder()
          .addInt64Field("id")
          .addNullableField("name", FieldType.STRING)
          .addInt32Field("seq")
          .addNullableField("_deleted", FieldType.BOOLEAN)
          .build();

  @TempDir Path directory;

  private MergeSettings settings() {
    return LocalMerge.settings(directory.resolve("t").toString(), "id")
        .sequenceBy(List.of("seq"))
        .deleteWhen("_deleted")
        .build();
  }

  private static Row row(long id, String name, int seq) {
    return Row.withSchema(SCHEMA).addValues(id, name, seq, false).build();
  }

  private static Row gone(long id, int seq) {
    return Row.withSchema(SCHEMA).addValues(id, null, seq, true).build();
  }

  private MergeOutcome merge(Row... changes) {
    return LocalMerge.run(settings(), SCHEMA, List.of(changes));
  }

  private LocalMerge worked(Row... changes) throws IOException {
    LocalMerge merge = new LocalMerge(settings(), SCHEMA);
    merge.work(List.of(changes));
    return merge;
  }

  private List<String> table() {
    return LocalMerge.read(directory.resolve("t").toString()).stream()
        .map(row -> row.getInt64("id") + row.getString("name") + row.getInt32("seq"))
        .sorted()
        .toList();
  }

  @Test
  void aKeyThatTwoMergesInsertIsThereOnceWithTheLaterRow() throws IOException {
    merge(row(0, "z", 1));
    LocalMerge early = worked(row(1, "early", 1), row(2, "mine", 1));
    LocalMerge late = worked(row(1, "late", 2));
    late.commit();
    MergeOutcome outcome = early.commit();
    assertThat(outcome.superseded()).isEqualTo(1);
    assertThat(outcome.inserted()).isEqualTo(1);
    assertThat(table()).containsExactly("0z1", "1late2", "2mine1");
  }

  @Test
  void theLaterRowWinsWhenItsMergeCommitsLast() throws IOException {
    merge(row(0, "z", 1));
    LocalMerge early = worked(row(1, "early", 1));
    LocalMerge late = worked(row(1, "late", 2), row(2, "mine", 1));
    early.commit();
    assertThat(late.commit().updated()).isEqualTo(1);
    assertThat(table()).containsExactly("0z1", "1late2", "2mine1");
  }

  @Test
  void filesThatAnotherMergeRewroteAreMergedAgain() throws IOException {
    merge(row(1, "a", 1), row(2, "b", 1), row(3, "c", 1));
    LocalMerge mine = worked(row(1, "a2", 2), row(3, "c2", 2), row(4, "d", 1));
    merge(row(2, "b2", 2), row(3, "c3", 3));
    MergeOutcome outcome = mine.commit();
    assertThat(outcome).isEqualTo(new MergeOutcome(3, true, false, 3, 1, 1, 0, 0, 1, 0, 0));
    assertThat(table()).containsExactly("1a22", "2b22", "3c33", "4d1");
  }

  @Test
  void aDeleteThatAnotherMergeMadeMeanwhileIsSeen() throws IOException {
    merge(row(1, "a", 1), row(2, "b", 1));
    LocalMerge mine = worked(row(1, "a2", 2), row(9, "new", 2));
    merge(gone(1, 3), gone(9, 3));
    assertThat(mine.commit().superseded()).isEqualTo(2);
    assertThat(table()).containsExactly("2b1");
  }

  @Test
  void commitsThatDoNotTouchOurKeysCostNothing() throws IOException {
    merge(row(1, "a", 1));
    LocalMerge mine = worked(row(1, "a2", 2));
    merge(row(100, "x", 1));
    try (Faults.Armed rewrite = Faults.throwAt("delta.data", "before")) {
      mine.commit();
      assertThat(rewrite.struck()).isFalse();
    }
    assertThat(table()).containsExactly("100x1", "1a22");
  }

  @Test
  void severalWritersLoseNothingAndDoubleNothing() throws Exception {
    merge(row(0, "z", 0));
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> writers = new ArrayList<>();
      for (int writer = 0; writer < 4; writer++) {
        int number = writer;
        writers.add(
            threads.submit(
                () -> {
                  for (int round = 1; round <= 5; round++) {
                    merge(
                        row(0, "shared", round * 10 + number),
                        row(1 + number, "own", round),
                        row(100 + round, "new", number));
                  }
                }));
      }
      for (Future<?> writer : writers) {
        writer.get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(table())
        .containsExactlyInAnyOrder(
            "0shared53",
            "1own5",
            "2own5",
            "3own5",
            "4own5",
            "101new3",
            "102new3",
            "103new3",
            "104new3",
            "105new3");
  }

  @Test
  void aCommitterThatRunsAgainFindsItsOwnCommit() throws IOException {
    merge(row(1, "a", 1), row(2, "b", 1));
    LocalMerge mine = worked(row(1, "a2", 2), gone(2, 2), row(3, "c", 1));
    MergeOutcome first = mine.commit();
    MergeOutcome second = mine.commit();
    assertThat(second.replayed()).isTrue();
    assertThat(second.version()).isEqualTo(first.version());
    assertThat(second.deleted()).isEqualTo(1);
    assertThat(table()).containsExactly("1a22", "3c1");
  }

  @ParameterizedTest
  @CsvSource({
    "delta.data,before",
    "delta.data,after",
    "delta.tombstones,before",
    "delta.tombstones,after",
    "delta.commit,before",
    "delta.commit,after"
  })
  void aMergeThatDiesAndRunsAgainIsAppliedOnce(String step, String moment) throws IOException {
    merge(row(1, "a", 1), row(2, "b", 1));
    MergeSettings run = settings().toBuilder().transaction(WriterTransaction.of("app", 1)).build();
    List<Row> changes = List.of(row(1, "a2", 2), gone(2, 2), row(3, "c", 1), gone(7, 5));
    try (Faults.Armed fault = Faults.throwAt(step, moment)) {
      assertThatThrownBy(() -> LocalMerge.run(run, SCHEMA, changes))
          .isInstanceOf(Faults.InjectedFault.class);
      assertThat(fault.struck()).isTrue();
    }
    MergeOutcome again = LocalMerge.run(run, SCHEMA, changes);
    assertThat(again.replayed()).isEqualTo(step.equals("delta.commit") && moment.equals("after"));
    assertThat(again.changesIn()).isEqualTo(4);
    assertThat(again.inserted()).isEqualTo(1);
    merge(row(2, "late", 1), row(7, "late", 4));
    assertThat(table()).containsExactly("1a22", "3c1");
    assertThat(changesLeft()).isLessThanOrEqualTo(1);
  }

  @Test
  void whatMergesNeedToRunAgainIsRemovedAWeekLater() throws IOException {
    Path merges = directory.resolve("t/_beamhouse/tmp");
    FileTime old = FileTime.from(Instant.now().minus(Duration.ofDays(8)));
    merge(row(1, "a", 1));
    try (Stream<Path> all = Files.walk(merges)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.setLastModifiedTime(path, old);
      }
    }
    merge(row(2, "b", 1));
    try (Stream<Path> left = Files.list(merges)) {
      assertThat(left).hasSize(1);
    }
  }

  /** However many deletes there were, a merge opens the few files that count. */
  @Test
  void deletesThatAreInANewerFileAreNotOpenedAgain() throws IOException {
    merge(row(1, "a", 1));
    for (int delete = 2; delete < 30; delete++) {
      merge(gone(delete, delete));
    }
    Path tombstones = directory.resolve("t/_beamhouse/tombstones");
    List<Path> files;
    try (Stream<Path> all = Files.list(tombstones)) {
      files = all.sorted(Comparator.comparing(f -> f.toFile().lastModified())).toList();
    }
    assertThat(files).hasSizeGreaterThan(20);
    // Replaced since: nobody looks into them.
    for (Path replaced : files.subList(0, 10)) {
      FileTime time = Files.getLastModifiedTime(replaced);
      Files.writeString(replaced, "damaged");
      Files.setLastModifiedTime(replaced, time);
    }
    merge(row(5, "late", 4), row(5, "later", 6));
    assertThat(table()).containsExactly("1a1", "5later6");
    // They go some time later.
    for (Path replaced : files.subList(0, 10)) {
      Files.setLastModifiedTime(
          replaced, FileTime.from(Instant.now().minus(Duration.ofMinutes(16))));
    }
    merge(gone(7, 70));
    assertThat(files.subList(0, 10)).noneMatch(Files::exists);
    merge(row(3, "late", 2));
    assertThat(table()).containsExactly("1a1", "5later6");
  }

  /** Files of changes; those of a merge that died stay for a day. */
  private long changesLeft() throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve("t/_beamhouse/tmp"))) {
      return files.filter(file -> file.getFileName().toString().startsWith("changes")).count();
    }
  }
}
