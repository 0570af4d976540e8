package io.beamhouse.io.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.error.StateRefusedException;
import io.beamhouse.io.delta.merge.Combine;
import io.beamhouse.testing.DeltaTables;
import io.beamhouse.testing.Faults;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.coders.RowCoder;
import org.apache.beam.sdk.metrics.MetricsFilter;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.windowing.AfterPane;
import org.apache.beam.sdk.transforms.windowing.AfterWatermark;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.Repeatedly;
import org.apache.beam.sdk.transforms.windowing.Sessions;
import org.apache.beam.sdk.transforms.windowing.SlidingWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionRowTuple;
import org.apache.beam.sdk.values.POutput;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Duration;
import org.joda.time.Instant;
import org.joda.time.format.DateTimeFormatter;
import org.joda.time.format.ISODateTimeFormat;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Delta tables behind unbounded rows. */
class DeltaStreamTest {
  private static final Schema EVENT =
      Schema.builder()
          .addInt64Field("id")
          .addInt64Field("version")
          .addNullableStringField("kind")
          .build();
  private static final Instant START = Instant.parse("2026-11-21T10:00:00Z");
  private static final Duration MINUTE = Duration.standardMinutes(1);

  @TempDir Path directory;
  private String path;

  @BeforeEach
  void path() {
    path = directory.resolve("table").toString();
  }

  private static Row row(long id, long version, String kind) {
    return Row.withSchema(EVENT).addValues(id, version, kind).build();
  }

  /** An event {@code second} seconds after the start. */
  private static TimestampedValue<Row> at(int second, long id, long version, String kind) {
    return TimestampedValue.of(
        row(id, version, kind), START.plus(Duration.standardSeconds(second)));
  }

  private static TestStream.Builder<Row> stream() {
    return TestStream.create(RowCoder.of(EVENT)).advanceWatermarkTo(START);
  }

  private static Instant seconds(int second) {
    return START.plus(Duration.standardSeconds(second));
  }

  private static Window<Row> minutes() {
    return Window.<Row>into(FixedWindows.of(MINUTE))
        .withAllowedLateness(Duration.standardMinutes(2))
        .discardingFiredPanes();
  }

