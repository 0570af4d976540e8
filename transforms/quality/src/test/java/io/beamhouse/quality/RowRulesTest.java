package io.beamhouse.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.row.RowTypes;
import io.beamhouse.testing.Rows;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RowRulesTest {
  private static Schema one(FieldType type) {
    return Schema.builder().addNullableField("c", type).build();
  }

  private static Arguments kind(FieldType type, RowRule rule, List<?> good, List<?> bad) {
    return Arguments.of(type, rule, good, bad);
  }

  static Stream<Arguments> kinds() {
    FieldType text = FieldType.STRING;
    FieldType decimal = RowTypes.decimal(12, 2);
    return Stream.of(
        kind(
            FieldType.INT32,
            RowRule.range("c", 1870, 2035),
            List.of(1870, 2035),
            List.of(1869, 2036)),
        kind(
            FieldType.INT64,
            RowRule.range("c", 0.5, null),
            List.of(1L, Long.MAX_VALUE),
            List.of(0L, Long.MIN_VALUE)),
        kind(
            FieldType.BYTE,
            RowRule.range("c", null, 3),
            List.of((byte) -128, (byte) 3),
            List.of((byte) 4)),
        kind(
            FieldType.DOUBLE,
            RowRule.range("c", -1.5, 2),
            List.of(-1.5, 0.0, 2.0),
            List.of(-1.6, 2.1, Double.NaN)),
        kind(
            FieldType.FLOAT,
            RowRule.range("c", 0, null),
            List.of(0f, Float.POSITIVE_INFINITY),
            List.of(-0.1f, Float.NaN)),
        kind(
            decimal,
            RowRule.range("c", "0.00", "9.99"),
            List.of("0", "9.99"),
            List.of("-0.01", "10.00")),
        kind(
            RowTypes.DATE,
            RowRule.range("c", "2020-01-01", LocalDate.of(2020, 12, 31)),
            List.of("2020-01-01", "2020-12-31"),
            List.of("2019-12-31", "2021-01-01")),
        kind(
            RowTypes.TIMESTAMP,
            RowRule.range("c", "2020-01-01T01:00:00+01:00", null),
            List.of("2020-01-01T00:00:00Z"),
            List.of("2019-12-31T23:59:59.999999Z")),
        kind(
            FieldType.DATETIME,
            RowRule.range("c", null, "2020-01-01T00:00:00Z"),
            List.of("2020-01-01T00:00:00Z"),
            List.of("2020-01-01T00:00:00.001Z")),
        kind(
            RowTypes.TIME,
            RowRule.range("c", "08:00", "17:00"),
            List.of("08:00:00"),
            List.of("17:00:01")),
        kind(
            RowTypes.LOCAL_DATETIME,
            RowRule.range("c", "2020-01-01T00:00", null),
            List.of("2020-01-01T00:00:00"),
            List.of("2019-01-01T00:00:00")),
        kind(text, RowRule.range("c", "B", "D"), List.of("B", "Cat"), List.of("A", "Dog")),
        kind(
            text,
            RowRule.in("c", "movie", "short", 7),
            List.of("movie", "7"),
            List.of("Movie", "")),
        kind(
            FieldType.INT16,
            RowRule.in("c", 1, 2.0, 99999),
            List.of((short) 1, (short) 2),
            List.of((short) 3)),
        kind(decimal, RowRule.in("c", 1.5, 20), List.of("1.50", "20"), List.of("1.51")),
        kind(FieldType.BOOLEAN, RowRule.in("c", true), List.of(true), List.of(false)),
        kind(FieldType.DOUBLE, RowRule.in("c", 0.1), List.of(0.1), List.of(0.2)),
        kind(
            RowTypes.DATE,
            RowRule.in("c", "2020-02-29"),
            List.of("2020-02-29"),
            List.of("2020-03-01")),
        kind(
            FieldType.DATETIME,
            RowRule.in("c", "2020-01-01T00:00:00Z"),
            List.of("2020-01-01T00:00:00Z"),
            List.of("2020-01-01T00:00:00.001Z")),
        kind(
            text,
            RowRule.matches("c", "tt\\d+"),
            List.of("tt1", "tt0000002"),
            List.of("tt", "xtt1", "tt1x", "")),
        kind(
            text,
            RowRule.length("c", 2, 3),
            List.of("ab", "abc", "😀😀", "😀😀😀"),
            List.of("a", "abcd", "😀", "😀😀😀😀", "")),
        kind(
            FieldType.BYTES,
            RowRule.length("c", 1, 2),
            List.of(new byte[1]),
            List.of(new byte[0], new byte[3])),
        kind(
            FieldType.array(text),
            RowRule.length("c", 0, 1),
            List.of(List.of(), List.of("a")),
            List.of(List.of("a", "b"))),
        kind(
            text,
            RowRule.castable("c", "int"),
            List.of("0", "-2147483648", "+7", "007"),
            List.of("", "-", "1.0", " 1", "2147483648", "99999999999999999999", "1e3", "\\N")),
        kind(
            text,
            RowRule.castable("c", "BIGINT"),
            List.of("9223372036854775807", "-9223372036854775808"),
            List.of("9223372036854775808", "x")),
        kind(
            text,
            RowRule.castable("c", "double"),
            List.of("1", "-1.5", ".5", "1.", "1e10", "2.5E-3"),
            List.of(".", "e1", "1e", "1,5", "NaN")),
        kind(
            text,
            RowRule.castable("c", "decimal(5,2)"),
            List.of("123.45", "123.450", "-0.1", "0"),
            List.of("1234", "1.234", "1e2")),
        kind(text, RowRule.castable("c", "boolean"), List.of("true", "FALSE"), List.of("yes", "1")),
        kind(
            text,
            RowRule.castable("c", "date"),
            List.of("2024-02-29"),
            List.of("2023-02-29", "2024-2-1", "2024-02-29T00:00:00")),
        kind(
            text,
            RowRule.castable("c", "timestamp"),
            List.of("2024-02-29T10:00:00Z", "2024-02-29T10:00:00.123456+02:00"),
            List.of("2024-02-29T10:00:00", "2024-02-29")),
        kind(
            text,
            RowRule.castable("c", "uuid"),
            List.of("f81d4fae-7dec-11d0-a765-00a0c91e6bf6"),
            List.of("f81d4fae")),
        kind(FieldType.INT64, RowRule.castable("c", "int"), List.of(5L), List.of(1L << 31)),
        kind(
            FieldType.DOUBLE,
            RowRule.castable("c", "bigint"),
            List.of(5.0, 1e15),
            List.of(5.5, 1e19, Double.NaN)),
        kind(FieldType.INT64, RowRule.castable("c", "decimal(3,1)"), List.of(99L), List.of(100L)),
        kind(FieldType.BOOLEAN, RowRule.compare("c"), List.of(true), List.of(false)),
        kind(FieldType.DOUBLE, RowRule.compare("c != 1"), List.of(2.0, Double.NaN), List.of(1.0)),
        kind(
            FieldType.INT64,
            RowRule.compare("c > 9007199254740993"),
            List.of(9007199254740994L),
            List.of(9007199254740993L, Long.MIN_VALUE)),
        kind(
            FieldType.DOUBLE,
            RowRule.compare("c == 0"),
            List.of(0.0, -0.0),
            List.of(1e-300, Double.NaN)),
        kind(
            FieldType.DOUBLE,
            RowRule.compare("c < 9007199254740993"),
            List.of(9007199254740992.0),
            List.of(9007199254740994.0, Double.POSITIVE_INFINITY)),
        kind(text, RowRule.compare("c >= \"b\""), List.of("b", "c"), List.of("a")));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void goodAndNullPassAndBadIsSetAside(FieldType type, RowRule rule, List<?> good, List<?> bad) {
    Rows rows = Rows.of(one(type)).row(Collections.singletonList(null).toArray());
    Rows goods = rows;
    for (Object value : good) {
      goods = goods.row(value);
    }
    Rows bads = Rows.of(one(type));
    for (Object value : bad) {
      bads = bads.row(value);
    }

    Checked checked = Checked.of(one(type), goods.and(bads), rule);

    assertThat(checked.rows()).containsExactlyElementsOf(goods);
    assertThat(checked.quarantined())
        .extracting(row -> row.<Row>getValue("failed_row"))
        .containsExactlyElementsOf(bads);
    assertThat(checked.counts())
        .containsExactly(java.util.Map.entry(rule.name(), (long) bad.size()));
  }

  private static final Schema TITLE =
      Schema.builder()
          .addNullableField("id", FieldType.STRING)
          .addNullableField("start", FieldType.INT32)
          .addNullableField("end", FieldType.INT64)
          .addNullableField("paid", RowTypes.decimal(10, 2))
          .addNullableField("_source", FieldType.STRING)
          .build();

  private static final Rows TITLES =
      Rows.of(TITLE)
          .row("tt1", 1990, 1991L, "1.00", "f.csv:1")
          .row(null, 1995, 1991L, null, "f.csv:2")
          .row("x", null, 1700L, "-5.00", null)
          .row("tt4", 2000, 2000L, "3.00", "f.csv:4");

  @Test
  void aRowKeepsEveryRuleThatItBroke() {
    Checked checked =
        Checked.of(
            TITLE,
            TITLES,
            RowRule.notNull("id", "paid").named("complete"),
            RowRule.before("start", "end"),
            RowRule.matches("id", "tt[0-9]+").withAction(Action.WARN),
            RowRule.range("paid", 0, null).withAction(Action.DROP),
            RowRule.range("end", 1800, null).named("end sane"));

    assertThat(checked.rows()).containsExactly(TITLES.list().get(0), TITLES.list().get(3));
    assertThat(checked.failures(0))
        .containsExactly("complete@id", "complete@paid", "before(start, end)@end");
    assertThat(checked.failures(1))
        .containsExactly("matches(id)@id", "range(paid)@paid", "end sane@end");
    Row first = checked.quarantined().get(0);
    assertThat(first.getString("rule")).isEqualTo("complete");
    assertThat(first.getString("error_message"))
        .isEqualTo("id is null; paid is null; start is after end");
    assertThat(first.getString("position")).isEqualTo("f.csv:2");
    assertThat(first.getString("step")).isEqualTo("CheckRows");
    assertThat(checked.quarantined().get(1).getString("rule")).isEqualTo("end sane");
    assertThat(checked.quarantined().get(1).getString("position")).isNull();
    assertThat(checked.counts())
        .isEqualTo(
            new java.util.TreeMap<>(
                java.util.Map.of(
                    "complete", 1L,
                    "before(start, end)", 1L,
                    "matches(id)", 1L,
                    "range(paid)", 1L,
                    "end sane", 1L)));
  }

  @Test
  void theStrongestActionWins() {
    Checked checked =
        Checked.of(
            TITLE,
            TITLES,
            RowRule.notNull("id").withAction(Action.DROP),
            RowRule.matches("id", "tt.*").withAction(Action.WARN));

    assertThat(checked.rows())
        .containsExactly(TITLES.list().get(0), TITLES.list().get(2), TITLES.list().get(3));
    assertThat(checked.quarantined()).isEmpty();
    assertThatThrownBy(
            () ->
                Checked.of(
                    TITLE,
                    TITLES,
                    RowRule.notNull("id").named("has id").withAction(Action.FAIL),
                    RowRule.notNull("paid")))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("the row at f.csv:2: rule 'has id': id is null")
        .hasMessageNotContaining("1995");
  }

  @Test
  void twoColumnsAreComparedExactlyAndNullPasses() {
    Checked checked =
        Checked.of(TITLE, TITLES, RowRule.compare("end > start"), RowRule.compare("paid <= start"));

    assertThat(checked.rows()).containsExactly(TITLES.list().get(0), TITLES.list().get(2));
    assertThat(checked.quarantined().get(0).getString("error_message"))
        .isEqualTo("'end > start' does not hold");
  }

  @Test
  void theFingerprintIsOfWhatIsAsked() {
    RowRule rule = RowRule.in("c", "a", "b");

    assertThat(rule.fingerprint())
        .isEqualTo(RowRule.in("c", "b", "a").named("x").withAction(Action.FAIL).fingerprint())
        .isNotEqualTo(RowRule.in("d", "a", "b").fingerprint())
        .isNotEqualTo(RowRule.in("c", "a").fingerprint())
        .hasSize(12);
    assertThat(RowRule.range("c", 1, null).fingerprint())
        .isEqualTo(RowRule.range("c", 1.0, null).fingerprint())
        .isNotEqualTo(RowRule.range("c", null, 1).fingerprint())
        .isNotEqualTo(RowRule.range("c", "1", null).fingerprint());
    assertThat(RowRule.castable("c", "int").fingerprint())
        .isEqualTo(RowRule.castable("c", "INT32").fingerprint());
    // It is kept in quarantine tables: never to change.
    assertThat(RowRule.notNull("id").fingerprint()).isEqualTo("8486fd3ad7c1");
  }

  @Test
  void whatDoesNotFitTheSchemaIsSaidAtOnce() {
    RowRule[] rules = {
      RowRule.notNull("idd"),
      RowRule.range("start", "old", 1),
      RowRule.range("id", 1, 2),
      RowRule.matches("start", "x"),
      RowRule.matches("id", "("),
      RowRule.castable("id", "varchar"),
      RowRule.castable("start", "date"),
      RowRule.length("start", 0, 1),
      RowRule.before("id", "start"),
      RowRule.compare("start < nothing"),
      RowRule.sql("start > 1"),
      RowRule.range("end", 9, 1),
      RowRule.existsIn(List.of("id"), "people", List.of("id")),
    };

    assertThatThrownBy(
            () ->
                new RowChecks(Arrays.asList(rules), "bad", false, false, false, null)
                    .outputs(TITLE))
        .isInstanceOf(SpecException.class)
        .hasMessage(
            """
            rules[0].not_null: no column 'idd' - did you mean 'id'?; columns: id, start, end, paid, _source
            rules[1].range.min: 'old' is not a whole number, as column 'start' (INT32) needs
            rules[2].range: column 'id' is STRING: cast it before, or quote the bounds to compare as texts do
            rules[3].column: matches is for texts, and column 'start' is INT32
            rules[4].matches: not a regular expression: Unclosed group
            rules[5].castable: unknown type 'VARCHAR'
            rules[6].castable: a number is castable to a number, not to DATE
            rules[7].column: length is for texts, bytes, lists and mappings, and column 'start' is INT32
            rules[8].before: compares id (STRING) with start (INT32); both must be numbers, or of one type
            rules[9].compare: 'nothing' is neither a field (id, start, end, paid, _source)\
             nor a number nor a "text" in double quotes;\
             language: sql can do more
            rules[10].sql: no language 'sql' is on the class path: add beamhouse-sql
            rules[11].range: min is greater than max
            rules[12].exists_in: needs the input 'people'""");
    assertThatThrownBy(
            () ->
                new RowChecks(List.of(RowRule.notNull("id")), null, false, false, false, null)
                    .outputs(TITLE))
        .hasMessage(
            "rules[0].action: is quarantine, and the step has no error_handling: {output: NAME};"
                + " or choose warn, drop or fail");
  }

  @Test
  void warningsStandInTheRow() {
    var step =
        CheckRows.of(
                RowRule.notNull("paid").withAction(Action.WARN),
                RowRule.matches("id", "tt.*").withAction(Action.WARN))
            .withWarnings()
            .step()
            .orElseThrow();
    Schema output = step.outputs(TITLE).get("output");
    assertThat(output.getFieldNames()).endsWith("_source", "_warnings");
    List<Row> rows = new java.util.ArrayList<>();
    var processor = step.start(TITLE);
    TITLES.forEach(row -> processor.process(row, (number, out) -> rows.add(out)));

    assertThat(rows).hasSize(4).allSatisfy(row -> assertThat(row.getSchema()).isEqualTo(output));
    assertThat(rows.get(0).<List<Row>>getValue("_warnings")).isNull();
    assertThat(rows.get(1).<Row>getArray("_warnings"))
        .extracting(w -> w.getString("rule") + ": " + w.getString("message"))
        .containsExactly("not_null(paid): paid is null");
    assertThat(rows.get(3).getDecimal("paid")).isEqualTo(new BigDecimal("3.00"));
    assertThatThrownBy(() -> step.outputs(output))
        .hasMessageContaining("the input has a column _warnings");
  }
}
