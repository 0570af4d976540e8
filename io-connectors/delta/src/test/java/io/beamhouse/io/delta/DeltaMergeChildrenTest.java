package io.beamhouse.io.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.testing.BeamTest;
import java.nio.file.Path;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionRowTuple;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The merge per parent as embedders use it, on the direct runner, read back by delta-spark. */
@ExtendWith(BeamTest.class)
class DeltaMergeChildrenTest {
  private static final Schema TITLES =
      Schema.builder()
          .addNullableField("title", FieldType.STRING)
          .addInt32Field("at")
          .addBooleanField("gone")
          .build();

  private static final Schema GENRES =
      Schema.builder()
          .addNullableField("title", FieldType.STRING)
          .addNullableField("genre", FieldType.STRING)
          .addInt32Field("at")
          .build();

  @TempDir Path directory;

  private static Row title(String title, int at, boolean gone) {
    return Row.withSchema(TITLES).addValues(title, at, gone).build();
  }

  private static Row genre(String title, String genre, int at) {
    return Row.withSchema(GENRES).addValues(title, genre, at).build();
  }

  private String table() {
    return directory.resolve("genres").toString();
  }

  private DeltaMerge merge() {
    return DeltaIO.merge()
        .into(table())
        .withKeys("genre")
        .withSequenceBy("at")
        .withDeleteWhen("gone")
        .withBuckets(3);
  }

  private DeltaMergeResult apply(
      TestPipeline pipeline, DeltaMerge merge, List<Row> titles, List<Row> genres) {
    PCollection<Row> parents = pipeline.apply("Titles", Create.of(titles).withRowSchema(TITLES));
    PCollection<Row> children = pipeline.apply("Genres", Create.of(genres).withRowSchema(GENRES));
    return DeltaMergeChildren.input(children, parents).apply(merge.replacingPer("title"));
  }

  private void run(DeltaMerge merge, List<Row> titles, List<Row> genres) {
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    apply(pipeline, merge, titles, genres);
    pipeline.run().waitUntilFinish();
  }

  private List<String> stored() {
    return DeltaSpark.read(table()).collectAsList().stream()
        .map(row -> row.getString(0) + " " + row.getString(1) + " " + row.getInt(2))
        .toList();
  }

  @Test
  void aVersionReplacesAllChildrenAndSaysWhatItDid(TestPipeline pipeline) {
    run(
        merge(),
        List.of(title("a", 1, false), title("b", 1, false), title("c", 1, false)),
        List.of(
            genre("a", "War", 1),
            genre("a", "Drama", 1),
            genre("b", "War", 1),
            genre("c", "War", 1),
            genre("c", "News", 1)));
    DeltaMergeResult result =
        apply(
            pipeline,
            merge(),
            List.of(title("a", 2, false), title("b", 2, false), title("c", 2, true)),
            List.of(genre("a", "Drama", 2), genre("a", "Sport", 2), genre("c", "War", 2)));
    PAssert.that(result.commit())
        .containsInAnyOrder(
            Row.withSchema(DeltaMergeResult.COMMIT)
                .addValues(2L, true, false, 3L, 1L, 1L, 0L, 0L, 1L, 4L, 3L)
                .build());
    pipeline.run().waitUntilFinish();
    assertThat(stored()).containsExactlyInAnyOrder("a Drama 2", "a Sport 2");
    assertThat(
            DeltaSpark.history(table())
                .get(0)
                .getJavaMap(DeltaSpark.history(table()).get(0).fieldIndex("operationMetrics")))
        .containsEntry("numTargetRowsDeleted", "4")
        .containsEntry("numChildrenRemoved", "4");
  }

  @Test
  void childrenAloneArePutToTheOthersUnlessALaterVersionIsKnown(TestPipeline pipeline) {
    run(
        merge(),
        List.of(title("a", 3, false), title("b", 3, false)),
        List.of(genre("a", "War", 3)));
    PCollection<Row> children =
        pipeline.apply(
            Create.of(genre("a", "Drama", 3), genre("b", "News", 3), genre("c", "New", 1))
                .withRowSchema(GENRES));
    PCollectionRowTuple.of(DeltaMergeChildren.CHILDREN, children)
        .apply(merge().replacingPer("title"));
    pipeline.run().waitUntilFinish();
    run(merge(), List.of(), List.of(genre("a", "Late", 2), genre("d", "New", 1)));
    assertThat(stored())
        .containsExactlyInAnyOrder("a War 3", "a Drama 3", "b News 3", "c New 1", "d New 1");

    run(merge(), List.of(title("b", 4, false)), List.of());
    run(merge(), List.of(), List.of(genre("b", "Late", 3)));
    assertThat(stored()).containsExactlyInAnyOrder("a War 3", "a Drama 3", "c New 1", "d New 1");
  }

  @Test
  void versionsThatCannotBeToldApartAreRefused() {
    List<Row> twice = List.of(title("a", 1, false), title("a", 1, false));
    List<Row> same = List.of(genre("a", "War", 1), genre("a", "War", 1));
    run(merge(), twice, same);
    assertThat(stored()).containsExactly("a War 1");

    List<Row> other = List.of(genre("a", "War", 2), genre("a", "War", 2), genre("a", "News", 2));
    List<Row> later = List.of(title("a", 2, false), title("a", 2, false));
    assertThatThrownBy(() -> run(merge(), later, other))
        .hasCauseInstanceOf(DataRefusedException.class)
        .hasMessageContaining("two versions of the same order")
        .hasMessageContaining("carry");
    assertThatThrownBy(
            () -> run(merge(), List.of(title("a", 2, false), title("a", 2, true)), List.of()))
        .hasCauseInstanceOf(DataRefusedException.class);
    assertThat(stored()).containsExactly("a War 1");
  }

  @Test
  void aRowWithoutItsKeyIsRefused(TestPipeline pipeline) {
    DeltaMergeResult result =
        apply(
            pipeline,
            merge().withRefusedRows(),
            List.of(title("a", 1, false)),
            List.of(genre("a", "War", 1), genre("a", null, 1), genre(null, "War", 1)));
    PAssert.that(result.refused().orElseThrow())
        .satisfies(
            rows -> {
              assertThat(rows)
                  .extracting(row -> row.getString("error_message"))
                  .containsExactlyInAnyOrder(
                      "key column 'genre' is null", "key column 'title' is null");
              return null;
            });
    pipeline.run().waitUntilFinish();
    assertThatThrownBy(
            () -> run(merge().withRefusedRows(), List.of(title(null, 1, false)), List.of()))
        .hasCauseInstanceOf(DataRefusedException.class)
        .hasMessageContaining("A parent of the merge has no place: key column 'title' is null");
  }

  @Test
  void whatDoesNotFitIsSaidAtOnce() {
    DeltaMerge wrong =
        merge().withKeys("title").withSequenceBy("genre", "at").withIgnoredColumns("at");
    assertThatThrownBy(() -> run(wrong, List.of(), List.of()))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("keys: name what tells the children of a parent apart")
        .hasMessageContaining("sequence_by: column 'genre' is not in the parents")
        .hasMessageContaining("ignore_columns: column 'at' tells which version");
  }
}
