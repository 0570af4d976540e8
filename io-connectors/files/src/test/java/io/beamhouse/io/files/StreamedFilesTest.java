package io.beamhouse.io.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.error.StateRefusedException;
import io.beamhouse.io.core.manifest.Manifests;
import io.beamhouse.io.core.manifest.PublishFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.RowCoder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.DateTimeZone;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of an unbounded collection, by the minute of an event. */
class StreamedFilesTest {
  private static final Schema EVENT =
      Schema.builder().addInt64Field("id").addDateTimeField("at").build();
  private static final Instant START = Instant.parse("2026-11-21T10:00:00Z");

  @TempDir Path directory;

  private static TimestampedValue<Row> at(int second, long id) {
    Instant at = START.plus(Duration.standardSeconds(second));
    return TimestampedValue.of(
        Row.withSchema(EVENT).addValues(id, at.toDateTime(DateTimeZone.UTC)).build(), at);
  }

  private static TestStream<Row> stream(long first) {
    return TestStream.create(RowCoder.of(EVENT))
        .advanceWatermarkTo(START)
        .addElements(at(70, 3), at(5, first), at(50, 2))
        .advanceWatermarkTo(START.plus(Duration.standardSeconds(60)))
        .addElements(at(10, 4))
        .addElements(at(20, 4))
        .advanceWatermarkToInfinity();
  }

  private PublishFiles publish() {
    return FilesIO.writeParquet(directory.toString())
        .withPartitionPath("{at:yyyy/MM/dd/HH/mm}")
        .withStreamToken("events");
  }

  private static void run(TestStream<Row> stream, PublishFiles publish) {
    Pipeline pipeline = Pipeline.create();
    events(pipeline, stream)
        .apply(
            Window.<Row>into(FixedWindows.of(Duration.standardMinutes(1)))
                .withAllowedLateness(Duration.standardMinutes(5))
                .discardingFiredPanes())
        .apply(publish);
    try {
      pipeline.run().waitUntilFinish();
    } catch (Pipeline.PipelineExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  private static PCollection<Row> events(Pipeline pipeline, TestStream<Row> stream) {
    return pipeline.apply(stream).setRowSchema(EVENT);
  }

  private List<String> rows() throws IOException {
    return Lake.byManifest(directory.toString()).stream()
        .map(row -> row.getInt64("id") + " " + row.getDateTime("at").toString().substring(11, 19))
        .sorted()
        .toList();
  }

  /** Where files lie, without their names. */
  private List<String> partitions() throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("part-"))
          .map(file -> directory.relativize(file).getParent().toString())
          .sorted()
          .toList();
    }
  }

  @Test
  void publishesEachPaneByAManifest() throws IOException {
    run(stream(1), publish());

    assertThat(rows())
        .containsExactly("1 10:00:05", "2 10:00:50", "3 10:01:10", "4 10:00:10", "4 10:00:20");
    assertThat(partitions())
        .containsExactly(
            "2026/11/21/10/00", "2026/11/21/10/00", "2026/11/21/10/00", "2026/11/21/10/01");
    assertThat(
            Manifests.at(directory.toString()).list().stream()
                .map(name -> name.toString().substring(9)))
        .containsExactly(
            "day.20261121-1-100000000",
            "day.20261121-1-100000001",
            "day.20261121-1-100000002",
            "day.20261121-1-100100000");
  }

  @Test
  void aPaneThatComesAgainIsPublishedOnce() throws IOException {
    run(stream(1), publish());
    List<String> before = rows();

    run(stream(1), publish());

    assertThat(rows()).isEqualTo(before);
    assertThat(partitions()).hasSize(4);
    assertThatThrownBy(() -> run(stream(9), publish()))
        .isInstanceOf(StateRefusedException.class)
        .hasMessageContaining("of stream events was committed before");
    assertThat(rows()).isEqualTo(before);
  }

  @Test
  void refusesUnboundedRowsWithoutAToken() {
    assertThatThrownBy(
            () ->
                events(Pipeline.create(), stream(1))
                    .apply(FilesIO.writeParquet(directory.toString())))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("withStreamToken");
  }
}
