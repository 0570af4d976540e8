package io.beamhouse.io.delta.log;

import io.beamhouse.core.error.Problems;
import io.beamhouse.core.error.SourceFailedException;
import io.beamhouse.core.row.RowTypes;
import io.delta.kernel.types.ArrayType;
import io.delta.kernel.types.BinaryType;
import io.delta.kernel.types.BooleanType;
import io.delta.kernel.types.ByteType;
import io.delta.kernel.types.DataType;
import io.delta.kernel.types.DateType;
import io.delta.kernel.types.DecimalType;
import io.delta.kernel.types.DoubleType;
import io.delta.kernel.types.FieldMetadata;
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
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.Field;
import org.apache.beam.sdk.schemas.Schema.FieldType;

/** Delta's column types and Beam's, both ways (docs/types.md, column Delta). */
final class DeltaTypes {
  private static final String COMMENT = "comment";
  private static final String PHYSICAL_NAME = "delta.columnMapping.physicalName";
  private static final int MAX_PRECISION = 38;

  /** The types that map one to one. */
  private static final Map<DataType, FieldType> SCALARS =
      Map.ofEntries(
          Map.entry(ByteType.BYTE, FieldType.BYTE),
          Map.entry(ShortType.SHORT, FieldType.INT16),
          Map.entry(IntegerType.INTEGER, FieldType.INT32),
          Map.entry(LongType.LONG, FieldType.INT64),
          Map.entry(FloatType.FLOAT, FieldType.FLOAT),
          Map.entry(DoubleType.DOUBLE, FieldType.DOUBLE),
          Map.entry(BooleanType.BOOLEAN, FieldType.BOOLEAN),
          Map.entry(StringType.STRING, FieldType.STRING),
          Map.entry(BinaryType.BINARY, FieldType.BYTES),
          Map.entry(DateType.DATE, RowTypes.DATE),
          Map.entry(TimestampType.TIMESTAMP, RowTypes.TIMESTAMP),
          Map.entry(TimestampNTZType.TIMESTAMP_NTZ, RowTypes.LOCAL_DATETIME));

  private DeltaTypes() {}

  /** Returns the row schema of a table; throws SourceFailedException for a type Beam lacks. */
  static Schema toBeam(StructType struct, String table) {
    return toBeam(struct, table, StructField::getName);
  }

  /** As {@link #toBeam(StructType, String)}, with the names that columns have in data files. */
  static Schema toBeamPhysical(StructType struct, String table) {
    return toBeam(struct, table, DeltaTypes::physicalName);
  }

  private static String physicalName(StructField field) {
    String name = field.getMetadata().getString(PHYSICAL_NAME);
    return name == null ? field.getName() : name;
  }

  private static Schema toBeam(
      StructType struct, String table, Function<StructField, String> name) {
    Schema.Builder schema = Schema.builder();
    for (StructField field : struct.fields()) {
      FieldType type;
      try {
        type = toBeam(field.getDataType(), name);
      } catch (IllegalArgumentException e) {
        throw new SourceFailedException(
            "column '"
                + field.getName()
                + "' of Delta table "
                + table
                + " has a type that no Beam row can hold: "
                + e.getMessage(),
            e);
      }
      String comment = field.getMetadata().getString(COMMENT);
      schema.addField(
          Field.of(name.apply(field), type.withNullable(field.isNullable()))
              .withDescription(comment == null ? "" : comment));
    }
    return schema.build();
  }

  private static FieldType toBeam(DataType type, Function<StructField, String> name) {
    if (type instanceof DecimalType decimal) {
      return RowTypes.decimal(decimal.getPrecision(), decimal.getScale());
    }
    if (type instanceof ArrayType array) {
      return FieldType.array(
          toBeam(array.getElementType(), name).withNullable(array.containsNull()));
    }
    if (type instanceof MapType map) {
      return FieldType.map(
          toBeam(map.getKeyType(), name),
          toBeam(map.getValueType(), name).withNullable(map.isValueContainsNull()));
    }
    if (type instanceof StructType struct) {
      Schema.Builder schema = Schema.builder();
      for (StructField field : struct.fields()) {
        schema.addField(
            name.apply(field), toBeam(field.getDataType(), name).withNullable(field.isNullable()));
      }
      return FieldType.row(schema.build());
    }
    FieldType scalar = SCALARS.get(type);
    if (scalar == null) {
      throw new IllegalArgumentException(type.toString());
    }
    return scalar;
  }

  /**
   * Returns {@code schema} as it will read back from the table: TIME and UUID as STRING,
   * millisecond timestamps as TIMESTAMP, decimals without a precision as {@code plainDecimal}.
   *
   * @param plainDecimal null to refuse decimals without precision
   * @param problems gets one entry for each field, at any depth, that Delta cannot hold
   */
  static Schema storable(Schema schema, FieldType plainDecimal, Problems problems) {
    return storable("", schema, plainDecimal, problems);
  }

