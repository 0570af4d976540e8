package io.beamhouse.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.core.row.RowTypes;
import io.beamhouse.io.files.FilesIO;
import io.beamhouse.testing.DeltaTables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.RowCoder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TimestampedValue;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What docs/unbounded.md shows is what runs. */
class KeepEventsTest {
  private static final Schema USER =
      Schema.builder().addNullableInt64Field("id").addStringField("device").build();
  private static final Schema EVENT =
      Schema.builder()
          .addStringField("event_id")
          .addField("at", RowTypes.TIMESTAMP)
          .addRowField("user", USER)
          .build();

  @TempDir Path lake;

  private static TimestampedValue<Row> event(String id, String time, Long user) {
    String at = "2026-11-21T" + time + "Z";
    Row by = Row.withSchema(USER).addValues(user, "tv").build();
    return TimestampedValue.of(
        Row.withSchema(EVENT).addValues(id, java.time.Instant.parse(at), by).build(),
        Instant.parse(at));
  }

  @Test
  void isWhatTheDocumentShows() throws IOException {
    String source =
        Files.readString(
            Path.of("src", "test", "java", "io", "beamhouse", "examples", "KeepEvents.java"));
    String shown = source.substring(source.indexOf("class KeepEvents"));

    assertThat(Files.readString(Path.of("..", "..", "docs", "unbounded.md")))
        .contains("```java\n" + shown + "```");
  }

  @Test
  void keepsLateEventsAndMergesThoseThatComeTwice() throws IOException {
    Pipeline pipeline = Pipeline.create();
    KeepEvents.keep(
        pipeline
            .apply(
                TestStream.create(RowCoder.of(EVENT))
                    .addElements(event("a", "10:00:10", 1L), event("c", "10:01:05", 2L))
                    .advanceWatermarkTo(Instant.parse("2026-11-21T10:01:00Z"))
                    .addElements(event("b", "10:00:20", 1L), event("a", "10:00:10", 1L))
                    .addElements(event("d", "10:01:30", null))
                    .advanceWatermarkToInfinity())
            .setRowSchema(EVENT),
        lake.toString());
    pipeline.run().waitUntilFinish();

    assertThat(ids("silver/events")).containsExactly("a", "b", "c");
    assertThat(ids("silver/views")).containsExactly("a", "a", "b", "c");
    assertThat(DeltaTables.at(lake.resolve("quarantine/events")).rows())
        .extracting(row -> row.getRow("failed_row").getString("event_id"))
        .containsExactly("d");
    bronzeHolds("a", "a", "b", "c", "d");
    try (Stream<Path> minutes = Files.list(lake.resolve("bronze/events/2026/11/21/10"))) {
      assertThat(minutes.map(minute -> minute.getFileName().toString()))
          .containsExactlyInAnyOrder("00", "01");
    }
  }

  private List<String> ids(String table) {
    return DeltaTables.at(lake.resolve(table)).rows().stream()
        .map(row -> row.getString("event_id"))
        .sorted()
        .toList();
  }

  private void bronzeHolds(String... ids) {
    Pipeline pipeline = Pipeline.create();
    PAssert.that(
            pipeline
                .apply(FilesIO.readParquet(lake.resolve("bronze/events").toString()))
                .rows()
                .apply(
                    MapElements.into(TypeDescriptors.strings())
                        .via((Row row) -> row.getString("event_id"))))
        .containsInAnyOrder(ids);
    pipeline.run().waitUntilFinish();
  }
}
