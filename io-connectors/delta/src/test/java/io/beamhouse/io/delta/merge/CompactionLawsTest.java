package io.beamhouse.io.delta.merge;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.io.delta.TryDirectory;
import io.beamhouse.io.delta.compact.DeltaCompact;
import io.beamhouse.io.delta.log.DeltaLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;

/** Compactions among merges: the table is that of the merges, in whatever order they commit. */
class CompactionLawsTest {
  private static final Schema SCHEMA =
      Schema.builder()
          .addInt64Field("id")
          .addNullableField("part", FieldType.STRING)
          .addInt64Field("seq")
          .addNullableField("_deleted", FieldType.BOOLEAN)
          .build();
  private static final int KEYS = 12;

  /** Every change has a sequence of its own, so the greatest of a key decides. */
  private static final class Model {
    private final Map<Long, Row> newest = new TreeMap<>();

    synchronized void add(List<Row> changes) {
      for (Row change : changes) {
        newest.merge(
            change.getInt64("id"), change, (a, b) -> a.getInt64("seq") > b.getInt64("seq") ? a : b);
      }
    }

    List<String> rows() {
      return newest.values().stream()
          .filter(row -> !row.getBoolean("_deleted"))
          .map(CompactionLawsTest::text)
          .sorted()
          .toList();
    }
  }

  private static String text(Row row) {
    return row.getInt64("id") + " " + row.getString("part") + " " + row.getInt64("seq");
  }

  private static List<String> table(String path) {
    return LocalMerge.read(path).stream().map(CompactionLawsTest::text).sorted().toList();
  }

  private static List<Row> changes(Random random, AtomicLong sequence) {
    List<Row> changes = new ArrayList<>();
    for (int i = random.nextInt(4); i >= 0; i--) {
      changes.add(
          Row.withSchema(SCHEMA)
              .addValues(
                  (long) random.nextInt(KEYS),
                  random.nextBoolean() ? "x" : null,
                  sequence.incrementAndGet(),
                  random.nextInt(5) == 0)
              .build());
    }
    return changes;
  }

  private static MergeSettings settings(String path, boolean partitioned) {
    return LocalMerge.settings(path, "id")
        .sequenceBy(List.of("seq"))
        .deleteWhen("_deleted")
        .partitionColumns(partitioned ? List.of("part") : List.of())
        .build();
  }

  private static void check(String path, Model model) {
    assertThat(table(path)).isEqualTo(model.rows());
  }

  /** 0-2: a merge works; 3-5: one that has worked commits; 6-7: the table is compacted. */
  @Property(tries = 12)
  void mergesThatMeetCompactionsLoseNoChange(
      @ForAll @Size(min = 4, max = 16) List<@IntRange(max = 7) Integer> steps,
      @ForAll boolean partitioned,
      @ForAll long seed)
      throws IOException {
    String path = TryDirectory.get().resolve("t").toString();
    Random random = new Random(seed);
    AtomicLong sequence = new AtomicLong();
    MergeSettings settings = settings(path, partitioned);
    Model model = new Model();
    List<Row> first = changes(random, sequence);
    LocalMerge.run(settings, SCHEMA, first);
    model.add(first);
    Deque<LocalMerge> working = new ArrayDeque<>();
    for (int step : steps) {
      if (step <= 2) {
        List<Row> changes = changes(random, sequence);
        Collections.shuffle(changes, random);
        LocalMerge merge = new LocalMerge(settings, SCHEMA);
        merge.work(changes);
        model.add(changes);
        working.add(merge);
      } else if (step <= 5 && !working.isEmpty()) {
        (random.nextBoolean() ? working.removeFirst() : working.removeLast()).commit();
      } else {
        long before = DeltaLog.at(path).latest().version();
        List<String> rows = table(path);
        DeltaCompact.of(path).run();
        assertThat(table(path)).isEqualTo(rows);
        assertThat(DeltaLog.at(path).at(before).version()).isEqualTo(before);
      }
    }
    while (!working.isEmpty()) {
      working.removeFirst().commit();
    }
    check(path, model);
    DeltaCompact.of(path).run();
    check(path, model);
  }

  @Test
  void mergesAndCompactionsAtOnceLoseNoChange(@org.junit.jupiter.api.io.TempDir Path directory)
      throws Exception {
    String path = directory.resolve("t").toString();
    AtomicLong sequence = new AtomicLong();
    MergeSettings settings = settings(path, false);
    Model model = new Model();
    List<Row> first = changes(new Random(1), sequence);
    LocalMerge.run(settings, SCHEMA, first);
    model.add(first);
    AtomicBoolean done = new AtomicBoolean();
    AtomicLong committed = new AtomicLong();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try {
      List<Future<?>> mergers = new ArrayList<>();
      for (int writer = 0; writer < 2; writer++) {
        Random random = new Random(writer);
        mergers.add(
            threads.submit(
                () -> {
                  for (int round = 0; round < 8; round++) {
                    List<Row> changes = changes(random, sequence);
                    LocalMerge.run(settings, SCHEMA, changes);
                    model.add(changes);
                  }
                }));
      }
      List<Future<?>> compactors = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        compactors.add(
            threads.submit(
                () -> {
                  while (!done.get()) {
                    DeltaCompact.of(path).run().version().ifPresent(v -> committed.addAndGet(1));
                  }
                }));
      }
      for (Future<?> merger : mergers) {
        merger.get();
      }
      done.set(true);
      for (Future<?> compactor : compactors) {
        compactor.get();
      }
    } finally {
      done.set(true);
      threads.shutdownNow();
    }
    assertThat(committed.get()).isPositive();
    check(path, model);
  }
}