  private static Schema storable(
      String prefix, Schema schema, FieldType plainDecimal, Problems problems) {
    Schema.Builder result = Schema.builder();
    for (Field field : schema.getFields()) {
      FieldType type = storable(prefix + field.getName(), field.getType(), plainDecimal, problems);
      result.addField(
          Field.of(field.getName(), type.withNullable(field.getType().getNullable()))
              .withDescription(field.getDescription()));
    }
    return result.build();
  }

  private static FieldType storable(
      String path, FieldType type, FieldType plainDecimal, Problems problems) {
    FieldType result =
        switch (type.getTypeName()) {
          case BYTE, INT16, INT32, INT64, FLOAT, DOUBLE, BOOLEAN, STRING, BYTES -> type;
          case DATETIME -> RowTypes.TIMESTAMP;
          case DECIMAL -> plainDecimal(path, plainDecimal, problems);
          case ARRAY, ITERABLE ->
              FieldType.array(
                  storable(
                      path + ".element", type.getCollectionElementType(), plainDecimal, problems));
          case MAP ->
              FieldType.map(
                  storable(path + ".key", type.getMapKeyType(), plainDecimal, problems),
                  storable(path + ".value", type.getMapValueType(), plainDecimal, problems));
          case ROW ->
              FieldType.row(storable(path + ".", type.getRowSchema(), plainDecimal, problems));
          case LOGICAL_TYPE -> logical(path, type, problems);
        };
    return result.withNullable(type.getNullable());
  }

  private static FieldType plainDecimal(String path, FieldType plainDecimal, Problems problems) {
    if (plainDecimal != null) {
      return plainDecimal;
    }
    problems.add(
        path,
        "DECIMAL without precision and scale; allowed: DECIMAL(p,s) with p up to 38 - give the"
            + " field a precision, or set decimal to choose one for all");
    return FieldType.DECIMAL;
  }

  private static FieldType logical(String path, FieldType type, Problems problems) {
    if (RowTypes.isFixedDecimal(type)) {
      if (RowTypes.precision(type) > MAX_PRECISION
          || RowTypes.scale(type) > RowTypes.precision(type)
          || RowTypes.scale(type) < 0) {
        problems.add(
            path,
            "DECIMAL("
                + RowTypes.precision(type)
                + ","
                + RowTypes.scale(type)
                + "); allowed: precision 1 to 38, scale 0 to precision");
      }
      return type;
    }
    for (FieldType same : List.of(RowTypes.TIMESTAMP, RowTypes.DATE, RowTypes.LOCAL_DATETIME)) {
      if (RowTypes.is(type, same)) {
        return same;
      }
    }
    if (RowTypes.is(type, RowTypes.TIME) || RowTypes.is(type, RowTypes.UUID)) {
      return FieldType.STRING;
    }
    problems.add(
        path,
        "logical type "
            + type.getLogicalType().getIdentifier()
            + " has no place in a Delta table - convert it first, see docs/types.md");
    return type;
  }

  /** Returns the Delta schema of a {@link #storable} one. */
  static StructType toDelta(Schema schema) {
    StructType struct = new StructType();
    for (Field field : schema.getFields()) {
      FieldMetadata metadata =
          field.getDescription().isEmpty()
              ? FieldMetadata.empty()
              : FieldMetadata.builder().putString(COMMENT, field.getDescription()).build();
      struct =
          struct.add(
              new StructField(
                  field.getName(),
                  toDelta(field.getType()),
                  field.getType().getNullable(),
                  metadata));
    }
    return struct;
  }

  private static DataType toDelta(FieldType type) {
    return switch (type.getTypeName()) {
      case ARRAY, ITERABLE -> {
        FieldType element = type.getCollectionElementType();
        yield new ArrayType(toDelta(element), element.getNullable());
      }
      case MAP ->
          new MapType(
              toDelta(type.getMapKeyType()),
              toDelta(type.getMapValueType()),
              type.getMapValueType().getNullable());
      case ROW -> toDelta(type.getRowSchema());
      default -> scalar(type);
    };
  }

  private static DataType scalar(FieldType type) {
    if (RowTypes.isFixedDecimal(type)) {
      return new DecimalType(RowTypes.precision(type), RowTypes.scale(type));
    }
    return SCALARS.entrySet().stream()
        .filter(
            e ->
                e.getValue().getTypeName() == type.getTypeName()
                    && (e.getValue().getTypeName() != Schema.TypeName.LOGICAL_TYPE
                        || RowTypes.is(type, e.getValue())))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("not storable: " + type));
  }
}
