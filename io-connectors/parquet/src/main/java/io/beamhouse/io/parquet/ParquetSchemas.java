package io.beamhouse.io.parquet;

import io.beamhouse.core.Internal;
import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.error.Problem;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.row.RowTypes;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.Field;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.schemas.logicaltypes.PassThroughLogicalType;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DateLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.EnumLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.JsonLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.ListLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.MapKeyValueTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.MapLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.StringLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.UUIDLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Type.Repetition;
import org.apache.parquet.schema.Types;

/**
 * Maps Beam schemas to Parquet schemas and back.
 *
 * <p>The physical types are those that Spark 3.5 writes in its non-legacy form and Delta readers
 * expect: microseconds in INT64, decimals in INT32, INT64 or FIXED by precision, lists as {@code
 * list.element}, maps as {@code key_value}; UUIDs as text. TIME is written as Parquet's own type,
 * which Spark cannot read.
 */
@Internal
public final class ParquetSchemas {
  private ParquetSchemas() {}

  /**
   * Returns the Parquet schema in which rows of {@code schema} are written.
   *
   * @throws SpecException with every field that has no place in a Parquet file
   */
  public static MessageType toParquet(Schema schema) {
    List<Problem> problems = new ArrayList<>();
    List<Type> fields = fields(schema, "", problems);
    if (!problems.isEmpty()) {
      throw new SpecException(problems);
    }
    return new MessageType("spark_schema", fields);
  }

  /**
   * Returns the Beam schema that holds everything of a Parquet schema.
   *
   * <p>Unsigned integers become the next wider type (UINT_64 a DECIMAL(20,0)), INT96 a TIMESTAMP.
   *
   * @throws DataRefusedException for a type without counterpart
   */
  public static Schema toBeam(MessageType schema) {
    return toBeam((GroupType) schema);
  }

  static Schema toBeam(GroupType group) {
    Schema.Builder builder = Schema.builder();
    for (Type field : group.getFields()) {
      FieldType type = toBeam(field);
      builder.addField(
          Field.of(field.getName(), type.withNullable(field.isRepetition(Repetition.OPTIONAL))));
    }
    return builder.build();
  }

  /** Returns the type of a field's value without its own nullability. */
  static FieldType toBeam(Type field) {
    if (field.isRepetition(Repetition.REPEATED)) {
      return FieldType.array(valueType(field));
    }
    return valueType(field);
  }

  private static FieldType valueType(Type field) {
    if (field.isPrimitive()) {
      return scalar(field.asPrimitiveType());
    }
    GroupType group = field.asGroupType();
    if (isList(group)) {
      Type element = element(group);
      return FieldType.array(
          valueType(element).withNullable(element.isRepetition(Repetition.OPTIONAL)));
    }
    if (isMap(group)) {
      GroupType entry = group.getType(0).asGroupType();
      Type value = entry.getType(1);
      return FieldType.map(
          toBeam(entry.getType(0)),
          toBeam(value).withNullable(value.isRepetition(Repetition.OPTIONAL)));
    }
    return FieldType.row(toBeam(group));
  }

  static boolean isList(GroupType group) {
    return group.getLogicalTypeAnnotation() instanceof ListLogicalTypeAnnotation
        && group.getFieldCount() == 1
        && group.getType(0).isRepetition(Repetition.REPEATED);
  }

  static boolean isMap(GroupType group) {
    LogicalTypeAnnotation annotation = group.getLogicalTypeAnnotation();
    return (annotation instanceof MapLogicalTypeAnnotation
            || annotation instanceof MapKeyValueTypeAnnotation)
        && group.getFieldCount() == 1
        && group.getType(0).isRepetition(Repetition.REPEATED)
        && !group.getType(0).isPrimitive()
        && group.getType(0).asGroupType().getFieldCount() == 2;
  }

  /** Returns a list's element, by the backward compatibility rules of Parquet's LogicalTypes.md. */
  static Type element(GroupType list) {
    Type repeated = list.getType(0);
    return isTwoLevel(list) ? repeated : repeated.asGroupType().getType(0);
  }

  /** Whether the repeated field of a list is the element itself. */
  static boolean isTwoLevel(GroupType list) {
    Type repeated = list.getType(0);
    if (repeated.isPrimitive()) {
      return true;
    }
    GroupType group = repeated.asGroupType();
    return group.getFieldCount() != 1
        || group.getType(0).isRepetition(Repetition.REPEATED)
        || group.getName().equals("array")
        || group.getName().equals(list.getName() + "_tuple");
  }

