package io.beamhouse.io.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import io.beamhouse.core.error.Problem;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.row.RowTypes;
import io.beamhouse.io.delta.merge.Combine;
import io.beamhouse.testing.DeltaTables;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Watch sessions put together from start and stop events by a merge, on the direct runner. */
class DeltaMergeCombineTest {
  private static final Schema EVENTS =
      Schema.builder()
          .addStringField("session_id")
          .addInt64Field("user_id")
          .addField("at", RowTypes.TIMESTAMP)
          .addNullableField("started_at", RowTypes.TIMESTAMP)
          .addNullableField("stopped_at", RowTypes.TIMESTAMP)
          .addNullableField("start_event", FieldType.STRING)
          .addNullableField("stop_event", FieldType.STRING)
          .build();

  private static final Instant TEN = Instant.parse("2026-11-21T10:00:00.123456Z");

  private static DeltaMerge merge(Path table) {
    return DeltaIO.merge()
        .into(table.toString())
        .withKeys("session_id")
        .withSequenceBy("at")
        .withCombine("started_at", Combine.MIN)
        .withCombine("stopped_at", Combine.MAX)
        .withCombine("start_event", Combine.MIN)
        .withCombine("stop_event", Combine.MAX)
        .withBuckets(4);
  }

  private static Row start(int session, long user, int second) {
    Instant at = TEN.plusSeconds(second);
    return Row.withSchema(EVENTS)
        .addValues("s" + session, user, at, at, null, "e" + second, null)
        .build();
  }

  private static Row stop(int session, long user, int second) {
    Instant at = TEN.plusSeconds(second);
    return Row.withSchema(EVENTS)
        .addValues("s" + session, user, at, null, at, null, "e" + second)
        .build();
  }

  private static void run(DeltaMerge merge, List<Row> events) {
    Pipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    pipeline.apply(Create.of(events).withRowSchema(EVENTS)).apply(merge);
    pipeline.run().waitUntilFinish();
  }

  @Provide
  Arbitrary<List<Row>> events() {
    return Arbitraries.randomValue(
            random -> {
              int session = random.nextInt(5);
              int second = random.nextInt(20);
              return random.nextBoolean()
                  ? start(session, second, second)
                  : stop(session, second, second);
            })
        .list()
        .ofMinSize(4)
        .ofMaxSize(30);
  }

  /** Session: {user of the last event, first start, its event, last stop, its event}. */
  private static List<String> paired(List<Row> events) {
    TreeMap<String, String[]> sessions = new TreeMap<>();
    List<Row> sorted = new ArrayList<>(events);
    sorted.sort((x, y) -> at(x).compareTo(at(y)));
    for (Row event : sorted) {
      String[] session =
          sessions.computeIfAbsent(event.getString("session_id"), any -> new String[5]);
      session[0] = String.valueOf(event.getInt64("user_id"));
      if (event.getValue("started_at") != null) {
        session[1] = session[1] == null ? at(event).toString() : session[1];
        session[2] = least(session[2], event.getString("start_event"));
      } else {
        session[3] = at(event).toString();
        session[4] = greatest(session[4], event.getString("stop_event"));
      }
    }
    return sessions.entrySet().stream()
        .map(session -> session.getKey() + " " + String.join(" ", nulls(session.getValue())))
        .toList();
  }

