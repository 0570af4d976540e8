package io.beamhouse.io.delta.data;

import io.beamhouse.core.Internal;
import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.error.Problems;
import io.beamhouse.core.error.SourceFailedException;
import io.beamhouse.core.row.RowTypes;
import io.beamhouse.core.row.SchemaJson;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.schemas.Schema.TypeName;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Partition values as text and back (Delta protocol, "Partition Value Serialization").
 *
 * <p>Instants are written with their zone ({@code 2020-01-31T10:20:30.123456Z}); without one they
 * are read as UTC.
 */
@Internal
public final class PartitionValues {
  private static final DateTimeFormatter LOCAL =
      new DateTimeFormatterBuilder()
          .append(DateTimeFormatter.ISO_LOCAL_DATE)
          .appendLiteral(' ')
          .appendPattern("HH:mm:ss")
          .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
          .toFormatter(java.util.Locale.ROOT);

  private PartitionValues() {}

  /** Adds a problem for each of {@code columns} that is missing or cannot partition a table. */
  public static void check(Schema schema, List<String> columns, Problems problems) {
    for (String column : columns) {
      if (!schema.hasField(column)) {
        problems.add(
            "partition_by",
            "no column '" + column + "'" + Problems.didYouMean(column, schema.getFieldNames()));
      } else if (!allowed(schema.getField(column).getType())) {
        problems.add(
            "partition_by",
            "column '"
                + column
                + "' is "
                + SchemaJson.typeName(schema.getField(column).getType())
                + "; allowed: numbers, text, booleans, dates and timestamps");
      }
    }
    if (!columns.isEmpty() && columns.size() >= schema.getFieldCount()) {
      problems.add("partition_by", "every column is a partition column; leave one for the files");
    }
  }

  private static boolean allowed(FieldType type) {
    return switch (type.getTypeName()) {
      case BYTES, ARRAY, ITERABLE, MAP, ROW -> false;
      default -> true;
    };
  }

  /**
   * Returns the text of {@code value}.
   *
   * @param type as the table holds it
   * @throws DataRefusedException for the empty text, which the protocol reads back as null
   */
  public static @Nullable String format(String column, FieldType type, @Nullable Object value) {
    if (value == null) {
      return null;
    }
    if (type.getTypeName() == TypeName.STRING && value.toString().isEmpty()) {
      throw new DataRefusedException(
          "partition column '"
              + column
              + "' holds an empty text, which a Delta table cannot tell from null - replace it, or"
              + " do not partition by this column");
    }
    if (value instanceof LocalDateTime local) {
      return LOCAL.format(local);
    }
    if (value instanceof BigDecimal decimal) {
      return decimal.toPlainString();
    }
    return value.toString();
  }

  /** Returns the value of {@code text}; null for null and for the empty text. */
  public static @Nullable Object parse(String column, FieldType type, @Nullable String text) {
    if (text == null || text.isEmpty()) {
      return null;
    }
    try {
      return switch (type.getTypeName()) {
        case BYTE -> Byte.valueOf(text);
        case INT16 -> Short.valueOf(text);
        case INT32 -> Integer.valueOf(text);
        case INT64 -> Long.valueOf(text);
        case FLOAT -> Float.valueOf(text);
        case DOUBLE -> Double.valueOf(text);
        case BOOLEAN -> Boolean.valueOf(text);
        case STRING -> text;
        case BYTES -> text.getBytes(StandardCharsets.UTF_8);
        default -> logical(type, text);
      };
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new SourceFailedException(
          "the log holds a value of partition column '"
              + column
              + "' that is not a "
              + SchemaJson.typeName(type),
          e);
    }
  }

  private static Object logical(FieldType type, String text) {
    if (RowTypes.isFixedDecimal(type)) {
      return new BigDecimal(text).setScale(RowTypes.scale(type));
    }
    if (RowTypes.is(type, RowTypes.DATE)) {
      return LocalDate.parse(text);
    }
    boolean zoned = text.endsWith("Z") && text.indexOf('T') > 0;
    if (RowTypes.is(type, RowTypes.TIMESTAMP)) {
      return zoned ? Instant.parse(text) : local(text).toInstant(ZoneOffset.UTC);
    }
    if (RowTypes.is(type, RowTypes.LOCAL_DATETIME)) {
      return local(text);
    }
    throw new IllegalArgumentException("no partition type");
  }

  private static LocalDateTime local(String text) {
    if (text.indexOf('T') > 0) {
      return LocalDateTime.parse(text);
    }
    return text.indexOf(' ') > 0
        ? LocalDateTime.parse(text, LOCAL)
        : LocalDate.parse(text).atStartOfDay();
  }

  /** Returns {@code column=value} as a directory name, escaped as Hive and Spark do. */
  static String directory(String column, @Nullable String value) {
    return escaped(column) + "=" + (value == null ? "__HIVE_DEFAULT_PARTITION__" : escaped(value));
  }

  private static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c == 0x7F || "\"#%'*/:=?\\{[]^ ".indexOf(c) >= 0) {
        escaped.append(String.format("%%%02X", (int) c));
      } else {
        escaped.append(c);
      }
    }
    return escaped.toString();
  }
}
