package io.beamhouse.io.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.provider.TransformProvider;
import io.beamhouse.io.core.increment.Committed;
import io.beamhouse.io.core.increment.IncrementalSource;
import io.beamhouse.io.core.manifest.CaptureSink;
import io.beamhouse.testing.BeamTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.ServiceLoader;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.transforms.SchemaTransform;
import org.apache.beam.sdk.schemas.transforms.SchemaTransformProvider;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.values.PCollectionRowTuple;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(BeamTest.class)
class FilesProvidersTest {
  @TempDir Path directory;

  private static SchemaTransform transform(String name, Map<String, Object> config) {
    TransformProvider<?> provider =
        ServiceLoader.load(SchemaTransformProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .filter(TransformProvider.class::isInstance)
            .map(found -> (TransformProvider<?>) found)
            .filter(found -> found.specName().equals(name))
            .findFirst()
            .orElseThrow();
    Schema schema = provider.configurationSchema();
    Row.FieldValueBuilder row = null;
    for (Map.Entry<String, Object> entry : config.entrySet()) {
      Object value = entry.getValue();
      if (entry.getKey().equals("error_handling")) {
        Schema nested = schema.getField("error_handling").getType().getRowSchema();
        value = Row.withSchema(nested).addValue(value).build();
      }
      row =
          row == null
              ? Row.withSchema(schema).withFieldValue(entry.getKey(), value)
              : row.withFieldValue(entry.getKey(), value);
    }
    return provider.from(row.build());
  }

  @Test
  void aSpecWritesAndReadsWithItsOwnKeys(TestPipeline pipeline) throws Exception {
    String target = directory.resolve("out").toString();
    SchemaTransform write =
        transform(
            "WriteToCsv",
            Map.of(
                "path", target, "delimiter", ";", "compression", "gzip", "max_rows_per_file", 3L));
    assertThat(write).isInstanceOf(CaptureSink.class);
    CaptureSink sink = (CaptureSink) write;
    Pipeline writing = Pipeline.create();
    PCollectionRowTuple published =
        PCollectionRowTuple.of(
                "input", writing.apply(Create.of(Lake.rows(0, 10)).withRowSchema(Lake.SCHEMA)))
            .apply(sink.bind(Lake.context(1, 0, 1)));
    assertThat(published.getAll()).containsOnlyKeys("output");
    assertThat(sink.committed(Lake.context(1, 0, 1))).isEmpty();
    writing.run().waitUntilFinish();

    assertThat(sink.committed(Lake.context(1, 0, 2)))
        .contains(new Committed("0a1b2c3d-users-1-0", "plan-1", Map.of("written", 10L)));
    assertThat(sink.newestRun(Lake.STATE, "users")).hasValue(1);
    assertThat(sink.manifest(Lake.context(1, 0, 2)).orElseThrow().files())
        .allSatisfy(file -> assertThat(file.name()).endsWith(".csv.gz"))
        .allSatisfy(file -> assertThat(file.rows()).isLessThanOrEqualTo(3));

    SchemaTransform read = transform("ReadFromCsv", Map.of("path", target));
    PAssert.that(PCollectionRowTuple.empty(pipeline).apply(read).get("output"))
        .containsInAnyOrder(Lake.rows(0, 10));
    pipeline.run();
  }

  @Test
  void badRecordsGoToTheOutputThatTheSpecNames(TestPipeline pipeline) throws Exception {
    Path file = directory.resolve("in.csv");
    Files.writeString(file, "id,name\n1,n1\nx,y\n2,n2\n");
    SchemaTransform read =
        transform(
            "ReadFromCsv",
            Map.of(
                "path",
                file.toString(),
                "schema",
                "[{\"name\":\"id\",\"type\":\"INT64\"},"
                    + "{\"name\":\"name\",\"type\":\"STRING\",\"nullable\":true}]",
                "error_handling",
                "errors"));
    PCollectionRowTuple result = PCollectionRowTuple.empty(pipeline).apply(read);
    PAssert.that(result.get("output")).containsInAnyOrder(Lake.rows(1, 3));
    PAssert.that(
            result
                .get("errors")
                .apply(
                    MapElements.into(TypeDescriptors.strings())
                        .via(row -> row.getRow("failed_row").getString("record"))))
        .containsInAnyOrder("x,y");
    pipeline.run();
  }

  @Test
  void everyProviderTellsItsProblemsAtOnce() {
    assertThatThrownBy(
            () ->
                transform(
                    "WriteToCsv",
                    Map.of(
                        "path", "/x/*.csv",
                        "delimiter", "ab",
                        "compression", "zip",
                        "max_rows_per_file", 0L)))
        .isInstanceOfSatisfying(SpecException.class, e -> assertThat(e.problems()).hasSize(4));
    assertThatThrownBy(
            () ->
                transform(
                    "ReadFromJson",
                    Map.of(
                        "path",
                        "/x",
                        "schema",
                        "{",
                        "max_record_bytes",
                        0,
                        "error_handling",
                        "output")))
        .isInstanceOfSatisfying(SpecException.class, e -> assertThat(e.problems()).hasSize(3));
    assertThat(transform("ReadNewFiles", Map.of("path", "/x", "format", "parquet")))
        .isInstanceOf(IncrementalSource.class);
    assertThat(transform("WriteToParquet", Map.of("path", "/x", "compression", "snappy")))
        .isInstanceOf(CaptureSink.class);
    assertThat(transform("ReadFromParquet", Map.of("path", "/x"))).isNotNull();
    assertThat(transform("WriteToJson", Map.of("path", "/x"))).isInstanceOf(CaptureSink.class);
  }
}