  /** Returns the Beam type that holds every value of a Parquet primitive. */
  static FieldType scalar(PrimitiveType type) {
    LogicalTypeAnnotation annotation = type.getLogicalTypeAnnotation();
    if (annotation instanceof DecimalLogicalTypeAnnotation decimal) {
      return RowTypes.decimal(decimal.getPrecision(), decimal.getScale());
    }
    return switch (type.getPrimitiveTypeName()) {
      case BOOLEAN -> FieldType.BOOLEAN;
      case FLOAT -> FieldType.FLOAT;
      case DOUBLE -> FieldType.DOUBLE;
      case INT96 -> RowTypes.TIMESTAMP;
      case INT32, INT64 -> integral(type, annotation);
      case BINARY ->
          annotation instanceof StringLogicalTypeAnnotation
                  || annotation instanceof EnumLogicalTypeAnnotation
                  || annotation instanceof JsonLogicalTypeAnnotation
              ? FieldType.STRING
              : FieldType.BYTES;
      case FIXED_LEN_BYTE_ARRAY -> {
        if (annotation instanceof UUIDLogicalTypeAnnotation) {
          yield RowTypes.UUID;
        }
        if (annotation != null) {
          throw unknown(type);
        }
        yield FieldType.BYTES;
      }
    };
  }

  private static FieldType integral(PrimitiveType type, LogicalTypeAnnotation annotation) {
    if (annotation == null) {
      return type.getPrimitiveTypeName() == PrimitiveTypeName.INT32
          ? FieldType.INT32
          : FieldType.INT64;
    }
    if (annotation instanceof DateLogicalTypeAnnotation) {
      return RowTypes.DATE;
    }
    if (annotation instanceof TimeLogicalTypeAnnotation) {
      return RowTypes.TIME;
    }
    if (annotation instanceof TimestampLogicalTypeAnnotation timestamp) {
      return timestamp.isAdjustedToUTC() ? RowTypes.TIMESTAMP : RowTypes.LOCAL_DATETIME;
    }
    if (annotation instanceof IntLogicalTypeAnnotation integer) {
      int signedBits = integer.getBitWidth() * (integer.isSigned() ? 1 : 2);
      return switch (signedBits) {
        case 8 -> FieldType.BYTE;
        case 16 -> FieldType.INT16;
        case 32 -> FieldType.INT32;
        case 64 -> FieldType.INT64;
        default -> RowTypes.decimal(20, 0);
      };
    }
    throw unknown(type);
  }

  private static DataRefusedException unknown(PrimitiveType type) {
    return new DataRefusedException(
        "The Parquet column '"
            + type.getName()
            + "' is of type "
            + type
            + ", which has no counterpart in a row. Leave the column out.");
  }

  private static List<Type> fields(Schema schema, String parent, List<Problem> problems) {
    List<Type> types = new ArrayList<>();
    for (Field field : schema.getFields()) {
      Type type = type(field.getName(), field.getType(), parent + field.getName(), problems);
      if (type != null) {
        types.add(type);
      }
    }
    if (schema.getFieldCount() == 0) {
      problems.add(
          new Problem(parent.isEmpty() ? "schema" : parent, "a row without fields has no columns"));
    }
    return types;
  }

  private static Type type(String name, FieldType type, String path, List<Problem> problems) {
    Repetition repetition = type.getNullable() ? Repetition.OPTIONAL : Repetition.REQUIRED;
    switch (type.getTypeName()) {
      case ROW -> {
        List<Type> fields = fields(type.getRowSchema(), path + ".", problems);
        return fields.isEmpty() ? null : new GroupType(repetition, name, fields);
      }
      case ARRAY, ITERABLE -> {
        Type element =
            type("element", type.getCollectionElementType(), path + ".element", problems);
        return element == null ? null : Types.list(repetition).element(element).named(name);
      }
      case MAP -> {
        FieldType keyType = type.getMapKeyType().withNullable(false);
        Type key = type("key", keyType, path + ".key", problems);
        Type value = type("value", type.getMapValueType(), path + ".value", problems);
        return key == null || value == null
            ? null
            : Types.map(repetition).key(key).value(value).named(name);
      }
      default -> {
        Type primitive = primitive(name, type, repetition);
        if (primitive == null) {
          problems.add(new Problem(path, "type " + name(type) + " cannot be written to Parquet"));
        }
        return primitive;
      }
    }
  }

