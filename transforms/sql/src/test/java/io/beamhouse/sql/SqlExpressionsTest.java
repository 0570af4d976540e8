package io.beamhouse.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.row.RowTypes;
import io.beamhouse.core.rowwise.RowExpression;
import io.beamhouse.core.rowwise.RowExpression.NoAnswerException;
import io.beamhouse.core.rowwise.RowExpressions;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.Field;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.schemas.logicaltypes.EnumerationType;
import org.apache.beam.sdk.util.SerializableUtils;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqlExpressionsTest {
  private static final Schema PLACE =
      Schema.builder()
          .addNullableStringField("city")
          .addNullableField("since", RowTypes.TIMESTAMP)
          .build();
  private static final Schema SCHEMA =
      Schema.builder()
          .addInt64Field("id")
          .addNullableInt32Field("n")
          .addNullableStringField("name")
          .addNullableField("price", RowTypes.decimal(12, 2))
          .addNullableField("created", RowTypes.TIMESTAMP)
          .addNullableField("day", RowTypes.DATE)
          .addNullableField("local_at", RowTypes.LOCAL_DATETIME)
          .addNullableField("opens", RowTypes.TIME)
          .addNullableField("uid", RowTypes.UUID)
          .addNullableField("place", FieldType.row(PLACE))
          .addNullableField("times", FieldType.array(RowTypes.TIMESTAMP))
          .addNullableField("m", FieldType.map(FieldType.STRING, RowTypes.decimal(10, 3)))
          .addNullableField("raw", FieldType.BYTES)
          .addNullableField("f", FieldType.FLOAT)
          .addNullableField("d", FieldType.DOUBLE)
          .addNullableField("ok", FieldType.BOOLEAN)
          .addNullableField("millis", FieldType.DATETIME)
          .addNullableField("small", FieldType.INT16)
          .addNullableField("tiny", FieldType.BYTE)
          .addNullableField("color", FieldType.logicalType(EnumerationType.create("red", "blue")))
          .build();
  private static final Instant CREATED = Instant.parse("1969-12-31T23:59:59.123456Z");
  private static final Row ROW =
      Row.withSchema(SCHEMA)
          .withFieldValue("id", 7L)
          .withFieldValue("n", 3)
          .withFieldValue("name", "Zoë")
          .withFieldValue("price", new BigDecimal("9.95"))
          .withFieldValue("created", CREATED)
          .withFieldValue("day", LocalDate.of(2024, 2, 29))
          .withFieldValue("local_at", LocalDateTime.parse("2024-03-31T02:30:00.000001"))
          .withFieldValue("opens", LocalTime.parse("08:15:00.5"))
          .withFieldValue("uid", UUID.fromString("6f1f2b9e-5d0a-4c1e-9d5c-0e6d8e6e1a10"))
          .withFieldValue(
              "place",
              Row.withSchema(PLACE)
                  .addValues("Graz", Instant.parse("2020-01-01T00:00:00.000001Z"))
                  .build())
          .withFieldValue("times", List.of(CREATED, Instant.EPOCH))
          .withFieldValue("m", Map.of("a", new BigDecimal("1.125")))
          .withFieldValue("raw", "xyz".getBytes(StandardCharsets.UTF_8))
          .withFieldValue("f", 1.5f)
          .withFieldValue("d", 2.25)
          .withFieldValue("ok", true)
          .withFieldValue("millis", org.joda.time.Instant.parse("2024-01-02T03:04:05.678Z"))
          .withFieldValue("small", (short) 5)
          .withFieldValue("tiny", (byte) 6)
          .build();
  private static final Row NULLS = nulls();
  private static final RowExpressions SQL = RowExpressions.of("sql", "keep");

  private static Row nulls() {
    List<Object> values = new ArrayList<>(Collections.nCopies(SCHEMA.getFieldCount(), null));
    values.set(0, 1L);
    return Row.withSchema(SCHEMA).attachValues(values);
  }

  private static RowExpression compiled(String expression) {
    // As a worker has it.
    return SerializableUtils.clone(SQL.compile("keep", expression, SCHEMA));
  }

  private static Object value(String expression, Row row) throws NoAnswerException {
    return compiled(expression).start().evaluate(row);
  }

  @Test
  void aColumnAloneIsTheColumn() throws NoAnswerException {
    for (Field field : SCHEMA.getFields()) {
      if (field.getName().equals("color")) {
        continue;
      }
      String name = "`" + field.getName() + "`";
      assertThat(compiled(name).type()).as(name).isEqualTo(field.getType());
      assertThat(value(name, ROW)).as(name).isEqualTo(ROW.<Object>getValue(field.getName()));
      assertThat(value(name, NULLS)).as(name).isEqualTo(NULLS.<Object>getValue(field.getName()));
    }
  }

  @Test
  void whatSqlChoosesKeepsItsTypeAndEveryDigit() throws NoAnswerException {
    for (Field field : SCHEMA.getFields()) {
      if (field.getName().equals("color")) {
        continue;
      }
      String name = "`" + field.getName() + "`";
      if (field.getName().equals("place")) {
        continue; // refused, see below
      }
      String chosen = "CASE WHEN id = 7 THEN " + name + " ELSE NULL END";
      assertThat(compiled(chosen).type()).as(name).isEqualTo(field.getType().withNullable(true));
      assertThat(value(chosen, ROW)).as(name).isEqualTo(ROW.<Object>getValue(field.getName()));
      assertThat(value(chosen, NULLS)).as(name).isNull();
    }
    assertThat(value("COALESCE(created, PCOLLECTION.place.since)", ROW)).isEqualTo(CREATED);
    assertThat(compiled("times[1]").type()).isEqualTo(RowTypes.TIMESTAMP.withNullable(true));
    assertThat(value("times[1]", ROW)).isEqualTo(CREATED);
    assertThat(value("m['a']", ROW)).isEqualTo(new BigDecimal("1.125"));
    assertThat(value("PCOLLECTION.place.since", ROW))
        .isEqualTo(Instant.parse("2020-01-01T00:00:00.000001Z"));
    assertThat(value("PCOLLECTION.place.city", NULLS)).isNull();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "created < MICROS('1970-01-01T00:00:00Z') ; true",
        "created > MICROS('1969-12-31T23:59:59.123Z') ; true",
        "created = MICROS('1970-01-01T00:59:59.123456+01:00') ; true",
        "created + 544 = MICROS('1969-12-31 23:59:59.124') ; true",
        "opens = MICROS('08:15:00.5') ; true",
        "local_at > MICROS('2024-03-31') ; true",
        "EXTRACT(YEAR FROM TO_TIMESTAMP(created)) ; 1969",
        "CAST(TO_TIMESTAMP(created) AS DATE) = DATE '1969-12-31' ; true",
        "MICROS(TO_TIMESTAMP(created)) ; -877000",
        "MICROS(millis) ; 1704164645678000",
        "MICROS(`day`) ; 1709164800000000",
        "`day` > DATE '2024-02-28' ; true",
        "uid = '6f1f2b9e-5d0a-4c1e-9d5c-0e6d8e6e1a10' ; true",
        "n > 3 ; false",
        "n > 2 AND name LIKE 'Z%' ; true",
        "10 / 4 ; 2",
        "price * 2 ; 19.90",
        "name || '!' ; Zoë!",
        "CASE WHEN n = 3 THEN 'a' ELSE 'abc' END ; a",
        "UPPER(name) IN ('ZOË', 'X') ; true",
        "f + 1 ; 2.5",
        "small + tiny ; 11",
        "CARDINALITY(times) ; 2",
        "ENDS_WITH(name, 'oë') -- a function of Beam's, and a comment ; true",
      })
  void evaluates(String expression, String expected) throws NoAnswerException {
    assertThat(value(expression, ROW)).hasToString(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "n > 3 ; ",
        "n = NULL ; ",
        "n IS NULL ; true",
        "n IS NOT NULL AND n > 3 ; false",
        "n > 3 OR id = 1 ; true",
        "n IN (1, 2) ; ",
        "n IS DISTINCT FROM 3 ; true",
        "name || 'x' ; ",
        "COALESCE(n, 5) ; 5",
        "created > MICROS('2024-01-01T00:00:00Z') ; ",
        "price + 1 ; ",
        "PCOLLECTION.place.city = 'Graz' ; ",
        "times[1] ; ",
        "MICROS(name) ; ",
        "CASE WHEN n > 3 THEN 'more' ELSE 'not more' END ; not more",
      })
  void nullIsUnknown(String expression, String expected) throws NoAnswerException {
    assertThat(value(expression, NULLS))
        .satisfies(
            v -> {
              if (expected == null) {
                assertThat(v).isNull();
              } else {
                assertThat(v).hasToString(expected);
              }
            });
  }

  @Test
  void aCastToADecimalRoundsAndChecks() throws NoAnswerException {
    assertThat(compiled("CAST(d * 3 AS DECIMAL(6, 1))").type())
        .isEqualTo(RowTypes.decimal(6, 1).withNullable(true));
    assertThat(value("CAST(d * 3 AS DECIMAL(6, 1))", ROW)).isEqualTo(new BigDecimal("6.8"));
    assertThatThrownBy(() -> value("CAST(id * 1000 AS DECIMAL(4, 1))", ROW))
        .isInstanceOf(NoAnswerException.class)
        .hasMessage("a value has more than the 3 digits of DECIMAL(4, 1)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "1 / (n - 3) ; / by zero",
        "CAST(name AS INTEGER) ; For input string: \"Zoë\"",
        "MICROS(name) ; Text 'Zoë' could not be parsed at index 0",
      })
  void aRowWithoutAnAnswerSaysWhy(String expression, String why) {
    assertThatThrownBy(() -> value(expression, ROW))
        .isInstanceOf(NoAnswerException.class)
        .hasMessage(why);
  }

  @Test
  void nanosecondsAreNotCut() {
    Row row =
        Row.withSchema(SCHEMA)
            .attachValues(
                1L, 1, "x", BigDecimal.ONE, Instant.parse("2024-01-01T00:00:00.000000001Z"));
    assertThatThrownBy(() -> value("created IS NULL", row))
        .isInstanceOf(NoAnswerException.class)
        .hasMessage("a time has nanoseconds, SQL has microseconds");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '`',
      value = {
        "nme = 'x' ; column 1: Column 'nme' not found in any table - did you mean 'name'?",
        "n > ; Encountered",
        "date > 3 ; in backticks",
        "created > TIMESTAMP '2024-01-01 00:00:00' ; in SQL created, local_at, opens are numbers of"
            + " microseconds: compare with MICROS('2026-01-31T10:20:30Z')",
        "FOO(n) ; No match found for function signature FOO(<NUMERIC>)",
        "SUM(n) > 3 ; an expression looks at one row",
        "n IN (SELECT id FROM PCOLLECTION) ; an expression looks at one row",
        "ROW_NUMBER() OVER (ORDER BY id) ; an expression looks at one row",
        "n), (id ; an expression looks at one row",
        "CURRENT_TIMESTAMP > TO_TIMESTAMP(id) ; CURRENT_TIMESTAMP gives another value each time",
        "RAND() > 0.5 ; RAND gives another value each time",
        "CASE WHEN n > 3 THEN PCOLLECTION.place ELSE NULL END ; nested rows, for one",
        "created > MICROS('2024-13-01') ; MICROS: Text '2024-13-01' could not be parsed",
        "color = 'red' ; column 'color' is there, but SQL has no place for Enum",
      })
  void whatIsWrongIsSaidWithTheSpecsKey(String expression, String message) {
    assertThatThrownBy(() -> SQL.compile("rules[2].sql", expression, SCHEMA))
        .isInstanceOf(SpecException.class)
        .hasMessageStartingWith("rules[2].sql: '" + expression + "': ")
        .hasMessageContaining(message);
  }

  @Test
  void saysWhereInSeveralLines() {
    assertThatThrownBy(() -> SQL.compile("keep", "n > 3\n  AND nme = 'x'", SCHEMA))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("line 2, column 7: Column 'nme' not found");
  }
}
