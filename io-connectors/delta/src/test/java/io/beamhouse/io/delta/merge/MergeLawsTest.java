package io.beamhouse.io.delta.merge;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.io.delta.TryDirectory;
import io.beamhouse.io.delta.log.WriterTransaction;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.values.Row;

/** Merges of random batches against a model of a table in memory. */
class MergeLawsTest {
  private static final Schema SCHEMA =
      Schema.builder()
          .addInt32Field("a")
          .addStringField("b")
          .addNullableField("part", FieldType.STRING)
          .addNullableField("text", FieldType.STRING)
          .addNullableField("seq", FieldType.INT32)
          .addNullableField("_run", FieldType.INT64)
          .addNullableField("_deleted", FieldType.BOOLEAN)
          .build();

  private static final int DELETED = SCHEMA.indexOf("_deleted");

  @Provide
  Arbitrary<List<List<Row>>> batches() {
    Arbitrary<Row> change =
        Combinators.combine(
                Arbitraries.integers().between(-2, 3),
                Arbitraries.of("", "k", "\u0000", "é"),
                Arbitraries.of("x", "y/ z").injectNull(0.2),
                Arbitraries.of("one", "two").injectNull(0.2),
                Arbitraries.integers().between(0, 4).injectNull(0.1),
                Arbitraries.longs().between(1, 2).injectNull(0.2),
                Arbitraries.of(true, false, false, false))
            .as(
                (a, b, part, text, seq, run, deleted) ->
                    Row.withSchema(SCHEMA).addValues(a, b, part, text, seq, run, deleted).build());
    return change.list().ofMaxSize(25).list().ofMinSize(1).ofMaxSize(4);
  }

  private static MergeSettings settings(Path table, boolean sequenced, boolean partitioned) {
    return LocalMerge.settings(table.toString(), "a", "b")
        .sequenceBy(sequenced ? List.of("seq") : List.of())
        .deleteWhen("_deleted")
        .partitionColumns(partitioned ? List.of("part") : List.of())
        .build();
  }

  @Property(tries = 60)
  void equalsTheModelWhateverTheOrderAndTheBuckets(
      @ForAll("batches") List<List<Row>> batches,
      @ForAll boolean sequenced,
      @ForAll boolean partitioned,
      @ForAll long seed) {
    Path directory = TryDirectory.get();
    MergeSettings settings = settings(directory.resolve("t"), sequenced, partitioned);
    Model model = new Model(settings);
    Random random = new Random(seed);
    for (List<Row> batch : batches) {
      List<Row> shuffled = new ArrayList<>(batch);
      Collections.shuffle(shuffled, random);
      MergeOutcome outcome =
          LocalMerge.run(
              settings.toBuilder().buckets(1 + random.nextInt(9)).build(), SCHEMA, shuffled);
      MergeCounts expected = model.merge(batch);
      assertThat(LocalMerge.read(settings.table()))
          .containsExactlyInAnyOrderElementsOf(model.rows());
      assertThat(outcome)
          .isEqualTo(
              MergeOutcome.of(outcome.version(), outcome.committed(), batch.size(), expected, 0));
    }
  }

  @Property(tries = 10)
  void mergingAgainChangesNothing(@ForAll("batches") List<List<Row>> batches) {
    Path directory = TryDirectory.get();
    MergeSettings settings = settings(directory.resolve("t"), true, false);
    long run = 1;
    for (List<Row> batch : batches) {
      MergeSettings once =
          settings.toBuilder().transaction(WriterTransaction.of("app", run++)).build();
      MergeOutcome first = LocalMerge.run(once, SCHEMA, batch);
      List<Row> after = LocalMerge.read(settings.table());
      MergeOutcome replay = LocalMerge.run(once, SCHEMA, batch);
      assertThat(replay.replayed()).isTrue();
      assertThat(replay.inserted()).isEqualTo(first.inserted());
      MergeOutcome again = LocalMerge.run(settings, SCHEMA, batch);
      assertThat(again.inserted() + again.updated() + again.deleted()).isZero();
      assertThat(LocalMerge.read(settings.table())).containsExactlyInAnyOrderElementsOf(after);
    }
  }

  /** The table as a map. Only the order of equal sequence and run is taken from the encoder. */
  private static final class Model {
    private final boolean sequenced;
    private final ChangeEncoder encoder;
    private final Map<List<Object>, Row> stored = new HashMap<>();
    private final Map<List<Object>, byte[]> deleted = new HashMap<>();

    Model(MergeSettings settings) {
      sequenced = !settings.sequenceBy().isEmpty();
      encoder = new ChangeEncoder(settings.shape(SCHEMA));
    }

    List<Row> rows() {
      Schema schema = Schema.builder().addFields(SCHEMA.getFields().subList(0, DELETED)).build();
      return stored.values().stream()
          .map(
              row ->
                  Row.withSchema(schema)
                      .attachValues(new ArrayList<>(row.getValues().subList(0, DELETED))))
          .toList();
    }

    MergeCounts merge(List<Row> batch) {
      Map<List<Object>, Row> last = new LinkedHashMap<>();
      for (Row change : batch) {
        last.merge(key(change), change, (x, y) -> compare(x, y) >= 0 ? x : y);
      }
      long[] counts = {0, 0, 0, 0, batch.size() - last.size()};
      last.forEach((key, change) -> counts[apply(key, change)]++);
      return new MergeCounts(counts[0], counts[1], counts[2], counts[3], counts[4], 0);
    }

    /** Returns which count goes up: inserted, updated, deleted, unchanged, superseded. */
    private int apply(List<Object> key, Row change) {
      Row row = stored.get(key);
      byte[] grave = deleted.get(key);
      boolean deletes = change.getBoolean(DELETED);
      if (deletes && sequenced) {
        deleted.merge(key, order(change), (x, y) -> Arrays.compareUnsigned(x, y) >= 0 ? x : y);
      }
      if (row == null) {
        if (sequenced && grave != null && Arrays.compareUnsigned(order(change), grave) < 0) {
          return 4;
        }
        if (!deletes) {
          stored.put(key, change);
        }
        return deletes ? 3 : 0;
      }
      boolean same = row.getValues().subList(0, 5).equals(change.getValues().subList(0, 5));
      if (!deletes && same && (!sequenced || bySequence(change, row) == 0)) {
        return 3;
      }
      if (sequenced && compare(change, row) < 0) {
        return 4;
      }
      if (deletes) {
        stored.remove(key);
      } else {
        stored.put(key, change);
      }
      return deletes ? 2 : 1;
    }

    private static List<Object> key(Row change) {
      return List.of(change.getValue("a"), change.getValue("b"));
    }

    private static int bySequence(Row x, Row y) {
      return Integer.compare(sequence(x), sequence(y));
    }

    private static int sequence(Row row) {
      Integer sequence = row.getInt32("seq");
      return sequence == null ? -1 : sequence;
    }

    private static long run(Row row) {
      Long run = row.getInt64("_run");
      return run == null ? -1 : run;
    }

    private int compare(Row x, Row y) {
      if (sequenced && bySequence(x, y) != 0) {
        return bySequence(x, y);
      }
      return run(x) != run(y)
          ? Long.compare(run(x), run(y))
          : Arrays.compareUnsigned(order(x), order(y));
    }

    private byte[] order(Row row) {
      encoder.encode(row);
      byte[] change = encoder.change();
      return Arrays.copyOfRange(change, Change.order(change), Change.payload(change));
    }
  }
}
