package io.beamhouse.core.row;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.Field;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.junit.jupiter.api.Test;

class SchemaJsonTest {
  private static final Schema EVERYTHING =
      Schema.builder()
          .addByteField("byte")
          .addInt16Field("int16")
          .addInt32Field("int32")
          .addNullableField("int64", FieldType.INT64)
          .addFloatField("float")
          .addDoubleField("double")
          .addBooleanField("boolean")
          .addField(Field.of("string", FieldType.STRING).withDescription("a text"))
          .addField("bytes", FieldType.BYTES)
          .addField("free decimal", FieldType.DECIMAL)
          .addField("decimal", RowTypes.decimal(12, 2))
          .addField("timestamp", RowTypes.TIMESTAMP)
          .addField("millis", FieldType.DATETIME)
          .addField("date", RowTypes.DATE)
          .addField("time", RowTypes.TIME)
          .addNullableField("local", RowTypes.LOCAL_DATETIME)
          .addField("uuid", RowTypes.UUID)
          .addField("list", FieldType.array(FieldType.STRING.withNullable(true)))
          .addField("map", FieldType.map(FieldType.STRING, RowTypes.decimal(38, 0)))
          .addNullableField(
              "row",
              FieldType.row(
                  Schema.builder()
                      .addNullableField("inner", FieldType.array(RowTypes.DATE))
                      .build()))
          .build();

  @Test
  void keepsEveryTypeNullabilityAndDescription() {
    Schema back = SchemaJson.fromJson(SchemaJson.toJson(EVERYTHING));

    assertThat(SchemaJson.toJson(back)).isEqualTo(SchemaJson.toJson(EVERYTHING));
    assertThat(back.getFieldNames()).isEqualTo(EVERYTHING.getFieldNames());
    for (Field field : EVERYTHING.getFields()) {
      assertThat(back.getField(field.getName()).getType().getNullable())
          .as(field.getName())
          .isEqualTo(field.getType().getNullable());
    }
    assertThat(RowTypes.scale(back.getField("decimal").getType())).isEqualTo(2);
    assertThat(back.getField("string").getDescription()).isEqualTo("a text");
    assertThat(back.getField("list").getType().getCollectionElementType().getNullable()).isTrue();
  }

  @Test
  void namesWhatItCannotRead() {
    assertThatThrownBy(() -> SchemaJson.fromJson("[{\"name\":\"a\",\"type\":\"INT128\"}]"))
        .hasMessageContaining("INT128");
    assertThatThrownBy(() -> SchemaJson.fromJson("{}")).hasMessageContaining("array of fields");
    assertThatThrownBy(() -> SchemaJson.fromJson("[{\"name\":\"a\"}]"))
        .hasMessageContaining("name and type");
    assertThatThrownBy(() -> SchemaJson.fromJson("[")).hasMessageContaining("not JSON");
  }
}
