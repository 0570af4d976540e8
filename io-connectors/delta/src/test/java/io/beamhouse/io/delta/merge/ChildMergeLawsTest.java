package io.beamhouse.io.delta.merge;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.io.delta.TryDirectory;
import io.beamhouse.io.delta.log.WriterTransaction;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.values.Row;

/** Merges per parent of random versions against a model of a table in memory. */
class ChildMergeLawsTest {
  private static final Schema PARENTS =
      Schema.builder()
          .addNullableField("_run", FieldType.INT64)
          .addStringField("p")
          .addNullableField("seq", FieldType.INT32)
          .addNullableField("_deleted", FieldType.BOOLEAN)
          .build();

  private static final Schema CHILDREN =
      Schema.builder()
          .addStringField("p")
          .addStringField("c")
          .addNullableField("part", FieldType.STRING)
          .addNullableField("text", FieldType.STRING)
          .addNullableField("seq", FieldType.INT32)
          .addNullableField("_run", FieldType.INT64)
          .build();

  /**
   * One version of one parent.
   *
   * @param alone its parent row does not come
   * @param times how often all of it comes
   * @param children their partitions, by key
   */
  record Version(
      String parent,
      int seq,
      long run,
      boolean deleted,
      boolean alone,
      int times,
      Map<String, String> children) {
    List<Row> parents() {
      Row row = Row.withSchema(PARENTS).addValues(run, parent, seq, deleted).build();
      return alone ? List.of() : Collections.nCopies(times, row);
    }

    Stream<Row> rows() {
      return children.entrySet().stream()
          .map(
              child ->
                  Row.withSchema(CHILDREN)
                      .addValues(parent, child.getKey(), child.getValue(), "t" + seq / 2, seq, run)
                      .build());
    }
  }

  @Provide
  Arbitrary<List<List<Version>>> batches() {
    Arbitrary<Map<String, String>> children =
        Arbitraries.maps(
                Arbitraries.of("", "c", "\u0000c"), Arbitraries.of("x", "y").injectNull(0.3))
            .ofMaxSize(3);
    Arbitrary<Version> version =
        Combinators.combine(
                Arbitraries.of("", "p", "p\u0000"),
                Arbitraries.integers().between(0, 3),
                Arbitraries.longs().between(1, 4),
                Arbitraries.of(true, false, false, false),
                Arbitraries.of(true, false, false, false),
                Arbitraries.of(1, 1, 1, 2),
                children)
            .as(Version::new);
    // Two versions of one order have the same children, or they would be refused.
    return version
        .list()
        .uniqueElements(v -> List.of(v.parent, v.run))
        .ofMaxSize(5)
        .list()
        .ofMinSize(2)
        .ofMaxSize(6);
  }

  private static MergeSettings settings(Path table, boolean sequenced, boolean partitioned) {
    return LocalMerge.settings(table.toString(), "c")
        .replacePer(List.of("p"))
        .sequenceBy(sequenced ? List.of("seq") : List.of())
        .deleteWhen("_deleted")
        .partitionColumns(partitioned ? List.of("part") : List.of())
        .build();
  }

  private static MergeOutcome run(MergeSettings settings, List<Version> batch, Random random)
      throws IOException {
    return worked(settings, batch, random).commit();
  }

  /** A merge that is ready to be committed. */
  private static LocalMerge worked(MergeSettings settings, List<Version> batch, Random random)
      throws IOException {
    List<Row> parents = new ArrayList<>();
    List<Row> children = new ArrayList<>();
    for (Version version : batch) {
      parents.addAll(version.parents());
      version.rows().forEach(row -> children.addAll(Collections.nCopies(version.times, row)));
    }
    Collections.shuffle(parents, random);
    Collections.shuffle(children, random);
    MergeSettings split = settings.toBuilder().buckets(1 + random.nextInt(5)).build();
    LocalMerge merge = new LocalMerge(split, CHILDREN, PARENTS);
    merge.work(children, parents);
    return merge;
  }

  @Property(tries = 60)
  void equalsTheModelWhateverTheOrderAndTheBuckets(
      @ForAll("batches") List<List<Version>> batches,
      @ForAll boolean sequenced,
      @ForAll boolean partitioned,
      @ForAll long seed)
      throws IOException {
    Path directory = TryDirectory.get();
    MergeSettings settings = settings(directory.resolve("t"), sequenced, partitioned);
    Model model = new Model(sequenced);
    Random random = new Random(seed);
    for (List<Version> batch : batches) {
      MergeOutcome outcome = run(settings, batch, random);
      MergeCounts expected = model.merge(batch);
      long in = batch.stream().mapToLong(v -> (long) v.times * v.children.size()).sum();
      long parents = batch.stream().mapToLong(v -> v.parents().size()).sum();
      assertThat(LocalMerge.read(settings.table()))
          .containsExactlyInAnyOrderElementsOf(model.stored.values());
      assertThat(outcome)
          .isEqualTo(
              MergeOutcome.of(outcome.version(), outcome.committed(), in, expected, parents));
    }
  }

