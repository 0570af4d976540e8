package io.beamhouse.io.kafka;

import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.row.RowText;
import io.beamhouse.core.row.RowText.RefusedValueException;
import io.beamhouse.core.row.RowTypes;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.IndexedRecord;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.values.Row;

/** Avro's types as ours, and what turns Avro's generic values into values of rows. */
final class AvroTypes {
  private static final long MILLI = 1_000;
  private static final long MICRO = 1_000_000;

  private AvroTypes() {}

  /** The columns of an Avro record; throws SpecException for what has no type of ours. */
  static Schema columns(org.apache.avro.Schema record) {
    return columns(record, Set.of());
  }

  /**
   * @param around names of the records that it is in
   */
  private static Schema columns(org.apache.avro.Schema record, Set<String> around) {
    if (record.getType() != org.apache.avro.Schema.Type.RECORD) {
      throw new SpecException("schema", "is an Avro " + record.getType() + "; allowed: a record");
    }
    if (around.contains(record.getFullName())) {
      throw new SpecException(
          "schema", "record " + record.getFullName() + " holds itself; allowed: types that end");
    }
    Set<String> here = new HashSet<>(around);
    here.add(record.getFullName());
    Schema.Builder columns = Schema.builder();
    for (org.apache.avro.Schema.Field field : record.getFields()) {
      columns.addField(Schema.Field.of(field.name(), type(field.schema(), field.name(), here)));
    }
    return columns.build();
  }

  private static FieldType type(org.apache.avro.Schema avro, String path, Set<String> around) {
    LogicalType logical = avro.getLogicalType();
    if (logical instanceof LogicalTypes.Decimal decimal) {
      return RowTypes.decimal(decimal.getPrecision(), decimal.getScale());
    }
    FieldType known = logical == null ? null : logical(logical.getName());
    if (known != null) {
      return known;
    }
    return switch (avro.getType()) {
      case BOOLEAN -> FieldType.BOOLEAN;
      case INT -> FieldType.INT32;
      case LONG -> FieldType.INT64;
      case FLOAT -> FieldType.FLOAT;
      case DOUBLE -> FieldType.DOUBLE;
      case STRING, ENUM -> FieldType.STRING;
      case BYTES, FIXED -> FieldType.BYTES;
      case ARRAY -> FieldType.array(type(avro.getElementType(), path, around));
      case MAP -> FieldType.map(FieldType.STRING, type(avro.getValueType(), path, around));
      case RECORD -> FieldType.row(columns(avro, around));
      case UNION -> type(notNull(avro, path), path, around).withNullable(nullable(avro));
      case NULL -> throw new SpecException("schema", path + " is always null");
    };
  }

  private static FieldType logical(String name) {
    return switch (name) {
      case "timestamp-millis", "timestamp-micros" -> RowTypes.TIMESTAMP;
      case "local-timestamp-millis", "local-timestamp-micros" -> RowTypes.LOCAL_DATETIME;
      case "date" -> RowTypes.DATE;
      case "time-millis", "time-micros" -> RowTypes.TIME;
      case "uuid" -> RowTypes.UUID;
      default -> null;
    };
  }

  private static boolean nullable(org.apache.avro.Schema union) {
    return union.getTypes().stream()
        .anyMatch(type -> type.getType() == org.apache.avro.Schema.Type.NULL);
  }

  private static org.apache.avro.Schema notNull(org.apache.avro.Schema union, String path) {
    List<org.apache.avro.Schema> types =
        union.getTypes().stream()
            .filter(type -> type.getType() != org.apache.avro.Schema.Type.NULL)
            .toList();
    if (types.size() != 1) {
      throw new SpecException(
          "schema", path + " is a union of " + types.size() + " types; allowed: [null, a type]");
    }
    return types.get(0);
  }

  /** What makes a row's value of a generic one, which may be null where the type may. */
  static Function<Object, Object> converter(org.apache.avro.Schema avro) {
    Function<Object, Object> convert =
        avro.getType() == org.apache.avro.Schema.Type.UNION ? bare(notNull(avro, "")) : bare(avro);
    return value -> value == null ? null : convert.apply(value);
  }

  private static Function<Object, Object> bare(org.apache.avro.Schema avro) {
    LogicalType logical = avro.getLogicalType();
    if (logical instanceof LogicalTypes.Decimal decimal) {
      return value -> new BigDecimal(new BigInteger(bytes(value)), decimal.getScale());
    }
    Function<Object, Object> known = logical == null ? null : logicalValue(logical.getName());
    if (known != null) {
      return known;
    }
    return switch (avro.getType()) {
      case STRING, ENUM -> Object::toString;
      case BYTES, FIXED -> AvroTypes::bytes;
      case ARRAY -> array(converter(avro.getElementType()));
      case MAP -> map(converter(avro.getValueType()));
      case RECORD -> record(avro);
      default -> value -> value;
    };
  }

  private static Function<Object, Object> logicalValue(String name) {
    return switch (name) {
      case "timestamp-millis" -> value -> millis((Long) value);
      case "timestamp-micros" -> value -> instant((Long) value);
      case "local-timestamp-millis" -> value -> local(millis((Long) value));
      case "local-timestamp-micros" -> value -> local(instant((Long) value));
      case "date" -> value -> LocalDate.ofEpochDay((Integer) value);
      case "time-millis" -> value -> LocalTime.ofNanoOfDay((Integer) value * MICRO);
      case "time-micros" -> value -> LocalTime.ofNanoOfDay((Long) value * MILLI);
      case "uuid" -> value -> uuid(value.toString());
      default -> null;
    };
  }

  private static UUID uuid(String text) {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw new RefusedValueException("not a valid UUID");
    }
  }

  private static Instant millis(long millis) {
    return RowText.micros(Instant.ofEpochMilli(millis));
  }

  private static Instant instant(long micros) {
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, MICRO), Math.floorMod(micros, MICRO) * MILLI);
  }

  private static LocalDateTime local(Instant instant) {
    return LocalDateTime.ofInstant(instant, ZoneOffset.UTC);
  }

  private static byte[] bytes(Object value) {
    if (value instanceof GenericFixed fixed) {
      return fixed.bytes();
    }
    ByteBuffer buffer = (ByteBuffer) value;
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }

  private static Function<Object, Object> array(Function<Object, Object> element) {
    return value -> {
      List<Object> list = new ArrayList<>();
      ((Iterable<?>) value).forEach(each -> list.add(element.apply(each)));
      return list;
    };
  }

  private static Function<Object, Object> map(Function<Object, Object> element) {
    return value -> {
      Map<Object, Object> map = new LinkedHashMap<>();
      ((Map<?, ?>) value).forEach((key, each) -> map.put(key.toString(), element.apply(each)));
      return map;
    };
  }

  private static Function<Object, Object> record(org.apache.avro.Schema avro) {
    Schema columns = columns(avro);
    List<Function<Object, Object>> fields = fields(avro);
    return value -> {
      Object[] row = new Object[fields.size()];
      fill((IndexedRecord) value, fields, row);
      return Row.withSchema(columns).attachValues(Arrays.asList(row));
    };
  }

  static List<Function<Object, Object>> fields(org.apache.avro.Schema record) {
    return record.getFields().stream().map(field -> converter(field.schema())).toList();
  }

  static void fill(IndexedRecord from, List<Function<Object, Object>> fields, Object[] row) {
    for (int i = 0; i < fields.size(); i++) {
      row[i] = fields.get(i).apply(from.get(i));
    }
  }
}
