package io.beamhouse.sql;

import io.beamhouse.core.row.RowTypes;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.Field;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.schemas.logicaltypes.PassThroughLogicalType;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.values.Row;

/**
 * How values of one type travel through SQL, without loss: docs/types.md has the table.
 *
 * <p>Beam SQL's times end at milliseconds, so ours travel as whole numbers of microseconds; a value
 * with nanoseconds is an ArithmeticException.
 *
 * @param type the rows' type
 * @param sql the type that Beam SQL sees
 * @param in makes a value of {@code sql} of one of {@code type}; null when both are the same
 * @param out the reverse, rounds decimals to their scale; null as above
 */
record Carrier(
    FieldType type,
    FieldType sql,
    SerializableFunction<Object, Object> in,
    SerializableFunction<Object, Object> out)
    implements Serializable {

  private static final String PRESENT = "_present";

  /** Thrown for a type that SQL has no place for. */
  static final class NoCarrierException extends Exception {
    NoCarrierException(FieldType type) {
      super(
          "SQL has no place for "
              + (type.getTypeName() == Schema.TypeName.LOGICAL_TYPE
                  ? type.getLogicalType().getIdentifier()
                  : type.getTypeName().name()));
    }
  }

  /** Returns how {@code type} travels. */
  static Carrier of(FieldType type) throws NoCarrierException {
    Carrier carrier =
        switch (type.getTypeName()) {
          case ARRAY, ITERABLE -> list(type, of(type.getCollectionElementType()));
          case MAP -> map(type, of(type.getMapKeyType()), of(type.getMapValueType()));
          case ROW -> row(type);
          case LOGICAL_TYPE -> logical(type);
          default -> new Carrier(type, type, null, null);
        };
    return new Carrier(type, carrier.sql.withNullable(type.getNullable()), carrier.in, carrier.out);
  }

  /** Whether values of {@code type} travel as numbers of microseconds. */
  static boolean isMicros(FieldType type) {
    return RowTypes.is(type, RowTypes.TIMESTAMP)
        || RowTypes.is(type, RowTypes.LOCAL_DATETIME)
        || RowTypes.is(type, RowTypes.TIME);
  }

  private static Carrier logical(FieldType type) throws NoCarrierException {
    if (RowTypes.is(type, RowTypes.DATE)) {
      return new Carrier(type, type, null, null);
    } else if (RowTypes.is(type, RowTypes.TIMESTAMP)) {
      return new Carrier(
          type, FieldType.INT64, v -> Micros.of((Instant) v), v -> Micros.instant((Long) v));
    } else if (RowTypes.is(type, RowTypes.LOCAL_DATETIME)) {
      return new Carrier(
          type,
          FieldType.INT64,
          v -> Micros.of(((LocalDateTime) v).toInstant(ZoneOffset.UTC)),
          v -> LocalDateTime.ofInstant(Micros.instant((Long) v), ZoneOffset.UTC));
    } else if (RowTypes.is(type, RowTypes.TIME)) {
      return new Carrier(
          type, FieldType.INT64, v -> Micros.of((LocalTime) v), v -> Micros.time((Long) v));
    } else if (RowTypes.is(type, RowTypes.UUID)) {
      return new Carrier(
          type, FieldType.STRING, Object::toString, v -> UUID.fromString((String) v));
    } else if (RowTypes.isFixedDecimal(type)) {
      int precision = RowTypes.precision(type);
      int scale = RowTypes.scale(type);
      return new Carrier(
          type, FieldType.DECIMAL, null, v -> fitted((BigDecimal) v, precision, scale));
    } else if (type.getLogicalType() instanceof PassThroughLogicalType<?> same) {
      Carrier base = of(same.getBaseType());
      return new Carrier(type, base.sql, base.in, base.out);
    }
    throw new NoCarrierException(type);
  }

  private static BigDecimal fitted(BigDecimal value, int precision, int scale) {
    BigDecimal rounded =
        value.scale() > scale ? value.setScale(scale, RoundingMode.HALF_UP) : value;
    if (rounded.precision() - rounded.scale() > precision - scale) {
      throw new ArithmeticException(
          "a value has more than the %d digits of DECIMAL(%d, %d)"
              .formatted(precision - scale, precision, scale));
    }
    return rounded;
  }

  private static Carrier list(FieldType type, Carrier element) {
    return new Carrier(
        type,
        FieldType.array(element.sql),
        element.in == null ? null : v -> mapped((Iterable<?>) v, element.in),
        element.out == null ? null : v -> mapped((Iterable<?>) v, element.out));
  }

  private static Carrier map(FieldType type, Carrier key, Carrier value) {
    return new Carrier(
        type,
        FieldType.map(key.sql, value.sql),
        key.in == null && value.in == null ? null : v -> mapped((Map<?, ?>) v, key.in, value.in),
        key.out == null && value.out == null
            ? null
            : v -> mapped((Map<?, ?>) v, key.out, value.out));
  }

  /**
   * Beam SQL's planner takes rows apart, so that a null one would come out as a row of nulls; hence
   * a row that may be null travels with a field that says that it is there.
   */
  private static Carrier row(FieldType type) throws NoCarrierException {
    RowCarrier carriers = RowCarrier.of(type.getRowSchema());
    if (type.getNullable()) {
      Schema sql =
          Schema.builder()
              .addFields(carriers.sql().getFields())
              .addNullableBooleanField(PRESENT)
              .build();
      int present = sql.getFieldCount() - 1;
      return new Carrier(
          type,
          FieldType.row(sql),
          v -> Row.withSchema(sql).attachValues(carriers.inValues((Row) v, true)),
          v -> ((Row) v).getValue(present) == null ? null : carriers.out((Row) v));
    }
    return new Carrier(
        type,
        FieldType.row(carriers.sql()),
        carriers.isIdentity() ? null : v -> carriers.in((Row) v),
        carriers.isIdentity() ? null : v -> carriers.out((Row) v));
  }

  private static List<Object> mapped(Iterable<?> list, SerializableFunction<Object, Object> f) {
    List<Object> result = new ArrayList<>();
    for (Object element : list) {
      result.add(apply(f, element));
    }
    return result;
  }

  private static Map<Object, Object> mapped(
      Map<?, ?> map,
      SerializableFunction<Object, Object> key,
      SerializableFunction<Object, Object> value) {
    Map<Object, Object> result = new LinkedHashMap<>();
    map.forEach((k, v) -> result.put(apply(key, k), apply(value, v)));
    return result;
  }

  /** Applies {@code f}; null stays null, and a function that is null changes nothing. */
  static Object apply(SerializableFunction<Object, Object> f, Object value) {
    return f == null || value == null ? value : f.apply(value);
  }

  /** The carriers of a row's fields. */
  record RowCarrier(Schema type, Schema sql, List<Carrier> fields) implements Serializable {
    static RowCarrier of(Schema schema) throws NoCarrierException {
      List<Carrier> fields = new ArrayList<>();
      Schema.Builder sql = Schema.builder();
      for (Field field : schema.getFields()) {
        Carrier carrier = Carrier.of(field.getType());
        fields.add(carrier);
        sql.addField(Field.of(field.getName(), carrier.sql));
      }
      return new RowCarrier(schema, sql.build(), fields);
    }

    boolean isIdentity() {
      return fields.stream().allMatch(c -> c.in == null && c.out == null);
    }

    Row in(Row row) {
      return Row.withSchema(sql).attachValues(inValues(row));
    }

    private List<Object> inValues(Row row, Object... more) {
      List<Object> values = new ArrayList<>(fields.size() + more.length);
      for (int i = 0; i < fields.size(); i++) {
        values.add(apply(fields.get(i).in, row.getValue(i)));
      }
      Collections.addAll(values, more);
      return values;
    }

    Row out(Row row) {
      List<Object> values = new ArrayList<>(fields.size());
      for (int i = 0; i < fields.size(); i++) {
        values.add(apply(fields.get(i).out, row.getValue(i)));
      }
      return Row.withSchema(type).attachValues(values);
    }
  }
}
