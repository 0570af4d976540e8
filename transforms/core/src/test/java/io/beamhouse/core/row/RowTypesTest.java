package io.beamhouse.core.row;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.junit.jupiter.api.Test;

class RowTypesTest {
  @Test
  void typesAreEqualByWhatTheyHold() {
    assertThat(RowTypes.equal(RowTypes.decimal(8, 2), RowTypes.decimal(8, 2))).isTrue();
    assertThat(RowTypes.equal(RowTypes.decimal(8, 2), RowTypes.decimal(8, 3))).isFalse();
    assertThat(RowTypes.equal(RowTypes.DATE, RowTypes.TIME)).isFalse();
    assertThat(RowTypes.equal(FieldType.INT64, FieldType.INT64.withNullable(true))).isFalse();
    assertThat(RowTypes.equal(nested(FieldType.STRING), nested(FieldType.STRING))).isTrue();
    assertThat(RowTypes.equal(nested(FieldType.STRING), nested(FieldType.BYTES))).isFalse();
  }

  private static FieldType nested(FieldType inner) {
    Schema schema =
        Schema.builder()
            .addField("list", FieldType.array(inner))
            .addField("map", FieldType.map(FieldType.STRING, inner))
            .build();
    return FieldType.row(schema);
  }
}
