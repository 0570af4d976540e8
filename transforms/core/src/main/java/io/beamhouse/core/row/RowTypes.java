package io.beamhouse.core.row;

import io.beamhouse.core.Evolving;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.schemas.logicaltypes.FixedPrecisionNumeric;
import org.apache.beam.sdk.schemas.logicaltypes.MicrosInstant;
import org.apache.beam.sdk.schemas.logicaltypes.SqlTypes;
import org.apache.beam.sdk.schemas.logicaltypes.UuidLogicalType;
import org.apache.beam.sdk.values.Row;

/**
 * The Beam field types that Beamhouse uses; every connector maps to and from these (docs/types.md).
 *
 * <p>Numbers, booleans, strings and bytes are Beam's primitive types. The Java values are {@link
 * java.time.Instant} for TIMESTAMP, {@link java.time.LocalDate} for DATE, {@link
 * java.time.LocalTime} for TIME, {@link java.time.LocalDateTime} for LOCAL_DATETIME and {@link
 * java.math.BigDecimal} for decimals.
 */
@Evolving
public final class RowTypes {
  /** An instant with microseconds. */
  public static final FieldType TIMESTAMP = FieldType.logicalType(new MicrosInstant());

  /** A day without a zone. */
  public static final FieldType DATE = FieldType.logicalType(SqlTypes.DATE);

  /** A time of day without a zone. */
  public static final FieldType TIME = FieldType.logicalType(SqlTypes.TIME);

  /** A local date and time without a zone. */
  public static final FieldType LOCAL_DATETIME = FieldType.logicalType(SqlTypes.DATETIME);

  public static final FieldType UUID = FieldType.logicalType(new UuidLogicalType());

  private RowTypes() {}

  /** An exact decimal; {@code precision} is 1 to 38, {@code scale} 0 to precision. */
  public static FieldType decimal(int precision, int scale) {
    return FieldType.logicalType(FixedPrecisionNumeric.of(precision, scale));
  }

  /** Returns whether {@code type} is one of the logical types above with the same identifier. */
  public static boolean is(FieldType type, FieldType constant) {
    return type.getTypeName() == Schema.TypeName.LOGICAL_TYPE
        && constant.getTypeName() == Schema.TypeName.LOGICAL_TYPE
        && type.getLogicalType().getIdentifier().equals(constant.getLogicalType().getIdentifier());
  }

  /**
   * Returns whether two types are equal, one of which may come from another JVM.
   *
   * <p>Beam 2.62's {@code Schema.equals} compares cached hash codes, which hold identity hashes of
   * enums, so that a schema, or a type with a row in it, never equals its copy of another process.
   */
  public static boolean equal(FieldType one, FieldType other) {
    if (one.getTypeName() != other.getTypeName()
        || !one.getNullable().equals(other.getNullable())) {
      return false;
    }
    return switch (one.getTypeName()) {
      case ROW -> equal(one.getRowSchema(), other.getRowSchema());
      case ARRAY, ITERABLE ->
          equal(one.getCollectionElementType(), other.getCollectionElementType());
      case MAP ->
          equal(one.getMapKeyType(), other.getMapKeyType())
              && equal(one.getMapValueType(), other.getMapValueType());
      case LOGICAL_TYPE ->
          one.getLogicalType().getIdentifier().equals(other.getLogicalType().getIdentifier())
              && argumentText(one).equals(argumentText(other));
      default -> true;
    };
  }

  /** Returns whether two schemas have equal fields in the same order; as {@link #equal}. */
  public static boolean equal(Schema one, Schema other) {
    if (!one.getFieldNames().equals(other.getFieldNames())) {
      return false;
    }
    for (int i = 0; i < one.getFieldCount(); i++) {
      if (!equal(one.getField(i).getType(), other.getField(i).getType())) {
        return false;
      }
    }
    return true;
  }

  private static String argumentText(FieldType type) {
    Object argument = type.getLogicalType().getArgument();
    return argument instanceof Row row ? row.getValues().toString() : String.valueOf(argument);
  }

  public static boolean isFixedDecimal(FieldType type) {
    return type.getTypeName() == Schema.TypeName.LOGICAL_TYPE
        && type.getLogicalType().getIdentifier().equals(FixedPrecisionNumeric.IDENTIFIER);
  }

  public static int precision(FieldType fixedDecimal) {
    return argument(fixedDecimal, 0);
  }

  public static int scale(FieldType fixedDecimal) {
    return argument(fixedDecimal, 1);
  }

  private static int argument(FieldType type, int index) {
    Row argument = type.getLogicalType().getArgument();
    Integer value = argument == null ? null : argument.getInt32(index);
    if (value == null) {
      throw new IllegalArgumentException("not a decimal with precision and scale: " + type);
    }
    return value;
  }
}
