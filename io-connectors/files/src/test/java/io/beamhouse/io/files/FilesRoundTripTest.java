package io.beamhouse.io.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.core.row.RowTypes;
import io.beamhouse.io.core.manifest.Manifest;
import io.beamhouse.io.core.manifest.Manifests;
import io.beamhouse.testing.BeamTest;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(BeamTest.class)
class FilesRoundTripTest {
  private static final Schema SCHEMA =
      Schema.builder()
          .addInt64Field("id")
          .addNullableStringField("name")
          .addNullableField("amount", RowTypes.decimal(12, 2))
          .addField("at", RowTypes.TIMESTAMP)
          .build();

  @TempDir Path directory;

  private static List<Row> rows() {
    return IntStream.range(0, 300)
        .mapToObj(
            i ->
                Row.withSchema(SCHEMA)
                    .addValues(
                        (long) i,
                        i % 3 == 0 ? null : i % 3 == 1 ? "" : "a \"quoted\",\nname " + i,
                        i % 2 == 0 ? null : new BigDecimal("12345.67"),
                        Instant.parse("2026-11-21T09:00:00.123456Z").plusSeconds(i))
                    .build())
        .toList();
  }

  @Test
  void whatIsPublishedAsCsvIsReadBackByManifestAndByGlob(TestPipeline pipeline) throws Exception {
    write(FilesIO.writeCsv(directory.toString()).withRunToken("1").withMaxRowsPerFile(100));
    Manifests manifests = Manifests.at(directory.toString());
    Manifest manifest = manifests.get(manifests.list().get(0)).orElseThrow();
    assertThat(manifest.rows()).isEqualTo(300);
    try (Stream<Path> files = Files.list(directory)) {
      assertThat(files.filter(Files::isRegularFile).map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(
              manifest.files().stream().map(Manifest.PublishedFile::name).toList());
    }
    PAssert.that(pipeline.apply("M", ReadManifest.of(directory.toString(), List.of(manifest))))
        .containsInAnyOrder(rows());
    PAssert.that(pipeline.apply("D", FilesIO.readCsv(directory.toString())).rows())
        .containsInAnyOrder(rows());
    PAssert.that(
            pipeline.apply("G", FilesIO.readCsv(directory + "/*.csv").withSchema(SCHEMA)).rows())
        .containsInAnyOrder(rows());
    pipeline.run();
  }

  @Test
  void whatIsPublishedAsJsonAndParquetIsReadBack(TestPipeline pipeline) {
    String json = directory.resolve("json").toString();
    String parquet = directory.resolve("parquet").toString();
    write(FilesIO.writeJson(json, true));
    write(FilesIO.writeParquet(parquet));
    PAssert.that(pipeline.apply("J", FilesIO.readJson(json)).rows()).containsInAnyOrder(rows());
    PAssert.that(pipeline.apply("P", FilesIO.readParquet(parquet)).rows())
        .containsInAnyOrder(rows());
    PAssert.that(pipeline.apply("JG", FilesIO.readJson(json + "/*").withSchema(SCHEMA)).rows())
        .containsInAnyOrder(rows());
    PAssert.that(pipeline.apply("PG", FilesIO.readParquet(parquet + "/part-*")).rows())
        .containsInAnyOrder(rows());
    pipeline.run();
  }

  private static void write(io.beamhouse.io.core.manifest.PublishFiles publish) {
    org.apache.beam.sdk.Pipeline pipeline = org.apache.beam.sdk.Pipeline.create();
    pipeline.apply(Create.of(rows()).withRowSchema(SCHEMA)).apply(publish);
    pipeline.run().waitUntilFinish();
  }
}
