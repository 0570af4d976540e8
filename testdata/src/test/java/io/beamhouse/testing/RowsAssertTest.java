package io.beamhouse.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.row.RowTypes;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;

class RowsAssertTest {
  private static final Schema SCHEMA =
      Schema.builder()
          .addInt64Field("id")
          .addNullableStringField("name")
          .addNullableField("amount", RowTypes.decimal(12, 2))
          .build();

  @Test
  void equalRowsInAnyOrderPass() {
    Rows expected = Rows.of(SCHEMA).row(1, "a", "1.50").row(2, null, null).row(1, "a", "1.50");

    RowsAssert.assertThat(
            List.of(expected.list().get(1), expected.list().get(0), expected.list().get(2)))
        .containsExactlyInAnyOrder(expected);
  }

  @Test
  void aFailureShowsDifferingMissingAndUnexpectedRows() {
    Rows actual = Rows.of(SCHEMA).row(1, "a", "1.50").row(2, "b", "2.00").row(9, "x", "7.00");
    Rows expected = Rows.of(SCHEMA).row(1, "a", "1.50").row(2, "b", "2.01").row(3, null, null);

    assertThatThrownBy(() -> RowsAssert.assertThat(actual).containsExactlyInAnyOrder(expected))
        .isInstanceOf(AssertionError.class)
        .hasMessage(
            """
            expected 3 rows, found 3; 1 are right
            differing:
              row with id=2, name='b':
                amount: expected 2.01, found 2.00
            missing (1):
              | id | name | amount |
              | 3  | null | null   |
            unexpected (1):
              | id | name | amount |
              | 9  | 'x'  | 7.00   |
            """);
  }

  @Test
  void aRowTwiceIsNotARowOnce() {
    Rows once = Rows.of(SCHEMA).row(1, "a", null);

    assertThatThrownBy(() -> RowsAssert.assertThat(once.and(once)).containsExactlyInAnyOrder(once))
        .hasMessageContaining("expected 1 rows, found 2; 1 are right");
  }

  @Test
  void orderAndSchemaAreCheckedOnRequest() {
    Rows rows = Rows.of(SCHEMA).row(1, "a", null).row(2, "b", null);
    List<Row> reversed = List.of(rows.list().get(1), rows.list().get(0));

    assertThatThrownBy(() -> RowsAssert.assertThat(reversed).containsExactly(rows))
        .hasMessageContaining("in another order");
    assertThatThrownBy(
            () ->
                RowsAssert.assertThat(rows).hasSchema(Schema.builder().addInt64Field("id").build()))
        .hasMessageContaining("expected schema");
  }

  @Test
  void nestedValuesAndBytesAreComparedByContent() {
    Schema inner = Schema.builder().addByteArrayField("raw").build();
    Schema schema =
        Schema.builder()
            .addField("inner", FieldType.row(inner))
            .addField("list", FieldType.array(FieldType.INT64))
            .addField("map", FieldType.map(FieldType.STRING, FieldType.DOUBLE))
            .build();
    Object[] one = {List.of(new byte[] {1}), List.of(1, 2), Map.of("k", 1)};
    Object[] two = {List.of(new byte[] {1}), List.of(1, 2), Map.of("k", 1)};

    RowsAssert.assertThat(Rows.of(schema).row(one)).containsExactly(Rows.of(schema).row(two));
  }

  @Test
  void aValueThatDoesNotFitIsNamed() {
    assertThatThrownBy(() -> Rows.of(SCHEMA).row("one", "a", null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[one, a, null] do not fit the fields [id, name, amount]");
    assertThatThrownBy(() -> Rows.of(SCHEMA).row(1))
        .hasMessageContaining("1 values for the fields [id, name, amount]");
    assertThat(Rows.of(SCHEMA).row(1, null, null).list()).hasSize(1);
  }
}
