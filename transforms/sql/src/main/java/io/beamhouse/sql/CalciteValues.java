package io.beamhouse.sql;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.avatica.util.ByteString;
import org.joda.time.Instant;
import org.joda.time.ReadableInstant;

/**
 * Between the values of Beam rows and those of Calcite's generated code, for the types that Beam
 * SQL takes. A function that is null changes nothing.
 */
final class CalciteValues {
  private CalciteValues() {}

  /** Returns what makes generated code's value of a row's. */
  static SerializableFunction<Object, Object> in(FieldType type) {
    return switch (type.getTypeName()) {
      case FLOAT -> v -> ((Float) v).doubleValue();
      case DATETIME -> v -> ((ReadableInstant) v).getMillis();
      case BYTES -> v -> new ByteString((byte[]) v);
      case LOGICAL_TYPE -> v -> (int) ((LocalDate) v).toEpochDay();
      case ARRAY, ITERABLE -> {
        SerializableFunction<Object, Object> element = in(type.getCollectionElementType());
        yield v -> element == null && v instanceof List ? v : listed((Iterable<?>) v, element);
      }
      case MAP -> mapped(in(type.getMapKeyType()), in(type.getMapValueType()));
      case ROW -> {
        List<SerializableFunction<Object, Object>> fields = fields(type.getRowSchema(), true);
        yield v -> {
          Row row = (Row) v;
          Object[] values = new Object[fields.size()];
          for (int i = 0; i < values.length; i++) {
            values[i] = Carrier.apply(fields.get(i), row.getValue(i));
          }
          return values;
        };
      }
      default -> null;
    };
  }

  /** Returns what makes a row's value of generated code's, whose numbers may be of any class. */
  static SerializableFunction<Object, Object> out(FieldType type) {
    return switch (type.getTypeName()) {
      case BYTE -> v -> ((Number) v).byteValue();
      case INT16 -> v -> ((Number) v).shortValue();
      case INT32 -> v -> ((Number) v).intValue();
      case INT64 -> v -> ((Number) v).longValue();
      case FLOAT -> v -> ((Number) v).floatValue();
      case DOUBLE -> v -> ((Number) v).doubleValue();
      case DECIMAL -> v -> v instanceof BigDecimal ? v : new BigDecimal(v.toString());
      case STRING -> Object::toString;
      case DATETIME -> v -> Instant.ofEpochMilli(((Number) v).longValue());
      case BYTES -> v -> ((ByteString) v).getBytes();
      case LOGICAL_TYPE -> v -> LocalDate.ofEpochDay(((Number) v).longValue());
      case ARRAY, ITERABLE -> {
        SerializableFunction<Object, Object> element = out(type.getCollectionElementType());
        yield v -> listed((Iterable<?>) v, element);
      }
      case MAP -> mapped(out(type.getMapKeyType()), out(type.getMapValueType()));
      case ROW -> {
        Schema schema = type.getRowSchema();
        List<SerializableFunction<Object, Object>> fields = fields(schema, false);
        yield v -> {
          Object[] raw = v instanceof Object[] array ? array : ((Collection<?>) v).toArray();
          List<Object> values = new ArrayList<>(raw.length);
          for (int i = 0; i < raw.length; i++) {
            values.add(Carrier.apply(fields.get(i), raw[i]));
          }
          return Row.withSchema(schema).attachValues(values);
        };
      }
      default -> null;
    };
  }

  private static List<SerializableFunction<Object, Object>> fields(Schema schema, boolean in) {
    List<SerializableFunction<Object, Object>> fields = new ArrayList<>();
    schema.getFields().forEach(f -> fields.add(in ? in(f.getType()) : out(f.getType())));
    return fields;
  }

  private static List<Object> listed(Iterable<?> list, SerializableFunction<Object, Object> f) {
    List<Object> result = new ArrayList<>();
    for (Object element : list) {
      result.add(Carrier.apply(f, element));
    }
    return result;
  }

  private static SerializableFunction<Object, Object> mapped(
      SerializableFunction<Object, Object> key, SerializableFunction<Object, Object> value) {
    if (key == null && value == null) {
      return null;
    }
    return v -> {
      Map<Object, Object> result = new LinkedHashMap<>();
      ((Map<?, ?>) v).forEach((k, e) -> result.put(Carrier.apply(key, k), Carrier.apply(value, e)));
      return result;
    };
  }
}
