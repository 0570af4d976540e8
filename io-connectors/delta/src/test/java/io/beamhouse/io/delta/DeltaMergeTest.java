package io.beamhouse.io.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.testing.BeamTest;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** The merge as embedders use it, on the direct runner, read back by delta-spark. */
@ExtendWith(BeamTest.class)
class DeltaMergeTest {
  private static final Schema SCHEMA =
      Schema.builder()
          .addInt64Field("id")
          .addNullableField("name", FieldType.STRING)
          .addInt64Field("updated_at")
          .addNullableField("_deleted", FieldType.BOOLEAN)
          .build();

  @TempDir Path directory;

  private static Row change(long id, String name, long updatedAt, boolean deleted) {
    return Row.withSchema(SCHEMA).addValues(id, name, updatedAt, deleted).build();
  }

  private String table() {
    return directory.resolve("users").toString();
  }

  private DeltaMerge merge() {
    return DeltaIO.merge()
        .into(table())
        .withKeys("id")
        .withSequenceBy("updated_at")
        .withDeleteWhen("_deleted")
        .withBuckets(4);
  }

  private static DeltaMergeResult apply(Pipeline pipeline, DeltaMerge merge, Row... changes) {
    return pipeline.apply(Create.of(List.of(changes)).withRowSchema(SCHEMA)).apply(merge);
  }

  private void run(DeltaMerge merge, Row... changes) {
    Pipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    apply(pipeline, merge, changes);
    pipeline.run().waitUntilFinish();
  }

  private static Row commit(long version, boolean committed, boolean replayed, long... counts) {
    Row.Builder row =
        Row.withSchema(DeltaMergeResult.COMMIT).addValues(version, committed, replayed);
    for (long count : counts) {
      row.addValue(count);
    }
    return row.addValues(0L, 0L).build();
  }

  @Test
  void mergesChangesAndSaysWhatItDid(TestPipeline pipeline) {
    run(merge(), change(1, "ann", 1, false), change(2, "bob", 1, false));
    DeltaMergeResult result =
        apply(
            pipeline,
            merge(),
            change(1, "anna", 2, false),
            change(1, "an", 1, false),
            change(2, null, 2, true),
            change(3, "cem", 1, false));
    PAssert.that(result.commit()).containsInAnyOrder(commit(2, true, false, 4, 1, 1, 1, 0, 1));
    pipeline.run().waitUntilFinish();
    assertThat(DeltaSpark.json(table()))
        .containsExactly(
            "{\"id\":1,\"name\":\"anna\",\"updated_at\":2}",
            "{\"id\":3,\"name\":\"cem\",\"updated_at\":1}");
    assertThat(DeltaSpark.history(table()).get(0).<String>getAs("operation")).isEqualTo("MERGE");
  }

  @Test
  void aTransactionIsAppliedOnce(TestPipeline pipeline) {
    run(merge().withTransaction("app", 7), change(1, "ann", 1, false));
    run(merge(), change(1, "bea", 2, false));
    DeltaMergeResult again =
        apply(pipeline, merge().withTransaction("app", 7), change(1, "ann", 1, false));
    PAssert.that(again.commit()).containsInAnyOrder(commit(1, true, true, 1, 1, 0, 0, 0, 0));
    pipeline.run().waitUntilFinish();
    assertThat(DeltaSpark.json(table()))
        .containsExactly("{\"id\":1,\"name\":\"bea\",\"updated_at\":2}");
  }

  @Test
  void anEmptyMergeCommitsItsTransactionOnly(TestPipeline pipeline) {
    run(merge(), change(1, "ann", 1, false));
    DeltaMergeResult nothing = apply(pipeline, merge());
    PAssert.that(nothing.commit()).containsInAnyOrder(commit(1, false, false, 0, 0, 0, 0, 0, 0));
    pipeline.run().waitUntilFinish();
    run(merge().withTransaction("app", 1));
    assertThat(DeltaSpark.history(table())).hasSize(3);
    assertThat(DeltaSpark.json(table())).hasSize(1);
  }

  @Test
  void aNullKeyIsPutAsideWhereAskedFor(TestPipeline pipeline) {
    Schema nullable =
        Schema.builder().addNullableField("id", FieldType.INT64).addStringField("name").build();
    Row good = Row.withSchema(nullable).addValues(1L, "ann").build();
    Row bad = Row.withSchema(nullable).addValues(null, "bob").build();
    DeltaMergeResult result =
        pipeline
            .apply(Create.of(good, bad).withRowSchema(nullable))
            .apply(DeltaIO.merge().into(table()).withKeys("id").withRefusedRows());
    PAssert.that(result.refused().orElseThrow())
        .satisfies(
            rows -> {
              Row row = rows.iterator().next();
              assertThat(row.getRow("failed_row")).isEqualTo(bad);
              assertThat(row.getString("error_message")).isEqualTo("key column 'id' is null");
              return null;
            });
    pipeline.run().waitUntilFinish();
    assertThat(DeltaSpark.json(table())).containsExactly("{\"id\":1,\"name\":\"ann\"}");

    Pipeline failing = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    failing
        .apply(Create.of(bad).withRowSchema(nullable))
        .apply(DeltaIO.merge().into(table()).withKeys("id"));
    assertThatThrownBy(() -> failing.run().waitUntilFinish())
        .hasCauseInstanceOf(DataRefusedException.class)
        .hasMessageContaining("key column 'id' is null");
  }

  @Test
  void createsATableAsAsked() {
    run(
        merge()
            .withPartitionColumns("name")
            .withTableProperties(Map.of("delta.checkpointInterval", "5"))
            .withComment("people"),
        change(1, "a b/ü", 1, false),
        change(2, null, 1, false));
    run(merge(), change(1, "b", 2, false));
    assertThat(DeltaSpark.json(table()))
        .containsExactly(
            "{\"id\":1,\"name\":\"b\",\"updated_at\":2}", "{\"id\":2,\"updated_at\":1}");
    org.apache.spark.sql.Row detail =
        DeltaSpark.session().sql("DESCRIBE DETAIL delta.`" + table() + "`").collectAsList().get(0);
    assertThat(detail.<String>getAs("description")).isEqualTo("people");
    assertThat(detail.getList(detail.fieldIndex("partitionColumns")).toString())
        .isEqualTo("[name]");
  }
}
