package io.beamhouse.io.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.error.GateRefusedException;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.error.StateRefusedException;
import io.beamhouse.core.row.RowTypes;
import io.beamhouse.core.rowwise.Gate;
import io.beamhouse.io.core.increment.Committed;
import io.beamhouse.io.core.increment.Delivery;
import io.beamhouse.io.core.increment.IncrementalSink;
import io.beamhouse.io.core.increment.SinkContext;
import io.beamhouse.io.core.increment.StagingSink;
import io.beamhouse.io.core.staging.StageRows;
import io.beamhouse.testing.Faults;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.schemas.transforms.SchemaTransform;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionRowTuple;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SqlWriteTest {
  private static final Schema SCHEMA =
      Schema.builder()
          .addInt32Field("id")
          .addNullableStringField("name")
          .addNullableField("seq", FieldType.INT64)
          .build();

  private final EmbeddedDatabase database = EmbeddedDatabase.create();

  @BeforeEach
  void table() {
    database.execute(
        "CREATE TABLE t (id int PRIMARY KEY, name varchar(5) CHECK (name <> 'bad'), seq bigint)");
  }

  @AfterEach
  void drop() {
    database.close();
  }

  private SqlWrite write() {
    return SqlIO.write().to(database.connection()).table("t");
  }

  private static Row row(int id, String name, Long seq) {
    return Row.withSchema(SCHEMA).addValues(id, name, seq).build();
  }

  /** Runs a pipeline of its own, so that a test may have several. */
  private static void run(SqlWrite write, List<Row> rows, Schema schema) {
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    pipeline.apply(Create.of(rows).withRowSchema(schema)).apply(write);
    pipeline.run().waitUntilFinish();
  }

  private static void run(SqlWrite write, Row... rows) {
    run(write, List.of(rows), SCHEMA);
  }

  private List<String> table(String name) {
    return database.rows("SELECT * FROM " + name + " ORDER BY id");
  }

  @Test
  void insertsAndUpdatesByKeyAndKeepsTheHighestSequence() {
    database.execute("INSERT INTO t VALUES (1, 'old', 1), (2, 'new', 100)");
    SqlWrite write = write().upsert("id").withSequence("seq").withBatchSize(2);
    Row[] rows = {
      row(1, "a", 5L), row(1, "c", 7L), row(1, "b", 6L), row(2, "late", 50L), row(3, null, 1L)
    };
    for (int times = 0; times < 2; times++) {
      run(write, rows);
      assertThat(table("t")).containsExactly("1|c|7", "2|new|100", "3|null|1");
    }
  }

  @Test
  void writesEveryTypeBackAsItWasRead() {
    database.execute(
        "CREATE TYPE mood AS ENUM ('sad', 'Happy')",
        "CREATE TABLE a (id int PRIMARY KEY, b smallint, c bigint, d numeric(12,2), e real,"
            + " f double precision, g bool, h text, k bytea, l date, m time, n timestamp,"
            + " o timestamptz, p uuid, r jsonb, s int[], u text[], v mood)",
        "INSERT INTO a VALUES (1, -2, 3, 1.25, 1.5, 1e300, true, 'ä\"''', '\\x00ff',"
            + " '1582-10-10', '23:59:59.999999', '2026-03-29 02:30:00.123456',"
            + " '1969-12-31 23:59:59.999999+00', '00000000-0000-0000-0000-00000000000a',"
            + " '{\"b\":2}', '{1,NULL,3}', '{x,NULL}', 'Happy')",
        "INSERT INTO a (id) VALUES (2)",
        "CREATE TABLE b (LIKE a INCLUDING ALL)");
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    pipeline
        .apply(SqlIO.read().from(database.connection()).table("a"))
        .apply(write().table("b").upsert("id"));
    pipeline.run().waitUntilFinish();
    assertThat(table("b")).isEqualTo(table("a"));
  }

  @Test
  void setsAsideRowsThatTheTableCannotHold() {
    Schema wide = Schema.builder().addInt64Field("id").addNullableStringField("name").build();
    List<Row> rows =
        IntStream.range(0, 100)
            .mapToObj(
                i ->
                    Row.withSchema(wide)
                        .addValues(
                            i == 70 ? 5_000_000_000L : (long) i,
                            i == 13 ? "bad" : i == 50 ? "too long" : "n" + i)
                        .build())
            .toList();
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    SqlWriteResult result =
        pipeline
            .apply(Create.of(rows).withRowSchema(wide))
            .apply(write().upsert("id").withQuarantine());
    PAssert.that(
            result
                .refused()
                .apply(
                    MapElements.into(TypeDescriptors.strings())
                        .via(
                            (Row bad) ->
                                bad.getRow("failed_row").getInt64("id")
                                    + " "
                                    + bad.getString("error_message"))))
        .containsInAnyOrder(
            "13 the database refused the row (SQLSTATE 23514)",
            "50 the database refused the row (SQLSTATE 22001)",
            "5000000000 the database refused the row (SQLSTATE 22003)");
    pipeline.run().waitUntilFinish();
    assertThat(table("t")).hasSize(97);
    assertThatThrownBy(() -> run(write().upsert("id"), row(1, "bad", 1L)))
        .hasRootCauseInstanceOf(DataRefusedException.class)
        .hasMessageContaining("error_handling")
        .hasMessageNotContaining("bad'");
  }

  @Test
  void refusesToCutOrRound() {
    database.execute(
        "CREATE TABLE d (id int PRIMARY KEY, x numeric(10,2), at timestamptz(3), n int NOT NULL)");
    Schema schema =
        Schema.builder()
            .addInt32Field("id")
            .addNullableField("x", RowTypes.decimal(20, 4))
            .addNullableField("at", RowTypes.TIMESTAMP)
            .addNullableField("n", FieldType.INT32)
            .build();
    List<Row> rows =
        List.of(
            Row.withSchema(schema)
                .addValues(
                    1, new BigDecimal("1.2500"), Instant.parse("2026-01-01T00:00:00.123Z"), 1)
                .build(),
            Row.withSchema(schema).addValues(2, new BigDecimal("1.2510"), null, 1).build(),
            Row.withSchema(schema)
                .addValues(3, null, Instant.parse("2026-01-01T00:00:00.123456Z"), 1)
                .build(),
            Row.withSchema(schema).addValues(4, null, null, null).build());
    run(write().table("d").upsert("id").withQuarantine(), rows, schema);
    assertThat(database.rows("SELECT id, x FROM d")).containsExactly("1|1.25");
  }

  @Test
  void namesEveryFieldThatDoesNotFit() {
    Schema schema =
        Schema.builder()
            .addInt32Field("id")
            .addDoubleField("seq")
            .addField("name", RowTypes.TIMESTAMP)
            .addStringField("extra")
            .build();
    Row row = Row.withSchema(schema).addValues(1, 1.0, Instant.EPOCH, "x").build();
    assertThatThrownBy(() -> run(write().upsert("idd"), List.of(row), schema))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("field 'seq' has type DOUBLE, which does not fit the column's int8")
        .hasMessageContaining("field 'name' has type")
        .hasMessageContaining("field 'extra' has no column")
        .hasMessageContaining("no field 'idd' - did you mean 'id'?");
  }

  private IncrementalSink sink(String... keys) {
    return IncrementalWrite.of(write().staged(keys), "");
  }

  /** As the pipelines run it: staged by the DoFn that has the rows, then committed. */
  private void halves(Map<String, String> replace, long run, Gate gate, Row... rows) {
    StagingSink sink = (StagingSink) IncrementalWrite.of(write().staged().replacing(replace), "");
    SinkContext context = context(run, 1, "h" + run);
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    pipeline
        .apply(Create.of(Arrays.asList(rows)).withRowSchema(SCHEMA))
        .apply("Stage", StageRows.of(sink.staging(context, SCHEMA)))
        .only()
        .apply("Commit", sink.commit(context, SCHEMA, gate));
    pipeline.run().waitUntilFinish();
  }

  @Test
  void replacesTheRowsOfOneValueInTheTransactionOfTheRun() {
    database.execute("INSERT INTO t VALUES (1, 'jan', 1), (2, 'jan', 1), (3, 'feb', 2)");
    Map<String, String> january = Map.of("name", "jan", "SEQ", "1");

    assertThatThrownBy(
            () ->
                halves(
                    january,
                    1,
                    tally -> {
                      throw new GateRefusedException("too rotten");
                    },
                    row(7, "jan", 1L)))
        .hasRootCauseInstanceOf(GateRefusedException.class);
    assertThatThrownBy(() -> halves(january, 2, Gate.OPEN, row(7, "jan", 1L), row(8, "feb", 1L)))
        .hasRootCauseInstanceOf(DataRefusedException.class)
        .hasStackTraceContaining("Rows came whose")
        .satisfies(e -> assertThat(e).message().doesNotContain("feb"));
    assertThat(table("t")).containsExactly("1|jan|1", "2|jan|1", "3|feb|2");

    halves(january, 3, Gate.OPEN, row(7, "jan", 1L), row(1, "jan", 1L));
    assertThat(table("t")).containsExactly("1|jan|1", "3|feb|2", "7|jan|1");
    halves(january, 3, Gate.OPEN, row(7, "jan", 1L), row(1, "jan", 1L));
    assertThat(table("t")).containsExactly("1|jan|1", "3|feb|2", "7|jan|1");
    halves(january, 4, Gate.OPEN);
    assertThat(table("t")).containsExactly("3|feb|2");
    assertThat(stages()).isEmpty();
  }

  @Test
  void aReplacingRunThatIsKilledAnywhereIsInTheTableOnceAfterTheNextAttempt() {
    database.execute("INSERT INTO t VALUES (1, 'jan', 1), (3, 'feb', 2)");
    Map<String, String> january = Map.of("name", "jan");
    for (String moment : List.of("jdbc.stage:before", "jdbc.stage:after", "jdbc.commit:before")) {
      try (Faults.Armed fault = Faults.throwAt(moment.split(":")[0], moment.split(":")[1])) {
        assertThatThrownBy(() -> halves(january, 1, Gate.OPEN, row(7, "jan", 1L)), moment)
            .hasMessageContaining("injected");
        assertThat(fault.struck()).isTrue();
      }
      assertThat(table("t")).containsExactly("1|jan|1", "3|feb|2");
    }
    try (Faults.Armed fault = Faults.throwAt("jdbc.commit", "after")) {
      assertThatThrownBy(() -> halves(january, 1, Gate.OPEN, row(7, "jan", 1L)));
      assertThat(fault.struck()).isTrue();
    }
    halves(january, 1, Gate.OPEN, row(7, "jan", 1L));
    assertThat(table("t")).containsExactly("3|feb|2", "7|jan|1");
    assertThat(stages()).isEmpty();
  }

  @Test
  void whatIsReplacedMustBeAColumnAndAValueOfIt() {
    assertThatThrownBy(() -> halves(Map.of("sec", "1", "seq", "one"), 1, Gate.OPEN))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("no field 'sec'")
        .hasMessageContaining("for 'seq' is none of its type");
    assertThatThrownBy(
            () -> run(write().upsert("id").replacing(Map.of("seq", "1")), row(1, "a", 1L)))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("replace: only for mode staged without keys");
  }

  private static SinkContext context(long run, int attempt, String hash) {
    return new SinkContext("state-1", "sink", run, 0, attempt, hash);
  }

  private static void apply(IncrementalSink sink, SinkContext context, Row... rows) {
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    PCollectionRowTuple.of(
            "input", pipeline.apply(Create.of(Arrays.asList(rows)).withRowSchema(SCHEMA)))
        .apply(sink.bind(context));
    pipeline.run().waitUntilFinish();
  }

  private List<String> stages() {
    return database.rows("SELECT relname FROM pg_class WHERE relname LIKE 'bh_stage%'");
  }

  @Test
  void writesAStagedRunWhollyAndOnce() {
    IncrementalSink sink = sink();
    assertThat(sink.delivery()).isEqualTo(Delivery.TXN);
    assertThat(sink.committed(context(1, 1, "h"))).isEmpty();
    for (int attempt = 1; attempt <= 2; attempt++) {
      apply(sink, context(1, attempt, "h"), row(1, "a", 1L), row(2, "b", 2L));
      assertThat(table("t")).containsExactly("1|a|1", "2|b|2");
    }
    assertThat(sink.committed(context(1, 3, "h")))
        .isEqualTo(Optional.of(new Committed("run 1", "h", Map.of("written", 2L))));
    assertThat(sink.newestRun("state-1", "sink")).isEqualTo(OptionalLong.of(1));
    assertThat(sink.newestRun("state-2", "sink")).isEmpty();
    assertThatThrownBy(() -> apply(sink, context(1, 3, "other"), row(9, "x", 1L)))
        .hasRootCauseInstanceOf(StateRefusedException.class);
    apply(sink, context(2, 1, "h2"));
    assertThat(sink.newestRun("state-1", "sink")).isEqualTo(OptionalLong.of(2));
    assertThat(sink.targetId()).isPresent();
    assertThat(table("t")).hasSize(2);
    assertThat(stages()).isEmpty();
  }

  @Test
  void leavesTheTargetAloneWhenKilledBeforeTheCommitAndFinishesInTheNextAttempt() {
    database.execute("INSERT INTO t VALUES (1, 'old', 1)");
    // One row, hence one bundle: a failed pipeline's other bundles would go on and meet the faults.
    IncrementalSink sink = sink("id");
    int attempt = 0;
    for (String moment : List.of("jdbc.stage:before", "jdbc.stage:after", "jdbc.commit:before")) {
      int number = ++attempt;
      try (Faults.Armed fault = Faults.throwAt(moment.split(":")[0], moment.split(":")[1])) {
        assertThatThrownBy(() -> apply(sink, context(7, number, "h"), row(1, "a", 2L)), moment)
            .hasMessageContaining("injected");
        assertThat(fault.struck()).isTrue();
      }
      assertThat(table("t")).containsExactly("1|old|1");
    }
    try (Faults.Armed fault = Faults.throwAt("jdbc.commit", "after")) {
      assertThatThrownBy(() -> apply(sink, context(7, 4, "h"), row(1, "a", 2L)))
          .hasMessageContaining("injected");
      assertThat(fault.struck()).isTrue();
    }
    assertThat(sink.committed(context(7, 5, "h"))).isPresent();
    apply(sink, context(7, 5, "h"), row(1, "again", 3L));
    assertThat(table("t")).containsExactly("1|a|2");
    assertThat(stages()).isEmpty();
  }

  @Test
  void appendsPlainly() {
    database.execute("CREATE TABLE log (id int, name text, seq bigint)");
    run(write().table("log").appendAtLeastOnce(), row(1, "a", 1L), row(1, "a", 1L));
    assertThat(table("log")).containsExactly("1|a|1", "1|a|1");
  }

  @Test
  void refusesUnboundedRows() {
    Pipeline pipeline = Pipeline.create();
    PCollection<Row> rows =
        pipeline
            .apply(Create.of(row(1, "a", 1L)).withRowSchema(SCHEMA))
            .setIsBoundedInternal(PCollection.IsBounded.UNBOUNDED);
    assertThatThrownBy(() -> rows.apply(write().table("log").appendAtLeastOnce()))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("run the source in increments");
  }

  @Test
  void isBuiltFromASpec() {
    WriteToJdbc provider = new WriteToJdbc();
    WriteToJdbc.Config.Builder config = WriteToJdbc.Config.builder();
    config.setUrl(database.url());
    config.setUsername("postgres").setPassword(database.password());
    SchemaTransform transform =
        provider.from(config.setTable("t").setMode("upsert").setKeys(List.of("id")).build());
    assertThat(((IncrementalSink) transform).delivery()).isEqualTo(Delivery.IDEMPOTENT);
    config.setMode("apend").setPassword("literal").setBatchSize(0);
    assertThatThrownBy(() -> provider.from(config.build()))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("mode: found 'apend'; allowed: upsert, staged, append - did you mean")
        .hasMessageContaining("password: must be a reference")
        .hasMessageContaining("batch_size: found 0")
        .hasMessageNotContaining("literal is refused\nliteral");
    config.setMode("append").setPassword(null).setBatchSize(null).setKeys(null);
    assertThatThrownBy(() -> provider.from(config.build()))
        .hasMessage(
            "delivery: append may write rows twice; accept it with delivery: at_least_once");
  }
}
