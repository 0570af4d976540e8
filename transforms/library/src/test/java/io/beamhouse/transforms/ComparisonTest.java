package io.beamhouse.transforms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.row.RowTypes;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ComparisonTest {
  private static final Schema SCHEMA =
      Schema.builder()
          .addInt32Field("i")
          .addInt64Field("big")
          .addDoubleField("d")
          .addDoubleField("nan")
          .addField("price", RowTypes.decimal(12, 2))
          .addStringField("s")
          .addNullableStringField("none")
          .addNullableField("no_number", FieldType.INT64)
          .addBooleanField("yes")
          .addNullableField("maybe", FieldType.BOOLEAN)
          .addField("at", RowTypes.TIMESTAMP)
          .addField("until", RowTypes.TIMESTAMP)
          .addField("day", RowTypes.DATE)
          .addField("bytes", FieldType.BYTES)
          .addField("list", FieldType.array(FieldType.STRING))
          .build();

  private static final Row ROW =
      Row.withSchema(SCHEMA)
          .addValues(3, 9007199254740993L, 1.5, Double.NaN, new BigDecimal("12.30"), "a=b < \"")
          .addValues(null, null, true, null)
          .addValues(Instant.ofEpochSecond(1, 1000), Instant.ofEpochSecond(1, 2000))
          .addValues(LocalDate.of(2024, 2, 29), new byte[] {1})
          .addArray("x")
          .build();

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '\'',
      delimiter = '|',
      value = {
        "i == 3 | true",
        "i==3 | true",
        "3 == i | true",
        "i != 3 | false",
        "i < 4 | true",
        "i <= 3 | true",
        "i > 2.99 | true",
        "i >= 4 | false",
        "i > -1 | true",
        "d == 1.5 | true",
        // Exact: as doubles both would be 9007199254740992.
        "big == 9007199254740992 | false",
        "big > 9007199254740992 | true",
        "price == 12.3 | true",
        "12.300 == price | true",
        "d < 1.6 | true",
        "price > 12 | true",
        "i < big | true",
        "nan == nan | false",
        "nan != nan | true",
        "nan < 1 | false",
        "s > \"a\" | true",
        "s == \"a<b\" | false",
        "\"x<=y\" == \"x<=y\" | true",
        "none == none | true",
        "none != s | true",
        "none == \"x\" | false",
        "no_number == 1 | false",
        "yes | true",
        "maybe | false",
        "yes == maybe | false",
        "at < until | true",
        "at != until | true",
        "day == day | true"
      })
  void holds(String text, boolean expected) throws Exception {
    assertThat(Comparison.parse(text, SCHEMA).holds(ROW)).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(strings = {"none < \"a\"", "no_number >= 1", "1 > no_number"})
  void anOrderWithNullHasNoAnswer(String text) {
    assertThatThrownBy(() -> Comparison.parse(text, SCHEMA).holds(ROW))
        .isInstanceOf(Comparison.NoAnswerException.class)
        .hasMessageContaining("is null");
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '\'',
      delimiter = '|',
      value = {
        "i | nor a boolean field",
        "x == 1 | 'x' is neither a field (i, big",
        "i = 3 | write == instead of =",
        "i <> 3 | write != instead of <>",
        "i == \"3\" | compares i INT32 with a literal STRING",
        "s == 3 | compares s STRING with a literal INT64",
        "at > \"2024-01-01\" | which the generic language cannot",
        "yes > maybe | which the generic language cannot",
        "bytes == bytes | which the generic language cannot",
        "list == list | which the generic language cannot",
        "i == 3 and d == 1 | neither one comparison",
        "i == 3 == 3 | neither one comparison",
        "s == 'a' | neither a field",
        "i + 1 > 3 | neither a field",
        "not yes | neither one comparison"
      })
  void whatIsNoComparisonIsRefused(String text, String problem) {
    String unquoted = text.replace("''", "'");
    assertThatThrownBy(() -> Comparison.parse(unquoted, SCHEMA))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(problem.replace("''", "'"));
  }

  @Test
  void emptyTextIsRefused() {
    assertThatThrownBy(() -> Comparison.parse(" ", SCHEMA))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
