package io.beamhouse.testing;

import io.beamhouse.core.row.RowTypes;
import io.delta.kernel.data.ArrayValue;
import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.MapValue;
import io.delta.kernel.types.ArrayType;
import io.delta.kernel.types.BinaryType;
import io.delta.kernel.types.BooleanType;
import io.delta.kernel.types.ByteType;
import io.delta.kernel.types.DataType;
import io.delta.kernel.types.DateType;
import io.delta.kernel.types.DecimalType;
import io.delta.kernel.types.DoubleType;
import io.delta.kernel.types.FloatType;
import io.delta.kernel.types.IntegerType;
import io.delta.kernel.types.LongType;
import io.delta.kernel.types.MapType;
import io.delta.kernel.types.ShortType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructField;
import io.delta.kernel.types.StructType;
import io.delta.kernel.types.TimestampNTZType;
import io.delta.kernel.types.TimestampType;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.values.Row;

/** Turns Delta Kernel's columns into Beam rows. */
final class KernelRows {
  private KernelRows() {}

  static Schema schema(StructType struct) {
    Schema.Builder schema = Schema.builder();
    for (StructField field : struct.fields()) {
      schema.addField(
          Schema.Field.of(
              field.getName(), type(field.getDataType()).withNullable(field.isNullable())));
    }
    return schema.build();
  }

  static void addAll(FilteredColumnarBatch batch, Schema schema, List<Row> target) {
    ColumnarBatch data = batch.getData();
    ColumnVector selected = batch.getSelectionVector().orElse(null);
    for (int row = 0; row < data.getSize(); row++) {
      if (selected != null && (selected.isNullAt(row) || !selected.getBoolean(row))) {
        continue;
      }
      List<Object> values = new ArrayList<>();
      for (int i = 0; i < schema.getFieldCount(); i++) {
        values.add(value(data.getColumnVector(i), row, schema.getField(i).getType()));
      }
      target.add(Row.withSchema(schema).addValues(values).build());
    }
  }

  private static FieldType type(DataType type) {
    if (type instanceof StructType struct) {
      return FieldType.row(schema(struct));
    }
    if (type instanceof ArrayType array) {
      return FieldType.array(type(array.getElementType()).withNullable(array.containsNull()));
    }
    if (type instanceof MapType map) {
      FieldType value = type(map.getValueType()).withNullable(map.isValueContainsNull());
      return FieldType.map(type(map.getKeyType()), value);
    }
    if (type instanceof DecimalType decimal) {
      return RowTypes.decimal(decimal.getPrecision(), decimal.getScale());
    }
    return scalar(type);
  }

  private static FieldType scalar(DataType type) {
    Map<Class<?>, FieldType> types =
        Map.ofEntries(
            Map.entry(BooleanType.class, FieldType.BOOLEAN),
            Map.entry(ByteType.class, FieldType.BYTE),
            Map.entry(ShortType.class, FieldType.INT16),
            Map.entry(IntegerType.class, FieldType.INT32),
            Map.entry(LongType.class, FieldType.INT64),
            Map.entry(FloatType.class, FieldType.FLOAT),
            Map.entry(DoubleType.class, FieldType.DOUBLE),
            Map.entry(StringType.class, FieldType.STRING),
            Map.entry(BinaryType.class, FieldType.BYTES),
            Map.entry(DateType.class, RowTypes.DATE),
            Map.entry(TimestampType.class, RowTypes.TIMESTAMP),
            Map.entry(TimestampNTZType.class, RowTypes.LOCAL_DATETIME));
    FieldType found = types.get(type.getClass());
    if (found == null) {
      throw new IllegalArgumentException("no Beam type for Delta's " + type);
    }
    return found;
  }

  private static Object value(ColumnVector vector, int row, FieldType type) {
    if (vector.isNullAt(row)) {
      return null;
    }
    return switch (type.getTypeName()) {
      case BOOLEAN -> vector.getBoolean(row);
      case BYTE -> vector.getByte(row);
      case INT16 -> vector.getShort(row);
      case INT32 -> vector.getInt(row);
      case INT64 -> vector.getLong(row);
      case FLOAT -> vector.getFloat(row);
      case DOUBLE -> vector.getDouble(row);
      case STRING -> vector.getString(row);
      case BYTES -> vector.getBinary(row);
      case ROW -> struct(vector, row, type.getRowSchema());
      case ARRAY -> list(vector.getArray(row), type.getCollectionElementType());
      case MAP -> map(vector.getMap(row), type);
      default -> logical(vector, row, type);
    };
  }

  private static Object logical(ColumnVector vector, int row, FieldType type) {
    if (RowTypes.isFixedDecimal(type)) {
      return vector.getDecimal(row);
    }
    if (RowTypes.is(type, RowTypes.DATE)) {
      return LocalDate.ofEpochDay(vector.getInt(row));
    }
    long micros = vector.getLong(row);
    Instant instant =
        Instant.ofEpochSecond(
            Math.floorDiv(micros, 1_000_000L), Math.floorMod(micros, 1_000_000L) * 1000);
    return RowTypes.is(type, RowTypes.TIMESTAMP)
        ? instant
        : LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
  }

  private static Row struct(ColumnVector vector, int row, Schema schema) {
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < schema.getFieldCount(); i++) {
      values.add(value(vector.getChild(i), row, schema.getField(i).getType()));
    }
    return Row.withSchema(schema).addValues(values).build();
  }

  private static List<Object> list(ArrayValue array, FieldType element) {
    List<Object> list = new ArrayList<>();
    for (int i = 0; i < array.getSize(); i++) {
      list.add(value(array.getElements(), i, element));
    }
    return list;
  }

  private static Map<Object, Object> map(MapValue map, FieldType type) {
    Map<Object, Object> result = new LinkedHashMap<>();
    for (int i = 0; i < map.getSize(); i++) {
      result.put(
          value(map.getKeys(), i, type.getMapKeyType()),
          value(map.getValues(), i, type.getMapValueType()));
    }
    return result;
  }
}