  private static String[] nulls(String[] values) {
    String[] texts = new String[values.length];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = String.valueOf(values[i]);
    }
    return texts;
  }

  private static String least(String x, String y) {
    return x == null || y.compareTo(x) < 0 ? y : x;
  }

  private static String greatest(String x, String y) {
    return x == null || y.compareTo(x) > 0 ? y : x;
  }

  private static Instant at(Row event) {
    return event.getLogicalTypeValue("at", Instant.class);
  }

  private static List<String> stored(Path table) {
    return DeltaTables.at(table).rows().stream()
        .map(
            row ->
                row.getString("session_id")
                    + " "
                    + String.join(
                        " ",
                        nulls(
                            new String[] {
                              String.valueOf(row.getInt64("user_id")),
                              text(row, "started_at"),
                              text(row, "start_event"),
                              text(row, "stopped_at"),
                              text(row, "stop_event")
                            })))
        .sorted()
        .toList();
  }

  private static String text(Row row, String column) {
    return String.valueOf((Object) row.getValue(column));
  }

  @Property(tries = 4)
  void sessionsArePairedWhateverComesFirst(@ForAll("events") List<Row> events, @ForAll long seed) {
    Path table = TryDirectory.get().resolve("t");
    Random random = new Random(seed);
    List<Row> twice = new ArrayList<>(events);
    twice.addAll(events.subList(0, events.size() / 3));
    Collections.shuffle(twice, random);
    int cut = random.nextInt(twice.size());
    long run = 1;
    for (List<Row> increment : List.of(twice.subList(0, cut), twice.subList(cut, twice.size()))) {
      run(merge(table).withTransaction("app", run), increment);
      run(merge(table).withTransaction("app", run++), increment);
    }
    assertThat(stored(table)).isEqualTo(paired(events));
  }

  @Test
  void deltaSparkReadsWhatWasCombined(@TempDir Path directory) {
    Path table = directory.resolve("sessions");
    run(merge(table), List.of(stop(1, 8, 40), start(2, 9, 5)));
    run(merge(table), List.of(start(1, 7, 3), start(2, 9, 6), stop(3, 9, 60), start(3, 9, 50)));
    assertThat(DeltaSpark.json(table.toString()))
        .containsExactly(
            "{\"session_id\":\"s1\",\"user_id\":8,\"at\":\"2026-11-21T10:00:40.123456Z\","
                + "\"started_at\":\"2026-11-21T10:00:03.123456Z\","
                + "\"stopped_at\":\"2026-11-21T10:00:40.123456Z\","
                + "\"start_event\":\"e3\",\"stop_event\":\"e40\"}",
            "{\"session_id\":\"s2\",\"user_id\":9,\"at\":\"2026-11-21T10:00:06.123456Z\","
                + "\"started_at\":\"2026-11-21T10:00:05.123456Z\",\"start_event\":\"e5\"}",
            "{\"session_id\":\"s3\",\"user_id\":9,\"at\":\"2026-11-21T10:01:00.123456Z\","
                + "\"started_at\":\"2026-11-21T10:00:50.123456Z\","
                + "\"stopped_at\":\"2026-11-21T10:01:00.123456Z\","
                + "\"start_event\":\"e50\",\"stop_event\":\"e60\"}");
    // Files are skipped by their statistics, which have to know the combined values.
    assertThat(
            DeltaSpark.read(table.toString())
                .where("started_at < timestamp'2026-11-21 10:00:04'")
                .count())
        .isEqualTo(1);
    List<DeltaTables.Commit> commits = DeltaTables.at(table).commits();
    JsonNode metrics = commits.get(commits.size() - 1).info().get("operationMetrics");
    assertThat(metrics.get("numTargetRowsUpdated").asText()).isEqualTo("2");
    assertThat(metrics.get("numTargetRowsInserted").asText()).isEqualTo("1");
    assertThat(metrics.get("numChangesSuperseded").asText()).isEqualTo("1");
  }

  private static List<String> refused(DeltaMerge merge, Schema schema) {
    SpecException refused =
        catchThrowableOfType(
            SpecException.class,
            () ->
                TestPipeline.create()
                    .enableAbandonedNodeEnforcement(false)
                    .apply(Create.empty(schema))
                    .apply(merge));
    return refused.problems().stream().map(Problem::where).toList();
  }

  @Test
  void columnsThatAreSomethingElseAreRefusedAtOnce() {
    Schema schema =
        Schema.builder()
            .addFields(EVENTS.getFields())
            .addDoubleField("score")
            .addStringField("day")
            .addStringField("note")
            .addStringField("_run")
            .addBooleanField("_deleted")
            .addArrayField("list", FieldType.STRING)
            .build();
    DeltaMerge merge =
        merge(Path.of("/nowhere"))
            .withDeleteWhen("_deleted")
            .withPartitionColumns("day")
            .withIgnoredColumns("note");
    for (String column :
        List.of("session_id", "at", "score", "day", "note", "_run", "_deleted", "missing")) {
      merge = merge.withCombine(column, Combine.MAX);
    }
    assertThat(refused(merge, schema))
        .containsExactlyInAnyOrder(
            "changes",
            "delete_when",
            "combine.session_id",
            "combine.at",
            "combine.score",
            "combine.day",
            "combine.note",
            "combine._run",
            "combine._deleted",
            "combine.missing");
  }

  @Test
  void childrenAreNotCombined() {
    DeltaMerge children = merge(Path.of("/nowhere")).perParent(List.of("user_id"));
    assertThat(refused(children, EVENTS)).containsExactly("replace_per");
  }

  @Test
  void aPartitionColumnOfTheTableIsRefused(@TempDir Path directory) {
    Path table = directory.resolve("t");
    run(
        DeltaIO.merge()
            .into(table.toString())
            .withKeys("session_id")
            .withPartitionColumns("start_event"),
        List.of(start(1, 1, 1)));
    Exception refused =
        catchThrowableOfType(Exception.class, () -> run(merge(table), List.of(start(1, 1, 2))));
    assertThat(refused)
        .hasRootCauseInstanceOf(SpecException.class)
        .hasMessageContaining("'start_event' is a partition column");
  }
}
