package io.beamhouse.io.parquet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DateLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.IntLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.StringLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/** Bounds of a column in Delta's statistics: widened where the JSON form cannot be exact. */
final class StatisticsJson {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final int STRING_PREFIX = 32;
  private static final int LARGEST_CODE_POINT = 0x10FFFF;
  private static final DateTimeFormatter LOCAL_MILLIS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS").withZone(ZoneOffset.UTC);
  // Beyond the years 1 to 9999 readers disagree about the text form.
  private static final long FIRST_DAY = LocalDate.of(1, 1, 1).toEpochDay();
  private static final long LAST_DAY = LocalDate.of(9999, 12, 31).toEpochDay();

  private StatisticsJson() {}

  record Bounds(JsonNode minimum, JsonNode maximum) {}

  /** Returns nothing for types that Delta has no bounds for, and for values without a text form. */
  static Optional<Bounds> bounds(PrimitiveType type, Object minimum, Object maximum) {
    LogicalTypeAnnotation annotation = type.getLogicalTypeAnnotation();
    if (type.getPrimitiveTypeName() == PrimitiveTypeName.INT96) {
      return timestamps((Long) minimum, (Long) maximum, 1, "'Z'");
    }
    if (annotation instanceof DecimalLogicalTypeAnnotation decimal) {
      return Optional.of(
          new Bounds(
              NODES.numberNode(decimal(minimum, decimal.getScale())),
              NODES.numberNode(decimal(maximum, decimal.getScale()))));
    }
    return switch (type.getPrimitiveTypeName()) {
      case INT32, INT64 ->
          integers(annotation, ((Number) minimum).longValue(), ((Number) maximum).longValue());
      case FLOAT -> floats((Float) minimum, (Float) maximum);
      case DOUBLE -> doubles((Double) minimum, (Double) maximum);
      case BINARY ->
          annotation instanceof StringLogicalTypeAnnotation
              ? strings((Binary) minimum, (Binary) maximum)
              : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static Optional<Bounds> integers(LogicalTypeAnnotation annotation, long low, long high) {
    if (annotation == null
        || (annotation instanceof IntLogicalTypeAnnotation integer && integer.isSigned())) {
      return Optional.of(new Bounds(NODES.numberNode(low), NODES.numberNode(high)));
    }
    if (annotation instanceof DateLogicalTypeAnnotation) {
      return low < FIRST_DAY || high > LAST_DAY
          ? Optional.empty()
          : text(LocalDate.ofEpochDay(low).toString(), LocalDate.ofEpochDay(high).toString());
    }
    if (annotation instanceof TimestampLogicalTypeAnnotation timestamp) {
      String zone = timestamp.isAdjustedToUTC() ? "'Z'" : "";
      return switch (timestamp.getUnit()) {
        case MILLIS -> milliseconds(low, high, zone);
        case MICROS -> timestamps(low, high, 1, zone);
        case NANOS -> timestamps(low, high, 1000, zone);
      };
    }
    return Optional.empty();
  }

  private static Optional<Bounds> timestamps(long low, long high, long perMicro, String zone) {
    long perMilli = 1000 * perMicro;
    return milliseconds(Math.floorDiv(low, perMilli), -Math.floorDiv(-high, perMilli), zone);
  }

  private static Optional<Bounds> milliseconds(long low, long high, String zone) {
    long day = 86_400_000L;
    if (Math.floorDiv(low, day) < FIRST_DAY || Math.floorDiv(high, day) > LAST_DAY) {
      return Optional.empty();
    }
    String suffix = zone.replace("'", "");
    return text(
        LOCAL_MILLIS.format(Instant.ofEpochMilli(low)) + suffix,
        LOCAL_MILLIS.format(Instant.ofEpochMilli(high)) + suffix);
  }

  private static Optional<Bounds> floats(float low, float high) {
    return Float.isFinite(low) && Float.isFinite(high)
        ? Optional.of(new Bounds(NODES.numberNode(low), NODES.numberNode(high)))
        : Optional.empty();
  }

  private static Optional<Bounds> doubles(double low, double high) {
    return Double.isFinite(low) && Double.isFinite(high)
        ? Optional.of(new Bounds(NODES.numberNode(low), NODES.numberNode(high)))
        : Optional.empty();
  }

  private static BigDecimal decimal(Object value, int scale) {
    return value instanceof Binary binary
        ? new BigDecimal(new BigInteger(binary.getBytes()), scale)
        : BigDecimal.valueOf(((Number) value).longValue(), scale);
  }

  private static Optional<Bounds> strings(Binary low, Binary high) {
    try {
      return text(prefix(utf8(low)), upperPrefix(utf8(high)));
    } catch (CharacterCodingException e) {
      // Not text: JSON cannot hold the bound, and no bound is always right.
      return Optional.empty();
    }
  }

  private static String utf8(Binary binary) throws CharacterCodingException {
    return StandardCharsets.UTF_8
        .newDecoder()
        .decode(ByteBuffer.wrap(binary.getBytesUnsafe()))
        .toString();
  }

  private static String prefix(String text) {
    return text.codePointCount(0, text.length()) <= STRING_PREFIX
        ? text
        : text.substring(0, text.offsetByCodePoints(0, STRING_PREFIX));
  }

  /** Returns a short text that is not smaller in the order of code points. */
  private static String upperPrefix(String text) {
    if (text.codePointCount(0, text.length()) <= STRING_PREFIX) {
      return text;
    }
    int end = text.offsetByCodePoints(0, STRING_PREFIX);
    while (end < text.length() && text.codePointAt(end) == LARGEST_CODE_POINT) {
      end += 2;
    }
    return end == text.length()
        ? text
        : text.substring(0, end) + Character.toString(LARGEST_CODE_POINT);
  }

  private static Optional<Bounds> text(String low, String high) {
    return Optional.of(new Bounds(NODES.textNode(low), NODES.textNode(high)));
  }
}
