package io.beamhouse.io.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.error.StateRefusedException;
import io.beamhouse.core.error.StorageFailedException;
import io.beamhouse.io.core.increment.Delivery;
import io.beamhouse.io.core.increment.IncrementalSink;
import io.beamhouse.io.core.increment.SinkContext;
import io.beamhouse.io.delta.log.DeltaLog;
import io.beamhouse.testing.Faults;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.PCollectionRowTuple;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Runs that break, and what the next one finds. */
class DeltaFaultsTest {
  @TempDir Path directory;
  private String path;

  @BeforeEach
  void path() {
    path = directory.resolve("table").toString();
  }

  private static Row event(long id) {
    return DeltaWriteTest.event(id, "k");
  }

  @ParameterizedTest
  @CsvSource({
    "delta.data, before, false",
    "delta.data, after, false",
    "delta.commit, before, true",
    "delta.commit, after, false",
    "delta.commit, after, true",
  })
  void runThatBreaksAtADurableStepAndIsRepeatedEqualsOneCleanRun(
      String step, String moment, boolean overwrite) {
    DeltaWrite write = DeltaIO.write().to(path);
    DeltaWriteTest.run(write.withTransaction("app", 1), DeltaWriteTest.EVENT, event(1));
    DeltaWrite second = write.withTransaction("app", 2);
    DeltaWrite broken = overwrite ? second.withOverwrite() : second;
    try (Faults.Armed fault = Faults.throwAt(step, moment)) {
      assertThatThrownBy(() -> DeltaWriteTest.run(broken, DeltaWriteTest.EVENT, event(2), event(3)))
          .isInstanceOf(Faults.InjectedFault.class);
      assertThat(fault.struck()).isTrue();
    }
    DeltaWriteTest.run(broken, DeltaWriteTest.EVENT, event(2), event(3));
    assertThat(DeltaSpark.json(path))
        .isEqualTo(
            overwrite
                ? java.util.List.of("{\"id\":2,\"kind\":\"k\"}", "{\"id\":3,\"kind\":\"k\"}")
                : java.util.List.of(
                    "{\"id\":1,\"kind\":\"k\"}",
                    "{\"id\":2,\"kind\":\"k\"}",
                    "{\"id\":3,\"kind\":\"k\"}"));
    assertThat(DeltaLog.at(path).latest().version()).isEqualTo(2);
  }

  @Test
  void targetThatCannotBeWrittenFailsWithItsPath() throws Exception {
    Files.writeString(directory.resolve("file"), "not a directory");
    assertThatThrownBy(
            () ->
                DeltaWriteTest.run(
                    DeltaIO.write().to(directory.resolve("file/table").toString()),
                    DeltaWriteTest.EVENT,
                    event(1)))
        .isInstanceOf(StorageFailedException.class)
        .hasMessageContaining("file/table");
  }

  private static IncrementalSink sink(Map<String, Object> config) {
    WriteToDeltaProvider provider = new WriteToDeltaProvider();
    Row.Builder row = Row.withSchema(provider.configurationSchema());
    provider.configurationSchema().getFieldNames().forEach(name -> row.addValue(config.get(name)));
    return (IncrementalSink) provider.from(row.build());
  }

  private static void apply(IncrementalSink sink, SinkContext run, Row... rows) {
    Pipeline pipeline = Pipeline.create();
    PCollectionRowTuple.of(
            "input",
            pipeline.apply(Create.of(Arrays.asList(rows)).withRowSchema(DeltaWriteTest.EVENT)))
        .apply(sink.bind(run));
    try {
      pipeline.run().waitUntilFinish();
    } catch (Pipeline.PipelineExecutionException e) {
      throw (RuntimeException) e.getCause();
    }
  }

  @Test
  void sinkBoundToARunWritesItOnceAndTellsOfIt() {
    IncrementalSink sink = sink(Map.of("table", path));
    SinkContext first = new SinkContext("state", "silver", 1, 0, 1, "hash-1");
    SinkContext second = new SinkContext("state", "silver", 2, 0, 1, "hash-2");
    assertThat(sink.delivery()).isEqualTo(Delivery.TXN);
    assertThat(sink.target()).isEqualTo("delta " + path);
    assertThat(sink.targetId()).isEmpty();
    assertThat(sink.committed(first)).isEmpty();
    assertThat(sink.newestRun("state", "silver")).isEmpty();

    apply(sink, first, event(1), event(2));
    apply(sink, first, event(1), event(2));
    apply(sink, second, event(3));
    assertThat(DeltaSpark.json(path)).hasSize(3);
    assertThat(sink.targetId()).contains(DeltaLog.at(path).latest().tableId());
    assertThat(sink.committed(first).orElseThrow().counts()).isEqualTo(Map.of("written", 2L));
    assertThat(sink.committed(first).orElseThrow().planHash()).isEqualTo("hash-1");
    assertThat(sink.committed(second).orElseThrow().version()).isEqualTo("2");
    assertThat(sink.newestRun("state", "silver")).hasValue(2);
    assertThat(sink.newestRun("other", "silver")).isEmpty();
    assertThatThrownBy(
            () -> apply(sink, new SinkContext("state", "silver", 2, 0, 2, "hash-3"), event(3)))
        .isInstanceOf(StateRefusedException.class)
        .hasMessageContaining("hash-2")
        .hasMessageContaining("hash-3");
    assertThat(DeltaSpark.history(path).get(0).<String>getAs("userMetadata"))
        .contains("\"run\":\"2\"", "\"sink\":\"silver\"", "\"state\":\"state\"");
  }

  @Test
  void wrongConfigIsNamedAtOnce() {
    assertThatThrownBy(
            () ->
                sink(
                    Map.of(
                        "table",
                        path,
                        "mode",
                        "upsert",
                        "compression",
                        "lzo",
                        "decimal",
                        "DECIMAL")))
        .hasMessageContaining("mode: 'upsert'; allowed: append, overwrite")
        .hasMessageContaining("compression: unknown 'lzo'")
        .hasMessageContaining("decimal: 'DECIMAL'; allowed: DECIMAL(p,s)");
    ReadFromDeltaProvider read = new ReadFromDeltaProvider();
    Schema schema = read.configurationSchema();
    assertThat(schema.getFieldNames())
        .containsExactlyInAnyOrder("table", "version", "timestamp", "columns");
    assertThatThrownBy(
            () ->
                read.from(
                    Row.withSchema(schema)
                        .withFieldValue("table", path)
                        .withFieldValue("version", -1L)
                        .withFieldValue("timestamp", "yesterday")
                        .build()))
        .hasMessageContaining("version: -1")
        .hasMessageContaining("choose one")
        .hasMessageContaining("timestamp: 'yesterday'");
  }
}
