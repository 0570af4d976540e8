package io.beamhouse.io.delta;

import static java.util.function.Function.identity;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.row.Quarantined;
import io.beamhouse.io.core.increment.SinkContext;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionRowTuple;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class QuarantineSinkTest {
  private static final Schema ORDER =
      Schema.builder()
          .addInt64Field("id")
          .addNullableField("price", FieldType.DECIMAL)
          .addNullableStringField("_source")
          .build();
  private static final Schema USER = Schema.builder().addStringField("name").build();
  private static final Schema ORDERS = Quarantined.schema(FieldType.row(ORDER));
  private static final Schema USERS = Quarantined.schema(FieldType.row(USER));

  @TempDir Path directory;

  private static Row order(long id, String price, String source) {
    Row raw =
        Row.withSchema(ORDER)
            .addValues(id, price == null ? null : new BigDecimal(price), source)
            .build();
    return Quarantined.row(ORDERS, raw, "no price", "priced", "CheckRows", null);
  }

  private static Row user(String name, String rule) {
    Row failure =
        Row.withSchema(Quarantined.FAILURE).addValues(rule, "f1", "too short", "name").build();
    return Quarantined.row(
        USERS,
        Row.withSchema(USER).addValues(name).build(),
        "too short",
        rule,
        "CheckRows",
        null,
        List.of(failure));
  }

  private static SinkContext run(String sink, long run) {
    return new SinkContext("state", sink, run, 0, 1, "plan" + run, "shop/orders");
  }

  private void write(SinkContext run, Schema schema, Row... rows) {
    write(run, schema, List.of(), rows);
  }

  private void write(SinkContext run, Schema schema, List<Row> replayed, Row... rows) {
    Pipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    PCollection<Row> failed =
        pipeline.apply("Rows", Create.of(List.of(rows)).withRowSchema(schema));
    PCollectionRowTuple input = PCollectionRowTuple.of("input", failed);
    if (!replayed.isEmpty()) {
      input =
          input.and(
              RunBoundQuarantine.REPLAYED,
              pipeline.apply(
                  "Replayed", Create.of(replayed).withRowSchema(QuarantineTable.SCHEMA)));
    }
    input.apply(new RunBoundQuarantine(path(), null).bind(run));
    pipeline.run().waitUntilFinish();
  }

  private String path() {
    return directory.resolve("quarantine").toString();
  }

  private List<Row> table() {
    List<Row> rows = new ArrayList<>();
    QuarantineTable table = QuarantineTable.at(path());
    table.read(table.version().getAsLong(), rows::add);
    return rows;
  }

  /** The rows in short: by raw record what may change. */
  private TreeMap<String, String> shortly() {
    TreeMap<String, String> rows = new TreeMap<>();
    for (Row row : table()) {
      String text =
          String.format(
              "%s copies %d attempt %d runs %d-%d %s",
              row.getString("rule"),
              row.getInt64("copies"),
              row.getInt32("attempt"),
              row.getInt64("first_run"),
              row.getInt64("run"),
              row.getString("resolved_by"));
      assertThat(rows.put(row.getString("raw"), text)).isNull();
    }
    return rows;
  }

  @Test
  void keepsARowForEachRecordOfAnyTypeHoweverOftenItFails() {
    write(
        run("Orders", 1),
        ORDERS,
        order(1, null, "a.csv:2"),
        order(2, "0.10", null),
        order(2, "0.10", null));
    write(run("Users", 1), USERS, user("x", "length"));
    write(run("Users", 1), USERS, user("never written", "length"));

    String one = "{\"id\":1,\"price\":null,\"_source\":\"a.csv:2\"}";
    String two = "{\"id\":2,\"price\":0.10,\"_source\":null}";
    String three = "{\"name\":\"x\"}";
    assertThat(shortly())
        .containsOnlyKeys(one, two, three)
        .containsEntry(one, "priced copies 1 attempt 1 runs 1-1 null")
        .containsEntry(two, "priced copies 2 attempt 1 runs 1-1 null")
        .containsEntry(three, "length copies 1 attempt 1 runs 1-1 null");
    assertThat(table())
        .extracting(row -> row.getString("position"))
        .containsExactlyInAnyOrder("a.csv:2", null, null);
    assertThat(table())
        .extracting(row -> row.getString("failures"))
        .contains(
            "[{\"rule\":\"length\",\"fingerprint\":\"f1\",\"message\":\"too short\","
                + "\"column\":\"name\"}]");
    assertThat(table()).allMatch(row -> row.getString("id").matches("[0-9a-f]{32}"));
    assertThat(
            new RunBoundQuarantine(path(), null).committed(run("Orders", 1)).orElseThrow().counts())
        .containsEntry("inserted", 2L)
        .containsEntry("superseded", 1L);

    write(run("Orders", 2), ORDERS, order(1, null, "a.csv:2"), order(2, "0.10", null));
    write(run("Users", 2), USERS, user("x", "other"));

    assertThat(shortly())
        .containsEntry(one, "priced copies 1 attempt 2 runs 1-2 null")
        .containsEntry(two, "priced copies 3 attempt 2 runs 1-2 null")
        .containsEntry(three, "other copies 2 attempt 2 runs 1-2 null");
  }

  @Test
  void whatPassesAReplayIsResolvedAndWhatFailsAgainIsNot() {
    write(run("Orders", 4), ORDERS, order(1, null, "a:1"), order(2, "1", null));
    List<Row> replayed = table();

    write(run("Orders", 5), ORDERS, order(2, "1", null));
    SinkContext replay = new SinkContext("replays", "Orders", 1, 0, 1, "plan", "shop/orders");
    write(replay, ORDERS, replayed, order(1, null, "a:1"));
    write(replay, ORDERS, replayed, order(1, null, "a:1"));

    String one = "{\"id\":1,\"price\":null,\"_source\":\"a:1\"}";
    String two = "{\"id\":2,\"price\":1,\"_source\":null}";
    assertThat(shortly())
        .containsOnlyKeys(one, two)
        .containsEntry(one, "priced copies 1 attempt 2 runs 4-4 null")
        // An equal row came meanwhile: one of the two is still to be replayed.
        .containsEntry(two, "priced copies 1 attempt 2 runs 4-5 null");

    SinkContext next = new SinkContext("replays", "Orders", 2, 0, 1, "plan", "shop/orders");
    write(next, ORDERS, table());

    assertThat(table()).allMatch(row -> row.getString("resolved_by").equals("replay 2"));
  }

  @Test
  void aRunThatRefusesNothingReadsNothingOfTheTable() throws IOException {
    write(run("Orders", 1), ORDERS, order(1, null, "a.csv:2"));
    Path elsewhere = Files.createDirectory(directory.resolve("elsewhere"));
    List<Path> files = dataFiles();
    for (Path file : files) {
      Files.move(file, elsewhere.resolve(file.getFileName()));
    }

    write(run("Orders", 2), ORDERS);

    assertThat(files).isNotEmpty();
    assertThat(new RunBoundQuarantine(path(), null).committed(run("Orders", 2))).isPresent();
  }

  private List<Path> dataFiles() throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("quarantine"))) {
      return files.filter(file -> file.toString().endsWith(".parquet")).toList();
    }
  }

  /** In several files and buckets; each other one came before. */
  @Test
  void knowsEachOfManyRecordsAgain() {
    Row[] first =
        IntStream.range(0, 900).mapToObj(i -> order(2L * i, null, null)).toArray(Row[]::new);
    Row[] second =
        IntStream.range(0, 1_200).mapToObj(i -> order(i, null, null)).toArray(Row[]::new);

    write(run("Orders", 1), ORDERS, first);
    write(run("Orders", 2), ORDERS, order(50_000, null, null));
    write(run("Orders", 3), ORDERS, second);

    Map<String, Long> states =
        shortly().values().stream().collect(groupingBy(identity(), counting()));
    assertThat(states)
        .containsOnly(
            entry("priced copies 2 attempt 2 runs 1-3 null", 600L),
            entry("priced copies 1 attempt 1 runs 3-3 null", 600L),
            entry("priced copies 1 attempt 1 runs 1-1 null", 300L),
            entry("priced copies 1 attempt 1 runs 2-2 null", 1L));
  }

  @Test
  void refusesRowsThatAreNotQuarantined() {
    assertThatThrownBy(
            () -> write(run("Users", 1), USER, Row.withSchema(USER).addValue("x").build()))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("there is no column 'failed_row' (columns: name)")
        .hasMessageContaining("rule");
  }
}
