package io.beamhouse.io.jdbc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.error.SourceFailedException;
import io.beamhouse.core.row.SchemaJson;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TypesTest {
  private final EmbeddedDatabase database = EmbeddedDatabase.create();
  @TempDir Path work;

  @AfterEach
  void drop() {
    database.close();
  }

  private List<Row> read(String table) {
    return new Runs(SqlIO.read().from(database.connection()).table(table), work).next();
  }

  private static String types(Schema schema) {
    return schema.getFields().stream()
        .map(f -> f.getName() + " " + SchemaJson.typeName(f.getType()))
        .collect(Collectors.joining(", "));
  }

  @Test
  void readsEveryTypeOfPostgreSqlWithoutLoss() {
    database.execute(
        "CREATE TYPE mood AS ENUM ('sad', 'Happy')",
        "CREATE TABLE t (a smallint, b int, c bigint, d numeric(12,2), e real,"
            + " f double precision, g bool, h text, i varchar(10), j char(4), k bytea, l date,"
            + " m time, n timestamp, o timestamptz, p uuid, q json, r jsonb, s int[], u text[],"
            + " v mood, w numeric(3,-2), x numeric(38,38), y uuid[], z bool[])",
        "INSERT INTO t VALUES (-32768, 2147483647, -9223372036854775808, 1234567890.12, 1.5,"
            + " 1e308, true, 'ä', 'v', 'c', '\\x00ff', '0001-01-01', '23:59:59.999999',"
            + " '2026-03-29 02:30:00.123456', '1969-12-31 23:59:59.999999+00',"
            + " '00000000-0000-0000-0000-00000000000a', '{\"a\": 1}', '{\"b\":2}', '{1,NULL,3}',"
            + " '{x,NULL}', 'Happy', 12345, 0.00000000000000000000000000000000000001,"
            + " '{00000000-0000-0000-0000-00000000000a}', '{t,f}')",
        "INSERT INTO t DEFAULT VALUES");
    List<Row> rows = read("t");
    assertThat(types(rows.get(0).getSchema()))
        .isEqualTo(
            "a INT16, b INT32, c INT64, d DECIMAL(12,2), e FLOAT, f DOUBLE, g BOOLEAN, h STRING,"
                + " i STRING, j STRING, k BYTES, l DATE, m TIME, n LOCAL_DATETIME, o TIMESTAMP,"
                + " p UUID, q STRING, r STRING,"
                + " s {\"array\":{\"scalar\":\"INT32\",\"nullable\":true}},"
                + " u {\"array\":{\"scalar\":\"STRING\",\"nullable\":true}}, v STRING,"
                + " w DECIMAL(5,0), x DECIMAL(38,38),"
                + " y {\"array\":{\"scalar\":\"UUID\",\"nullable\":true}},"
                + " z {\"array\":{\"scalar\":\"BOOLEAN\",\"nullable\":true}}");
    UUID uuid = new UUID(0, 10);
    assertThat(rows.get(0).getValues())
        .usingRecursiveComparison()
        .isEqualTo(
            Arrays.asList(
                (short) -32768,
                2147483647,
                Long.MIN_VALUE,
                new BigDecimal("1234567890.12"),
                1.5f,
                1e308,
                true,
                "ä",
                "v",
                "c   ",
                new byte[] {0, (byte) 255},
                LocalDate.of(1, 1, 1),
                LocalTime.parse("23:59:59.999999"),
                LocalDateTime.parse("2026-03-29T02:30:00.123456"),
                Instant.parse("1969-12-31T23:59:59.999999Z"),
                uuid,
                "{\"a\": 1}",
                "{\"b\": 2}",
                Arrays.asList(1, null, 3),
                Arrays.asList("x", null),
                "Happy",
                new BigDecimal("12300"),
                new BigDecimal("0.00000000000000000000000000000000000001"),
                List.of(uuid),
                List.of(true, false)));
    assertThat(rows.get(1).getValues()).containsOnlyNulls();
  }

  @Test
  void namesEveryColumnOfAnUnsupportedTypeAtOnce() {
    database.execute(
        "CREATE TABLE t (a interval, b int, c numeric, d timetz, e point, f date[], g money)");
    assertThatThrownBy(() -> read("t"))
        .isInstanceOf(SourceFailedException.class)
        .hasMessageContaining("'a' has the unsupported type interval")
        .hasMessageContaining("'c' has type numeric(0,0) without a usable precision")
        .hasMessageContaining("numeric_as: string or decimal(p,s)")
        .hasMessageContaining("'d' has the unsupported type timetz")
        .hasMessageContaining("'e' has the unsupported type point")
        .hasMessageContaining("'f' has the unsupported type _date")
        .hasMessageContaining("'g' has the unsupported type money")
        .hasMessageContaining("columns:");
  }

  @Test
  void readsNumericsOfAnyPrecisionAsTheUserChose() {
    database.execute(
        "CREATE TABLE t (a numeric, b numeric[])",
        "INSERT INTO t VALUES (1.50, '{2.5}'), (12345678901234567890.1234567890, NULL)");
    SqlRead read = SqlIO.read().from(database.connection()).table("t");
    assertThat(new Runs(read.withColumns("a").withNumericAs("string"), work).next())
        .extracting(row -> row.getString("a"))
        .containsExactly("1.50", "12345678901234567890.1234567890");
    assertThat(new Runs(read.withNumericAs("decimal(38,10)"), work).next())
        .extracting(row -> row.<Object>getValue("a"))
        .containsExactly(
            new BigDecimal("1.5000000000"), new BigDecimal("12345678901234567890.1234567890"));
    assertThatThrownBy(() -> new Runs(read.withNumericAs("decimal(30,2)"), work).next())
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("Column a of t (numeric(0,0)) holds more than 2 digits")
        .hasMessageNotContaining("1234567890");
  }

  @ParameterizedTest
  @CsvSource({
    "date, infinity, an infinite date",
    "timestamp, -infinity, an infinite timestamp",
    "timestamptz, infinity, an infinite timestamp",
    "'numeric(10,2)', NaN, NaN or an infinity",
    "time, 24:00:00, the time 24:00:00",
    "'int[]', '{{1,2},{3,4}}', an array of more than one dimension"
  })
  void refusesValuesThatNoRowCanHold(String type, String value, String what) {
    database.execute(
        "CREATE TABLE t (\"the column\" " + type + ")", "INSERT INTO t VALUES ('" + value + "')");
    assertThatThrownBy(() -> read("t"))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("Column the column of t")
        .hasMessageContaining("holds " + what);
  }

  @Test
  void takesANotNullColumnBehindAnOuterJoinAsNullable() {
    database.execute(
        "CREATE TABLE l (id int NOT NULL)",
        "CREATE TABLE r (id int NOT NULL, x int NOT NULL)",
        "INSERT INTO l VALUES (1)");
    SqlRead read =
        SqlIO.read()
            .from(database.connection())
            .query("SELECT l.id, r.x FROM l LEFT JOIN r ON l.id = r.id");
    Row row = new Runs(read, work).next().get(0);
    assertThat(row.getInt32("x")).isNull();
    assertThat(row.getSchema().getField("x").getType().getNullable()).isTrue();
  }

  @Test
  void readsNamesThatNeedQuoting() {
    database.execute(
        "CREATE SCHEMA \"My Schema\"",
        "CREATE TABLE \"My Schema\".\"sel\"\"ect.x; drop\" (\"Group\" int, \"a \"\" b\" text,"
            + " \"'; DROP TABLE x; --\" timestamptz NOT NULL DEFAULT now())",
        "INSERT INTO \"My Schema\".\"sel\"\"ect.x; drop\" VALUES (1, 'x')");
    Runs runs =
        new Runs(
            SqlIO.readChanges()
                .from(database.connection())
                .table("My Schema.\"sel\"\"ect.x; drop\"")
                .withCursor("'; DROP TABLE x; --")
                .withKeys("Group")
                .withChunks(1, 1)
                .reconcileKeys(1),
            work);
    assertThat(runs.next().get(0).getValues()).contains(1, "x");
    assertThatThrownBy(() -> read("\"My Schema\".x; DROP TABLE y"))
        .isInstanceOf(SourceFailedException.class)
        .hasMessageContaining("a table does not exist");
    database.execute("CREATE TABLE \"Mixed\" (id int)", "CREATE TABLE lower (id int)");
    assertThat(read("Mixed")).isEmpty();
    assertThat(read("LOWER")).isEmpty();
  }
}