  private static String name(FieldType type) {
    if (type.getTypeName() == Schema.TypeName.DECIMAL) {
      return "DECIMAL without precision and scale";
    }
    return type.getTypeName().isLogicalType()
        ? type.getLogicalType().getIdentifier()
        : type.getTypeName().name();
  }

  /** Returns null for a type that has no place in a Parquet file. */
  private static Type primitive(String name, FieldType type, Repetition repetition) {
    return switch (type.getTypeName()) {
      case BOOLEAN -> Types.primitive(PrimitiveTypeName.BOOLEAN, repetition).named(name);
      case BYTE -> integer(repetition, 8).named(name);
      case INT16 -> integer(repetition, 16).named(name);
      case INT32 -> Types.primitive(PrimitiveTypeName.INT32, repetition).named(name);
      case INT64 -> Types.primitive(PrimitiveTypeName.INT64, repetition).named(name);
      case FLOAT -> Types.primitive(PrimitiveTypeName.FLOAT, repetition).named(name);
      case DOUBLE -> Types.primitive(PrimitiveTypeName.DOUBLE, repetition).named(name);
      case STRING -> string(repetition).named(name);
      case BYTES -> Types.primitive(PrimitiveTypeName.BINARY, repetition).named(name);
      case DATETIME -> timestamp(repetition, true).named(name);
      case LOGICAL_TYPE -> logical(name, type, repetition);
      default -> null;
    };
  }

  private static Type logical(String name, FieldType type, Repetition repetition) {
    if (RowTypes.isFixedDecimal(type)) {
      return decimal(name, RowTypes.precision(type), RowTypes.scale(type), repetition);
    }
    if (RowTypes.is(type, RowTypes.TIMESTAMP)) {
      return timestamp(repetition, true).named(name);
    }
    if (RowTypes.is(type, RowTypes.LOCAL_DATETIME)) {
      return timestamp(repetition, false).named(name);
    }
    if (RowTypes.is(type, RowTypes.DATE)) {
      return Types.primitive(PrimitiveTypeName.INT32, repetition)
          .as(LogicalTypeAnnotation.dateType())
          .named(name);
    }
    if (RowTypes.is(type, RowTypes.TIME)) {
      return Types.primitive(PrimitiveTypeName.INT64, repetition)
          .as(LogicalTypeAnnotation.timeType(false, TimeUnit.MICROS))
          .named(name);
    }
    if (RowTypes.is(type, RowTypes.UUID)) {
      return string(repetition).named(name);
    }
    return type.getLogicalType() instanceof PassThroughLogicalType<?> through
        ? primitive(name, through.getBaseType(), repetition)
        : null;
  }

  private static Types.PrimitiveBuilder<PrimitiveType> integer(Repetition repetition, int bits) {
    return Types.primitive(PrimitiveTypeName.INT32, repetition)
        .as(LogicalTypeAnnotation.intType(bits, true));
  }

  private static Types.PrimitiveBuilder<PrimitiveType> string(Repetition repetition) {
    return Types.primitive(PrimitiveTypeName.BINARY, repetition)
        .as(LogicalTypeAnnotation.stringType());
  }

  private static Types.PrimitiveBuilder<PrimitiveType> timestamp(
      Repetition repetition, boolean utc) {
    return Types.primitive(PrimitiveTypeName.INT64, repetition)
        .as(LogicalTypeAnnotation.timestampType(utc, TimeUnit.MICROS));
  }

  private static Type decimal(String name, int precision, int scale, Repetition repetition) {
    if (precision < 1 || precision > 38 || scale < 0 || scale > precision) {
      return null;
    }
    LogicalTypeAnnotation annotation = LogicalTypeAnnotation.decimalType(scale, precision);
    if (precision <= 9) {
      return Types.primitive(PrimitiveTypeName.INT32, repetition).as(annotation).named(name);
    }
    if (precision <= 18) {
      return Types.primitive(PrimitiveTypeName.INT64, repetition).as(annotation).named(name);
    }
    return Types.primitive(PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY, repetition)
        .length(decimalBytes(precision))
        .as(annotation)
        .named(name);
  }

  /** Returns the bytes of the largest unscaled value: 10^precision - 1 and a sign. */
  static int decimalBytes(int precision) {
    return java.math.BigInteger.TEN.pow(precision).subtract(java.math.BigInteger.ONE).bitLength()
            / 8
        + 1;
  }
}