  @Property(tries = 30)
  void mergesThatMeetAreAsOneAfterAnother(
      @ForAll("batches") List<List<Version>> batches, @ForAll boolean sequenced, @ForAll long seed)
      throws IOException {
    Path directory = TryDirectory.get();
    MergeSettings settings = settings(directory.resolve("t"), sequenced, false);
    Model model = new Model(sequenced);
    Random random = new Random(seed);
    run(settings, batches.get(0), random);
    model.merge(batches.get(0));
    List<LocalMerge> merges = new ArrayList<>();
    for (List<Version> batch : batches.subList(1, batches.size())) {
      // A merge with a transaction is committed even if there was nothing to do when it was
      // planned.
      WriterTransaction one = WriterTransaction.of("app" + merges.size(), 1);
      merges.add(worked(settings.toBuilder().transaction(one).build(), batch, random));
    }
    for (int i = 0; i < merges.size(); i++) {
      MergeOutcome outcome = merges.get(i).commit();
      MergeCounts expected = model.merge(batches.get(i + 1));
      assertThat(outcome)
          .isEqualTo(
              MergeOutcome.of(
                  outcome.version(),
                  outcome.committed(),
                  expected.total(),
                  expected,
                  outcome.parents()));
      assertThat(LocalMerge.read(settings.table()))
          .containsExactlyInAnyOrderElementsOf(model.stored.values());
    }
  }

  @Property(tries = 15)
  void mergingAgainChangesNothing(
      @ForAll("batches") List<List<Version>> batches, @ForAll boolean sequenced, @ForAll long seed)
      throws IOException {
    Path directory = TryDirectory.get();
    MergeSettings settings = settings(directory.resolve("t"), sequenced, false);
    Random random = new Random(seed);
    long number = 1;
    for (List<Version> batch : batches) {
      MergeSettings once =
          settings.toBuilder().transaction(WriterTransaction.of("app", number++)).build();
      MergeOutcome first = run(once, batch, random);
      List<Row> after = LocalMerge.read(settings.table());
      MergeOutcome replay = run(once, batch, random);
      assertThat(replay.replayed()).isTrue();
      assertThat(List.of(replay.removed(), replay.parents(), replay.deleted()))
          .isEqualTo(List.of(first.removed(), first.parents(), 0L));
      List<Version> later =
          batch.stream()
              .map(
                  v ->
                      new Version(
                          v.parent, v.seq, v.run + 5, v.deleted, v.alone, v.times, v.children))
              .toList();
      assertThat(run(settings, later, random).committed()).isFalse();
      assertThat(LocalMerge.read(settings.table())).containsExactlyInAnyOrderElementsOf(after);
    }
  }

  /** The table as a map, and the last version of parents without children. */
  private static final class Model {
    private static final Comparator<Version> ORDER =
        Comparator.comparingInt(Version::seq).thenComparingLong(Version::run);

    private final boolean sequenced;
    private final Map<List<String>, Row> stored = new HashMap<>();
    private final Map<String, Integer> remembered = new TreeMap<>();
    private long[] counts;

    Model(boolean sequenced) {
      this.sequenced = sequenced;
    }

    MergeCounts merge(List<Version> batch) {
      counts = new long[6];
      Set<String> parents = new HashSet<>();
      batch.forEach(version -> parents.add(version.parent));
      for (String parent : parents) {
        List<Version> versions = batch.stream().filter(v -> v.parent.equals(parent)).toList();
        List<Version> whole = versions.stream().filter(v -> !v.alone).toList();
        List<Version> counting =
            whole.isEmpty() ? versions.stream().filter(v -> !v.children.isEmpty()).toList() : whole;
        Comparator<Version> order = sequenced ? ORDER : Comparator.comparingLong(Version::run);
        counting.stream().max(order).ifPresent(last -> apply(last, versions));
      }
      return new MergeCounts(counts[0], counts[1], 0, counts[3], counts[4], counts[5]);
    }

    private void apply(Version last, List<Version> versions) {
      Map<List<String>, Row> children = new HashMap<>();
      if (!last.deleted || last.alone) {
        last.rows().forEach(row -> children.put(key(row), row));
      }
      counts[4] += versions.stream().mapToLong(v -> (long) v.times * v.children.size()).sum();
      counts[4] -= children.size();
      boolean late = sequenced && remembered.getOrDefault(last.parent, -1) > last.seq;
      for (Row row : List.copyOf(stored.values())) {
        if (row.getString("p").equals(last.parent)) {
          if (sequenced && row.getInt32("seq") > last.seq) {
            late = true;
            counts[4] += children.remove(key(row)) == null ? 0 : 1;
          } else if (children.containsKey(key(row))) {
            Row child = children.remove(key(row));
            boolean same = row.getValues().subList(0, 5).equals(child.getValues().subList(0, 5));
            counts[same ? 3 : 1]++;
            stored.put(key(row), same ? row : child);
          } else if (!last.alone) {
            counts[5]++;
            stored.remove(key(row));
          }
        }
      }
      counts[late ? 4 : 0] += children.size();
      if (!late) {
        stored.putAll(children);
      }
      if (!last.alone && (last.deleted || last.children.isEmpty())) {
        remembered.merge(last.parent, last.seq, Math::max);
      }
    }

    private static List<String> key(Row row) {
      return List.of(row.getString("p"), row.getString("c"));
    }
  }
}
