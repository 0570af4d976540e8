package io.beamhouse.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.io.delta.DeltaIO;
import io.beamhouse.io.delta.DeltaMerge;
import io.beamhouse.io.delta.DeltaWrite;
import io.beamhouse.quality.CheckRows;
import io.beamhouse.quality.RowRule;
import io.beamhouse.testing.DeltaTables;
import io.beamhouse.transforms.flatten.FlattenRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.constraints.IntRange;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.RowCoder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TimestampedValue;
import org.joda.time.Duration;
import org.joda.time.Instant;

/** The same events at once, in increments and unbounded make equal tables. */
class StreamLawTest {
  private static final Schema USER =
      Schema.builder().addNullableInt64Field("id").addStringField("device").build();
  private static final Schema EVENT =
      Schema.builder()
          .addInt64Field("id")
          .addInt64Field("version")
          .addBooleanField("gone")
          .addRowField("user", USER)
          .build();
  private static final Instant START = Instant.parse("2026-11-21T10:00:00Z");
  private static final int SECONDS = 300;

  /** What all ways to run it share: flatten, check, quarantine and append, merge. */
  private record Lake(
      String path, UnaryOperator<DeltaWrite> write, UnaryOperator<DeltaMerge> merge) {
    void keep(PCollection<Row> events) {
      PCollection<Row> flat = events.apply("Flatten", FlattenRows.create()).main();
      CheckRows.Result checked =
          flat.apply(
              "Check", CheckRows.of(RowRule.notNull("user_id"), RowRule.range("version", 1, 3)));
      checked.rows().apply("Append", write.apply(DeltaIO.write().to(path + "/events")));
      checked.quarantined().apply("Quarantine", write.apply(DeltaIO.write().to(path + "/bad")));
      checked
          .rows()
          .apply(
              "Merge",
              merge.apply(
                  DeltaIO.merge()
                      .into(path + "/newest")
                      .withKeys("id")
                      .withSequenceBy("version")
                      .withBuckets(4)
                      .withDeleteWhen("gone")));
    }
  }

  private final Path root = Path.of("target", "stream-law", UUID.randomUUID().toString());

  @Property(tries = 2, shrinking = ShrinkingMode.OFF)
  void holds(@ForAll long seed, @ForAll @IntRange(min = 1, max = 3) int increments)
      throws IOException {
    Random random = new Random(seed);
    List<TimestampedValue<Row>> events = events(random);
    try {
      atOnce(events);
      inIncrements(events, increments, random);
      unbounded(events, random);

      for (String table : List.of("events", "bad", "newest")) {
        List<String> expected = rows("once", table);
        assertThat(rows("increments", table)).as("%s in increments", table).isEqualTo(expected);
        assertThat(rows("stream", table)).as("%s unbounded", table).isEqualTo(expected);
      }
    } finally {
      delete();
    }
  }

  /** Events of few ids and versions, some bad, some deletes, some twice, in any order. */
  private static List<TimestampedValue<Row>> events(Random random) {
    List<TimestampedValue<Row>> events = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      Row user =
          Row.withSchema(USER)
              .addValues(
                  random.nextInt(6) == 0 ? null : (long) random.nextInt(4),
                  random.nextBoolean() ? "tv" : "phone")
              .build();
      Row event =
          Row.withSchema(EVENT)
              .addValues(
                  (long) random.nextInt(9), (long) random.nextInt(4), random.nextInt(4) == 0, user)
              .build();
      Instant at = START.plus(Duration.standardSeconds(random.nextInt(SECONDS)));
      for (int copies = random.nextInt(8) == 0 ? 2 : 1; copies > 0; copies--) {
        events.add(TimestampedValue.of(event, at));
      }
    }
    // What is not bad, so that there is each table.
    for (long version : new long[] {1, 9}) {
      Row user = Row.withSchema(USER).addValues(1L, "tv").build();
      Row event = Row.withSchema(EVENT).addValues(100L, version, false, user).build();
      events.add(TimestampedValue.of(event, START));
    }
    Collections.shuffle(events, random);
    return events;
  }

  private void atOnce(List<TimestampedValue<Row>> events) {
    bounded(events, new Lake(root + "/once", UnaryOperator.identity(), UnaryOperator.identity()));
  }

  private static void bounded(List<TimestampedValue<Row>> events, Lake lake) {
    Pipeline pipeline = Pipeline.create();
    lake.keep(
        pipeline
            .apply(Create.timestamped(events).withCoder(RowCoder.of(EVENT)))
            .setRowSchema(EVENT));
    pipeline.run().waitUntilFinish();
  }

  private void inIncrements(List<TimestampedValue<Row>> events, int increments, Random random) {
    List<List<TimestampedValue<Row>>> runs = new ArrayList<>();
    for (int i = 0; i < increments; i++) {
      runs.add(new ArrayList<>());
    }
    events.forEach(event -> runs.get(random.nextInt(increments)).add(event));
    for (int i = 0; i < increments; i++) {
      int version = i + 1;
      bounded(
          runs.get(i),
          new Lake(
              root + "/increments",
              write -> write.withTransaction("law", version),
              merge -> merge.withTransaction("law", version)));
    }
  }

  private void unbounded(List<TimestampedValue<Row>> events, Random random) {
    TestStream.Builder<Row> stream =
        TestStream.create(RowCoder.of(EVENT)).advanceWatermarkTo(START);
    int watermark = 0;
    int from = 0;
    while (from < events.size()) {
      int to = Math.min(events.size(), from + 1 + random.nextInt(15));
      for (TimestampedValue<Row> event : events.subList(from, to)) {
        stream = stream.addElements(event);
      }
      from = to;
      if (random.nextBoolean()) {
        watermark += random.nextInt(SECONDS / 2);
        stream = stream.advanceWatermarkTo(START.plus(Duration.standardSeconds(watermark)));
      }
    }
    Pipeline pipeline = Pipeline.create();
    PCollection<Row> rows = pipeline.apply(stream.advanceWatermarkToInfinity()).setRowSchema(EVENT);
    new Lake(root + "/stream", write -> write.withStreamToken("law"), UnaryOperator.identity())
        .keep(
            rows.apply(
                Window.<Row>into(FixedWindows.of(Duration.standardMinutes(1)))
                    .withAllowedLateness(Duration.standardDays(1))
                    .discardingFiredPanes()));
    pipeline.run().waitUntilFinish();
  }

  private List<String> rows(String way, String table) {
    return DeltaTables.at(root + "/" + way + "/" + table).rows().stream()
        .map(row -> row.getValues().toString())
        .sorted()
        .toList();
  }

  private void delete() throws IOException {
    try (Stream<Path> files = Files.walk(root)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
