package io.beamhouse.io.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.beamhouse.core.error.Problem;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.io.core.increment.IncrementalSink;
import io.beamhouse.io.core.increment.SinkContext;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.transforms.SchemaTransform;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.PCollectionRowTuple;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** MergeIntoDelta as a spec names it and as the increment protocol binds it. */
class MergeIntoDeltaProviderTest {
  private static final Schema CHANGES =
      Schema.builder().addInt64Field("id").addStringField("name").build();

  private final MergeIntoDeltaProvider provider = new MergeIntoDeltaProvider();

  @TempDir Path directory;

  /** A config of table and keys, and {@code more}. */
  private Row config(Map<String, Object> more) {
    Map<String, Object> values = new TreeMap<>(more);
    values.putIfAbsent("table", directory.resolve("t").toString());
    values.putIfAbsent("keys", List.of("id"));
    Schema.Builder schema = Schema.builder();
    values.keySet().forEach(name -> schema.addField(provider.configurationSchema().getField(name)));
    return Row.withSchema(schema.build()).withFieldValues(values).build();
  }

  @Test
  void namesEveryMistakeOfAConfigAtOnce() {
    Row config =
        config(
            Map.of(
                "keys",
                List.of(),
                "delete_when",
                "a > b",
                "buckets",
                0,
                "compression",
                "lzo",
                "combine",
                Map.of("name", "sum", "at", "min"),
                "decimal",
                "MONEY"));
    SpecException refused = catchThrowableOfType(SpecException.class, () -> provider.from(config));
    assertThat(refused.problems())
        .extracting(Problem::where)
        .containsExactly(
            "keys", "delete_when", "buckets", "compression", "decimal", "combine.name");
  }

  @Test
  void aRunIsCommittedOnceAndKnownAfterwards() {
    IncrementalSink sink = (IncrementalSink) provider.from(config(Map.of()));
    SinkContext run = new SinkContext("state-1", "users", 3, 0, 1, "plan");
    assertThat(sink.committed(run)).isEmpty();
    assertThat(sink.targetId()).isEmpty();
    apply(sink, run);
    apply(sink, new SinkContext("state-1", "users", 3, 0, 2, "plan"));
    assertThat(sink.committed(run).orElseThrow().counts())
        .containsEntry("inserted", 1L)
        .containsEntry("written", 1L)
        .containsEntry("updated", 0L);
    assertThat(sink.committed(run).orElseThrow().version()).isEqualTo("1");
    assertThat(sink.newestRun("state-1", "users")).hasValue(3);
    assertThat(sink.targetId()).isPresent();
  }

  private static void apply(IncrementalSink sink, SinkContext run) {
    Pipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    Row row = Row.withSchema(CHANGES).addValues(1L, "ann").build();
    PCollectionRowTuple.of("input", pipeline.apply(Create.of(row).withRowSchema(CHANGES)))
        .apply((SchemaTransform) sink.bind(run));
    pipeline.run().waitUntilFinish();
  }
}
