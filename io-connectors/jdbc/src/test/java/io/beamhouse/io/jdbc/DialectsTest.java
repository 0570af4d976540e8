package io.beamhouse.io.jdbc;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.core.error.SourceFailedException;
import io.beamhouse.core.row.SchemaJson;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.Row;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SQL Server's and Oracle's statements against H2's modes; the servers themselves are not here. */
class DialectsTest {
  private static final String SQL_SERVER =
      ";MODE=MSSQLServer;DATABASE_TO_UPPER=FALSE;CASE_INSENSITIVE_IDENTIFIERS=TRUE";
  private static final String ORACLE = ";MODE=Oracle";

  @TempDir Path work;

  private static String url(String mode) {
    return "jdbc:h2:mem:x" + System.nanoTime() + ";DB_CLOSE_DELAY=-1" + mode;
  }

  private static void execute(String url, String... statements) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {SQL_SERVER, ORACLE, ""})
  void readsChangesInChunks(String mode) throws SQLException {
    String url = url(mode);
    execute(
        url,
        // H2 has no such function of SQL Server.
        "CREATE ALIAS SYSDATETIMEOFFSET AS 'java.time.OffsetDateTime now() {"
            + " return java.time.OffsetDateTime.now(); }'",
        "CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(10), at TIMESTAMP(6) NOT NULL)",
        "INSERT INTO t SELECT X, 'n' || X, TIMESTAMP '2026-01-01 00:00:00' FROM SYSTEM_RANGE(1, 50)",
        "INSERT INTO t SELECT X, 'n' || X, TIMESTAMP '2026-01-02 00:00:00' FROM SYSTEM_RANGE(51, 99)");
    Runs runs =
        new Runs(
            SqlIO.readChanges()
                .from(SqlConnection.to(url))
                .table("t")
                .withCursor("at")
                .withCursorZone("UTC")
                .withKeys("id")
                .withChunks(20, 2)
                .reconcileKeys(0.5),
            work);
    assertThat(runs.next()).hasSize(99);
    assertThat(runs.last().chunks()).hasSize(5);
    assertThat(runs.last().facts().get("promise")).contains("within 60000 ms");
    execute(
        url,
        "UPDATE t SET at = DATEADD('SECOND', -90, CURRENT_TIMESTAMP) WHERE id = 5",
        "DELETE FROM t WHERE id = 7");
    List<Row> rows = runs.next();
    assertThat(rows.stream().map(r -> r.getValue(0) + ":" + r.getBoolean("_deleted")))
        .hasSizeBetween(1, 2)
        .contains("7:true");
  }

  @ParameterizedTest
  @ValueSource(strings = {SQL_SERVER, ORACLE, ""})
  void countsByAColumn(String mode) throws SQLException {
    String url = url(mode);
    execute(url, "CREATE TABLE t (id INT PRIMARY KEY)", "INSERT INTO t VALUES (1), (2)");
    Runs runs =
        new Runs(
            SqlIO.readChanges()
                .from(SqlConnection.to(url))
                .table("t")
                .withCursor("id")
                .withSafetyDelay(Duration.ZERO),
            work);
    assertThat(runs.next()).hasSize(2);
    execute(url, "INSERT INTO t VALUES (3)");
    assertThat(runs.next()).hasSize(1);
    assertThat(runs.next()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {ORACLE, ""})
  void upsertsWithASequence(String mode) throws SQLException {
    String url = url(mode);
    execute(
        url,
        "CREATE TABLE t (id INT PRIMARY KEY, name VARCHAR(5), seq BIGINT)",
        "INSERT INTO t VALUES (1, 'old', 1), (2, 'new', 100)");
    Schema schema =
        Schema.builder()
            .addInt32Field("id")
            .addNullableStringField("name")
            .addNullableField("seq", FieldType.INT64)
            .build();
    // Over-long text is refused, not cut by a cast.
    List<Row> rows =
        List.of(
            Row.withSchema(schema).addValues(1, "a", 5L).build(),
            Row.withSchema(schema).addValues(2, "late", 50L).build(),
            Row.withSchema(schema).addValues(3, null, 1L).build(),
            Row.withSchema(schema).addValues(4, "too long", 1L).build());
    TestPipeline pipeline = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    pipeline
        .apply(Create.of(rows).withRowSchema(schema))
        .apply(
            SqlIO.write()
                .to(SqlConnection.to(url))
                .table("t")
                .upsert("id")
                .withSequence("seq")
                .withQuarantine());
    pipeline.run().waitUntilFinish();
    List<Row> stored = new Runs(SqlIO.read().from(SqlConnection.to(url)).table("t"), work).next();
    assertThat(stored.stream().map(r -> r.getValue(0) + "|" + r.getValue(1) + "|" + r.getValue(2)))
        .containsExactlyInAnyOrder("1|a|5", "2|new|100", "3|null|1");
  }

  @Test
  void mergesOnSqlServerUnderAHintThatH2DoesNotKnow() throws SQLException {
    String url = url(SQL_SERVER);
    execute(
        url,
        "CREATE TABLE t (id INT PRIMARY KEY, seq BIGINT)",
        "INSERT INTO t VALUES (1, 1), (2, 100)");
    WriteColumns columns =
        new WriteColumns(
            List.of(
                new Column("id", "int", FieldType.INT32, false),
                new Column("seq", "bigint", FieldType.INT64, true)),
            List.of("id"),
            "seq");
    String sql = SqlServerDialect.INSTANCE.upsert("[t]", columns);
    assertThat(sql)
        .isEqualTo(
            "MERGE INTO [t] WITH (HOLDLOCK) t USING (SELECT CAST(? AS int) AS [id],"
                + " CAST(? AS bigint) AS [seq]) s ON (t.[id] = s.[id])"
                + " WHEN MATCHED AND (t.[seq] IS NULL OR t.[seq] <= s.[seq])"
                + " THEN UPDATE SET t.[seq] = s.[seq]"
                + " WHEN NOT MATCHED THEN INSERT ([id], [seq]) VALUES (s.[id], s.[seq]);");
    try (Connection connection = DriverManager.getConnection(url);
        var statement = connection.prepareStatement(sql.replace(" WITH (HOLDLOCK)", ""))) {
      for (int id = 1; id <= 3; id++) {
        statement.setInt(1, id);
        statement.setLong(2, 50);
        statement.executeUpdate();
      }
    }
    assertThat(new Runs(SqlIO.read().from(SqlConnection.to(url)).table("t"), work).next())
        .extracting(row -> row.getInt64("seq"))
        .containsExactlyInAnyOrder(50L, 100L, 50L);
  }

  private String types(String url) {
    Schema schema =
        new Runs(SqlIO.read().from(SqlConnection.to(url)).table("t").withNumericAs("string"), work)
            .plan()
            .schema();
    return schema.getFields().stream()
        .map(f -> SchemaJson.typeName(f.getType()))
        .collect(Collectors.joining(", "));
  }

  @Test
  void mapsTheTypesOfH2() throws SQLException {
    String url = url("");
    execute(
        url,
        "CREATE TABLE t (a TINYINT, b SMALLINT, c INT, d BIGINT, e REAL, f DOUBLE PRECISION,"
            + " g DECIMAL(10,3), h BOOLEAN, i VARCHAR, j CLOB, k VARBINARY, l BLOB, m DATE,"
            + " n TIME(6), o TIMESTAMP(6), p TIMESTAMP(6) WITH TIME ZONE, q UUID)");
    assertThat(types(url))
        .isEqualTo(
            "INT16, INT16, INT32, INT64, FLOAT, DOUBLE, DECIMAL(10,3), BOOLEAN, STRING, STRING,"
                + " BYTES, BYTES, DATE, TIME, LOCAL_DATETIME, TIMESTAMP, UUID");
  }

  private static String type(Dialect dialect, int jdbc, String name, int precision, int scale) {
    Optional<ColumnType> type =
        dialect.type(
            new Column.Description("c", jdbc, name, precision, scale, true),
            new NumericPolicy(null));
    return type.map(t -> SchemaJson.typeName(t.type())).orElse("unsupported");
  }

  @Test
  void mapsWhatTheDriversOfSqlServerAndOracleSay() {
    Dialect sqlServer = SqlServerDialect.INSTANCE;
    assertThat(type(sqlServer, -155, "datetimeoffset", 34, 7)).isEqualTo("TIMESTAMP");
    assertThat(type(sqlServer, 93, "datetime2", 27, 7)).isEqualTo("LOCAL_DATETIME");
    assertThat(type(sqlServer, 1, "uniqueidentifier", 36, 0)).isEqualTo("UUID");
    assertThat(type(sqlServer, 3, "money", 19, 4)).isEqualTo("DECIMAL(19,4)");
    assertThat(type(sqlServer, -7, "bit", 1, 0)).isEqualTo("BOOLEAN");
    assertThat(type(sqlServer, -6, "tinyint", 3, 0)).isEqualTo("INT16");
    assertThat(type(sqlServer, 4, "int identity", 10, 0)).isEqualTo("INT32");
    assertThat(type(sqlServer, -2, "timestamp", 8, 0)).isEqualTo("BYTES");
    assertThat(type(sqlServer, -156, "sql_variant", 0, 0)).isEqualTo("unsupported");
    Dialect oracle = OracleDialect.INSTANCE;
    assertThat(type(oracle, 2, "number", 10, 2)).isEqualTo("DECIMAL(10,2)");
    assertThat(type(oracle, 2, "number", 0, -127)).isEqualTo("unsupported");
    assertThat(type(oracle, 93, "date", 7, 0)).isEqualTo("LOCAL_DATETIME");
    assertThat(type(oracle, -101, "timestamp with time zone", 13, 6)).isEqualTo("TIMESTAMP");
    assertThat(type(oracle, -102, "timestamp with local time zone", 11, 6)).isEqualTo("TIMESTAMP");
    assertThat(type(oracle, 101, "binary_double", 0, 0)).isEqualTo("DOUBLE");
    assertThat(type(oracle, -3, "raw", 16, 0)).isEqualTo("BYTES");
    assertThat(type(oracle, 2005, "clob", -1, 0)).isEqualTo("STRING");
    assertThat(type(oracle, -103, "intervalym", 2, 0)).isEqualTo("unsupported");
  }

  @Test
  void quotesAndBindsInEveryDialect() {
    Column c = new Column("a]\"b", "int", FieldType.INT64, false);
    Column k = new Column("k", "date", FieldType.INT64, false);
    for (Dialect dialect :
        List.of(SqlServerDialect.INSTANCE, OracleDialect.INSTANCE, GenericDialect.INSTANCE)) {
      String sql =
          new Sql(dialect)
              .add("SELECT 1 FROM t WHERE ")
              .compare(List.of(c, k), ">=", List.of("1", "2"))
              .limited(3)
              .toString();
      String a = dialect.quote("a]\"b");
      String b = dialect.quote("k");
      String mark = dialect == OracleDialect.INSTANCE ? "CAST(? AS DATE)" : "?";
      String where =
          "SELECT 1 FROM t WHERE ("
              + a
              + " >= ? AND (("
              + a
              + " > ?) OR ("
              + a
              + " = ? AND "
              + b
              + " >= "
              + mark
              + ")))";
      assertThat(sql)
          .isEqualTo(
              dialect == SqlServerDialect.INSTANCE
                  ? where.replace("SELECT", "SELECT TOP 3")
                  : where + " FETCH FIRST 3 ROWS ONLY");
    }
    assertThat(SqlServerDialect.INSTANCE.quote("a]\"b")).isEqualTo("[a]]\"b]");
    assertThat(OracleDialect.INSTANCE.quote("a]\"b")).isEqualTo("\"a]\"\"b\"");
  }

  @ParameterizedTest
  @ValueSource(strings = {SQL_SERVER, ORACLE, ""})
  void saysWhatIsMissing(String mode) throws SQLException {
    String url = url(mode);
    execute(url, "CREATE TABLE t (id INT)");
    Assertions.assertThatThrownBy(
            () -> new Runs(SqlIO.read().from(SqlConnection.to(url)).table("u"), work).next())
        .isInstanceOf(SourceFailedException.class)
        .hasMessageContaining("a table does not exist");
  }
}
