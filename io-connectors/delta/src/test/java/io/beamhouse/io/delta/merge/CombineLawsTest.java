package io.beamhouse.io.delta.merge;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.io.delta.TryDirectory;
import io.beamhouse.io.delta.log.WriterTransaction;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A table that is merged with combined columns is a function of the set of all changes: they are
 * shuffled, doubled, split into merges at random, merged again and merged at the same time.
 */
class CombineLawsTest {
  @Provide
  Arbitrary<List<Row>> changes() {
    return Arbitraries.randomValue(CombineModel::change).list().ofMinSize(1).ofMaxSize(40);
  }

  private static MergeSettings settings(boolean sequenced, boolean partitioned) {
    String table = TryDirectory.get().resolve("t").toString();
    return LocalMerge.settings(table, "a", "b")
        .sequenceBy(sequenced ? List.of("seq") : List.of())
        .combine(CombineModel.COMBINE)
        .partitionColumns(partitioned ? List.of("part") : List.of())
        .build();
  }

  private static List<String> table(MergeSettings settings) {
    return CombineModel.texts(LocalMerge.read(settings.table()));
  }

  /** All changes, some of them twice, in parts. */
  private static List<List<Row>> increments(List<Row> changes, Random random) {
    List<Row> all = new ArrayList<>(changes);
    changes.stream().filter(any -> random.nextInt(4) == 0).forEach(all::add);
    Collections.shuffle(all, random);
    List<List<Row>> increments = new ArrayList<>();
    while (!all.isEmpty()) {
      List<Row> part = all.subList(0, 1 + random.nextInt(all.size()));
      increments.add(List.copyOf(part));
      part.clear();
    }
    return increments;
  }

  @Property(tries = 40)
  void theTableIsAFunctionOfTheSetOfChanges(
      @ForAll("changes") List<Row> changes, @ForAll boolean partitioned, @ForAll long seed) {
    MergeSettings settings = settings(true, partitioned);
    CombineModel model = new CombineModel(settings);
    Random random = new Random(seed);
    for (List<Row> increment : increments(changes, random)) {
      MergeOutcome outcome =
          LocalMerge.run(
              settings.toBuilder().buckets(1 + random.nextInt(9)).build(),
              CombineModel.SCHEMA,
              increment);
      assertThat(outcome)
          .isEqualTo(
              MergeOutcome.of(
                  outcome.version(),
                  outcome.inserted() + outcome.updated() > 0,
                  increment.size(),
                  model.merge(increment),
                  0));
    }
    assertThat(table(settings))
        .isEqualTo(model.texts())
        .isEqualTo(CombineModel.ofAll(settings, changes).texts());
  }

  @Property(tries = 10)
  void replaysAndRepeatsAddNothing(@ForAll("changes") List<Row> changes, @ForAll long seed) {
    MergeSettings settings = settings(true, false);
    Random random = new Random(seed);
    long run = 1;
    for (List<Row> increment : increments(changes, random)) {
      MergeSettings once =
          settings.toBuilder().transaction(WriterTransaction.of("app", run++)).build();
      MergeOutcome first = LocalMerge.run(once, CombineModel.SCHEMA, increment);
      MergeOutcome replay = LocalMerge.run(once, CombineModel.SCHEMA, increment);
      assertThat(replay.replayed()).isTrue();
      assertThat(replay.version()).isEqualTo(first.version());
      assertThat(replay.updated()).isEqualTo(first.updated());
      MergeOutcome repeat = LocalMerge.run(settings, CombineModel.SCHEMA, increment);
      assertThat(repeat.committed()).isFalse();
    }
    assertThat(table(settings)).isEqualTo(CombineModel.ofAll(settings, changes).texts());
  }

  @Property(tries = 25)
  void mergesAtTheSameTimeLoseNothing(
      @ForAll("changes") List<Row> changes, @ForAll boolean partitioned, @ForAll long seed)
      throws IOException {
    MergeSettings settings = settings(true, partitioned);
    Random random = new Random(seed);
    List<LocalMerge> working = new ArrayList<>();
    for (List<Row> increment : increments(changes, random)) {
      LocalMerge merge = new LocalMerge(settings, CombineModel.SCHEMA);
      merge.work(increment);
      working.add(merge);
      while (!working.isEmpty() && random.nextBoolean()) {
        working.remove(random.nextInt(working.size())).commit();
      }
    }
    for (LocalMerge merge : working) {
      merge.commit();
    }
    assertThat(table(settings)).isEqualTo(CombineModel.ofAll(settings, changes).texts());
  }

  @Property(tries = 10)
  void withoutASequenceTheCombinedColumnsStillHold(
      @ForAll("changes") List<Row> changes, @ForAll long seed) {
    MergeSettings settings = settings(false, false);
    for (List<Row> increment : increments(changes, new Random(seed))) {
      LocalMerge.run(settings, CombineModel.SCHEMA, increment);
    }
    List<String> columns = new ArrayList<>(CombineModel.COMBINE.keySet());
    columns.addAll(settings.keys());
    assertThat(CombineModel.texts(LocalMerge.read(settings.table()), columns))
        .isEqualTo(CombineModel.texts(CombineModel.ofAll(settings, changes).rows(), columns));
  }

  @Test
  void moreMatchesThanAreKeptAreCombinedToo(@TempDir Path directory) {
    Schema schema =
        Schema.builder()
            .addInt32Field("id")
            .addInt32Field("seq")
            .addStringField("name")
            .addInt32Field("most")
            .build();
    MergeSettings settings =
        LocalMerge.settings(directory.resolve("t").toString(), "id")
            .sequenceBy(List.of("seq"))
            .combine(Map.of("name", Combine.MIN, "most", Combine.MAX))
            .build();
    List<Row> early = new ArrayList<>();
    List<Row> late = new ArrayList<>();
    List<String> expected = new ArrayList<>();
    for (int id = 0; id < 66_000; id++) {
      early.add(Row.withSchema(schema).addValues(id, 2, "n" + id % 10, 0).build());
      late.add(
          Row.withSchema(schema).addValues(id, id % 2 + 1, "n" + (id + 3) % 10, id + 1).build());
      expected.add(id + " 2 n" + Math.min(id % 10, (id + 3) % 10) + " " + (id + 1));
    }
    LocalMerge.run(settings, schema, early);
    LocalMerge.run(settings, schema, late);
    List<String> stored = new ArrayList<>();
    for (Row row : LocalMerge.read(settings.table())) {
      stored.add(
          row.getInt32("id")
              + " "
              + row.getInt32("seq")
              + " "
              + row.getString("name")
              + " "
              + row.getInt32("most"));
    }
    Collections.sort(stored);
    Collections.sort(expected);
    assertThat(stored.equals(expected)).isTrue();
  }
}