  private static PipelineResult run(
      TestStream<Row> stream,
      Window<Row> windows,
      PTransform<PCollection<Row>, ? extends POutput> sink) {
    Pipeline pipeline = Pipeline.create();
    PCollection<Row> rows = pipeline.apply(stream).setRowSchema(EVENT).apply(windows);
    rows.apply("Sink", sink);
    try {
      PipelineResult result = pipeline.run();
      result.waitUntilFinish();
      return result;
    } catch (Pipeline.PipelineExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  private DeltaWrite write() {
    return DeltaIO.write().to(path).withStreamToken("clicks");
  }

  private DeltaMerge merge() {
    return DeltaIO.merge().into(path).withKeys("id").withSequenceBy("version");
  }

  private List<String> rows() {
    return DeltaTables.at(path).rows().stream()
        .map(r -> r.getInt64("id") + " " + r.getInt64("version") + " " + r.getString("kind"))
        .sorted()
        .toList();
  }

  /** What each commit says of its pane. */
  private List<String> panes() {
    return DeltaTables.at(path).commits().stream()
        .map(commit -> commit.info().path("userMetadata").asText())
        .filter(info -> info.contains("window"))
        .map(DeltaStreamTest::pane)
        .toList();
  }

  private static String pane(String userMetadata) {
    try {
      JsonNode info = new ObjectMapper().readTree(userMetadata).path("beamhouse");
      return info.path("window").asText().substring(9, 15)
          + " "
          + info.path("pane").asText()
          + " "
          + info.path("timing").asText();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static TestStream<Row> eventful() {
    return stream()
        .addElements(at(50, 1, 1, "start"), at(10, 2, 1, "start"))
        .addElements(at(70, 3, 1, "start"))
        .advanceWatermarkTo(seconds(60))
        .addElements(at(20, 4, 1, "late"), at(20, 4, 1, "late"))
        .advanceWatermarkTo(seconds(180))
        .addElements(at(30, 5, 1, "too late"))
        .addElements(at(61, 6, 1, "late"))
        .advanceWatermarkToInfinity();
  }

  @Test
  void appendsEachPaneInACommit() {
    PipelineResult result = run(eventful(), minutes(), write());

    assertThat(rows())
        .containsExactly("1 1 start", "2 1 start", "3 1 start", "4 1 late", "4 1 late", "6 1 late");
    assertThat(panes())
        .containsExactlyInAnyOrder(
            "100000 0 ON_TIME", "100000 1 LATE", "100100 0 ON_TIME", "100100 1 LATE");
    assertThat(dropped(result)).isEqualTo(1);
  }

  /** Beam counts what came when its window had gone. */
  private static long dropped(PipelineResult result) {
    return StreamSupport.stream(
            result
                .metrics()
                .queryMetrics(MetricsFilter.builder().build())
                .getCounters()
                .spliterator(),
            false)
        .filter(counter -> counter.getName().getName().equals("DroppedDueToLateness"))
        .mapToLong(counter -> counter.getAttempted())
        .sum();
  }

  @Test
  void aPaneThatComesAgainChangesNothing() {
    run(eventful(), minutes(), write());
    List<String> before = rows();
    long version = DeltaTables.at(path).version();

    run(eventful(), minutes(), write());

    assertThat(rows()).isEqualTo(before);
    assertThat(DeltaTables.at(path).version()).isEqualTo(version);

    run(eventful(), minutes(), write().withStreamToken("other"));

    assertThat(rows()).hasSize(2 * before.size());
  }

  @Test
  void aPaneThatComesAgainWithOtherRowsIsRefused() {
    run(eventful(), minutes(), write());
    List<String> before = rows();
    TestStream<Row> other =
        stream().addElements(at(50, 1, 1, "start")).advanceWatermarkToInfinity();

    assertThatThrownBy(() -> run(other, minutes(), write()))
        .isInstanceOf(StateRefusedException.class)
        .hasMessageContaining("Pane 20261121T100000.000Z-20261121T100100.000Z/0 of stream clicks")
        .hasMessageContaining("take a new stream token");
    assertThat(rows()).isEqualTo(before);
  }

  /** The direct runner does not try again, so the embedder starts anew from the same rows. */
  @ParameterizedTest
  @CsvSource({"append, before", "append, after", "merge, before", "merge, after"})
  void startedAgainAfterACrashNothingIsLostOrDoubled(String sink, String moment) {
    PTransform<PCollection<Row>, ? extends POutput> write =
        sink.equals("append") ? write() : merge();
    TestStream<Row> stream =
        stream()
            .addElements(at(5, 1, 1, "a"), at(65, 2, 1, "b"))
            .advanceWatermarkTo(seconds(60))
            .addElements(at(6, 3, 1, "late"))
            .advanceWatermarkToInfinity();
    try (Faults.Armed fault = Faults.throwAt("delta.commit", moment)) {
      assertThatThrownBy(() -> run(stream, minutes(), write))
          .isInstanceOf(Faults.InjectedFault.class);
      assertThat(fault.struck()).isTrue();
    }

    run(stream, minutes(), write);

    assertThat(rows()).containsExactly("1 1 a", "2 1 b", "3 1 late");
    assertThat(panes()).hasSize(3);
  }

  @Test
  void earlyPanesAreCommittedAndEmptyOnesAreNot() {
    Window<Row> early =
        minutes()
            .triggering(
                AfterWatermark.pastEndOfWindow()
                    .withEarlyFirings(AfterPane.elementCountAtLeast(2))
                    .withLateFirings(AfterPane.elementCountAtLeast(1)));
    TestStream<Row> stream =
        stream()
            .addElements(at(1, 1, 1, "a"), at(2, 2, 1, "b"))
            .addElements(at(3, 3, 1, "c"), at(4, 4, 1, "d"))
            .advanceWatermarkToInfinity();

    run(stream, early, write());

    assertThat(rows()).containsExactly("1 1 a", "2 1 b", "3 1 c", "4 1 d");
    assertThat(panes()).containsExactly("100000 0 EARLY", "100000 1 EARLY");
  }

  @Test
  void mergesEachPaneWhateverTheirOrder() {
    TestStream<Row> stream =
        stream()
            .addElements(at(70, 1, 3, "newest"), at(71, 2, 1, "two"), at(5, 3, 1, "three"))
            .advanceWatermarkTo(seconds(120))
            .addElements(at(10, 1, 2, "older, late"), at(10, 1, 1, "oldest"), at(75, 2, 2, "late"))
            .addElements(at(75, 2, 2, "late"))
            .advanceWatermarkToInfinity();

    run(stream, minutes(), merge());

    assertThat(rows()).containsExactly("1 3 newest", "2 2 late", "3 1 three");
    long version = DeltaTables.at(path).version();

    run(stream, minutes(), merge());

    assertThat(rows()).containsExactly("1 3 newest", "2 2 late", "3 1 three");
    assertThat(DeltaTables.at(path).version()).isEqualTo(version);
    assertThat(left("_beamhouse/tmp")).isEmpty();
  }

  /** Names of what is left below the table. */
  private List<String> left(String below) {
    Path root = directory.resolve("table").resolve(below);
    try (Stream<Path> files = Files.exists(root) ? Files.list(root) : Stream.of()) {
      return files.map(file -> file.getFileName().toString()).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void combinesWhateverOrderPanesHave() {
    TestStream<Row> stream =
        stream()
            .addElements(at(70, 1, 3, "b"), at(71, 2, 1, "x"))
            .advanceWatermarkTo(seconds(120))
            .addElements(at(10, 1, 1, "a"), at(75, 1, 2, "c"), at(75, 2, 1, "x"))
            .advanceWatermarkToInfinity();
    DeltaMerge combined =
        DeltaIO.merge()
            .into(path)
            .withKeys("id")
            .withCombine("version", Combine.MIN)
            .withCombine("kind", Combine.MAX);

    run(stream, minutes(), combined);
    run(stream, minutes(), combined);

    assertThat(rows()).containsExactly("1 1 c", "2 1 x");
  }

  @Test
  void aLateChangeDoesNotBringADeletedRowBack() {
    TestStream<Row> stream =
        stream()
            .addElements(at(5, 1, 1, "start"), at(6, 2, 1, "start"))
            .advanceWatermarkTo(seconds(60))
            .addElements(at(65, 1, 3, "gone"))
            .advanceWatermarkTo(seconds(120))
            .addElements(at(50, 1, 2, "older"))
            .advanceWatermarkToInfinity();

    run(stream, minutes(), merge().withDeleteWhen("kind = 'gone'"));

    assertThat(rows()).containsExactly("2 1 start");
  }

  @Test
  void boundedRowsWithATokenAreCommittedByWindowToo() {
    Pipeline pipeline = Pipeline.create();
    pipeline
        .apply(
            Create.timestamped(Arrays.asList(at(1, 1, 1, "a"), at(61, 2, 1, "b"), at(2, 3, 1, "c")))
                .withCoder(RowCoder.of(EVENT)))
        .setRowSchema(EVENT)
        .apply(minutes())
        .apply(write());
    pipeline.run().waitUntilFinish();

    assertThat(rows()).containsExactly("1 1 a", "2 1 b", "3 1 c");
    assertThat(panes()).hasSize(2);
  }

  @Test
  void refusesWhatWouldLoseOrDoubleRows() {
    PCollection<Row> rows =
        Pipeline.create().apply(stream().advanceWatermarkToInfinity()).setRowSchema(EVENT);
    Window<Row> accumulating =
        Window.<Row>into(FixedWindows.of(MINUTE))
            .withAllowedLateness(MINUTE)
            .accumulatingFiredPanes();

    assertRefused(rows, minutes(), DeltaIO.write().to(path), "withStreamToken");
    assertRefused(rows, minutes(), write().withOverwrite(), "not of a stream");
    assertRefused(rows, accumulating, write(), "use discardingFiredPanes()");
    assertRefused(rows, accumulating, merge(), "use discardingFiredPanes()");
    assertRefused(
        rows, Window.into(Sessions.withGapDuration(MINUTE)), write(), "all sessions would become");
    assertRefused(
        rows,
        Window.into(SlidingWindows.of(MINUTE).every(MINUTE.dividedBy(2))),
        write(),
        "several");
    assertRefused(rows, Window.configure(), write(), "never ends");
    assertRefused(
        rows, minutes(), DeltaIO.merge().into(path).withKeys("id"), "sequence_by: is required");
    assertRefused(
        rows,
        minutes(),
        DeltaIO.merge().into(path).withKeys("id").withCombine("version", Combine.MIN),
        "of kind the last commit would win");
    assertRefused(rows, minutes(), merge().withRunToken("one"), "names one commit");
    assertThatThrownBy(() -> write().withStreamToken("a/b")).isInstanceOf(SpecException.class);
    assertThatThrownBy(() -> PCollectionRowTuple.of("input", rows).apply(quarantine()))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("append them to a table of their own");
    assertThatThrownBy(() -> DeltaMergeChildren.input(rows, rows).apply(merge().replacingPer("id")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("A merge per parent commits once");
    assertThat(directory.resolve("table")).doesNotExist();
  }

  private RunBoundQuarantine quarantine() {
    return new RunBoundQuarantine(path, null);
  }

  private static void assertRefused(
      PCollection<Row> rows,
      Window<Row> windows,
      PTransform<PCollection<Row>, ? extends POutput> sink,
      String why) {
    assertThatThrownBy(() -> rows.apply(windows).apply("Sink", sink))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining(why);
  }

  @Test
  void theGlobalWindowWithATriggerIsCommittedPaneByPane() {
    TestStream<Row> stream =
        stream()
            .addElements(at(1, 1, 1, "a"), at(2, 2, 1, "b"))
            .addElements(at(90, 3, 1, "c"), at(4, 4, 1, "d"))
            .advanceWatermarkToInfinity();
    Window<Row> counted =
        Window.<Row>configure()
            .triggering(Repeatedly.forever(AfterPane.elementCountAtLeast(2)))
            .withAllowedLateness(Duration.ZERO)
            .discardingFiredPanes();

    run(stream, counted, write());

    assertThat(rows()).containsExactly("1 1 a", "2 1 b", "3 1 c", "4 1 d");
    assertThat(DeltaTables.at(path).commits()).hasSize(3);
  }

  @Test
  void aCheckpointForgetsPanesOfLongAgo() throws IOException {
    DeltaWrite write = write().withTableProperties(Map.of("delta.checkpointInterval", "4"));
    run(minutely(0, 1), minutes(), write);
    run(
        stream().addElements(at(600, 9, 1, "other")).advanceWatermarkToInfinity(),
        minutes(),
        DeltaIO.write().to(path).withStreamToken("kept"));
    makeOld(2, "clicks");

    run(minutely(2, 4), minutes(), write);

    assertThat(directory.resolve("table/_delta_log/00000000000000000004.checkpoint.parquet"))
        .exists();
    assertThat(remembered("clicks", 0)).isFalse();
    assertThat(remembered("clicks", 1)).isFalse();
    assertThat(remembered("clicks", 2)).isTrue();
    assertThat(remembered("clicks", 4)).isTrue();
    assertThat(remembered("kept", 10)).isTrue();
    assertThat(rows()).hasSize(6);
  }

  /** An event of each minute. */
  private static TestStream<Row> minutely(int from, int to) {
    TestStream.Builder<Row> stream = stream();
    for (int minute = from; minute <= to; minute++) {
      stream =
          stream
              .addElements(at(60 * minute, minute, 1, "start"))
              .advanceWatermarkTo(seconds(60 * minute + 60));
    }
    return stream.advanceWatermarkToInfinity();
  }

  private boolean remembered(String stream, int minute) {
    DateTimeFormatter time = ISODateTimeFormat.basicDateTime().withZoneUTC();
    String window = time.print(seconds(60 * minute)) + "-" + time.print(seconds(60 * minute + 60));
    return DeltaTables.at(path)
        .transactionVersion("beamhouse-stream/" + stream + "/" + window + "/0")
        .isPresent();
  }

  /** Lets the first commits look as if they were eight days old. */
  private void makeOld(int newest, String stream) throws IOException {
    long then = System.currentTimeMillis() - Duration.standardDays(8).getMillis();
    for (int version = 1; version <= newest; version++) {
      Path commit = directory.resolve("table/_delta_log/" + String.format("%020d.json", version));
      String old = Files.readString(commit).replaceAll("(\"lastUpdated\":)\\d+", "$1" + then);
      assertThat(old).contains(stream).contains("" + then);
      Files.writeString(commit, old);
    }
  }
}
