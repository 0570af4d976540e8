package io.beamhouse.io.files;

import io.beamhouse.core.row.RowText;
import io.beamhouse.core.row.RowText.RefusedValueException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.beam.sdk.schemas.Schema.FieldType;

/** Formats that read the usual values from their bytes, and leave the others to their texts. */
final class PlainFormats {
  /** More digits might not fit. */
  private static final int INT_DIGITS = 9;

  private static final int LONG_DIGITS = 18;

  private PlainFormats() {}

  /** How {@link RowText} reads a type. */
  static ValueFormat of(FieldType type) {
    return switch (type.getTypeName()) {
      case INT32 -> new Whole(type, INT_DIGITS, false);
      case INT64 -> new Whole(type, LONG_DIGITS, true);
      default -> text -> RowText.read(text, type);
    };
  }

  private record Whole(FieldType type, int maxDigits, boolean isLong) implements ValueFormat {
    @Override
    public Object read(String text) {
      return RowText.read(text, type);
    }

    @Override
    public Object readBytes(byte[] bytes, int start, int end) {
      boolean negative = start < end && bytes[start] == '-';
      int from = negative ? start + 1 : start;
      if (from == end || end - from > maxDigits) {
        return null;
      }
      long value = 0;
      for (int i = from; i < end; i++) {
        int digit = bytes[i] - '0';
        if (digit < 0 || digit > 9) {
          return null;
        }
        value = value * 10 + digit;
      }
      long signed = negative ? -value : value;
      // Not by ?:, which would make a long of both.
      if (isLong) {
        return signed;
      }
      return (int) signed;
    }
  }

  /** What is true and what is false, in any case. */
  static final class Truth implements ValueFormat {
    private final String yes;
    private final String no;
    private final String format;

    /** Null when it is not ASCII, whose bytes depend on the encoding. */
    private final byte[] yesBytes;

    private final byte[] noBytes;

    Truth(String yes, String no, String format) {
      this.yes = yes;
      this.no = no;
      this.format = format;
      this.yesBytes = ascii(yes);
      this.noBytes = ascii(no);
    }

    @Override
    public Object read(String text) {
      if (text.equalsIgnoreCase(yes)) {
        return true;
      }
      if (text.equalsIgnoreCase(no)) {
        return false;
      }
      throw new RefusedValueException("not a valid BOOLEAN (not " + format + ")");
    }

    @Override
    public Object readBytes(byte[] bytes, int start, int end) {
      if (yesBytes != null && Arrays.equals(bytes, start, end, yesBytes, 0, yesBytes.length)) {
        return true;
      }
      if (noBytes != null && Arrays.equals(bytes, start, end, noBytes, 0, noBytes.length)) {
        return false;
      }
      return null;
    }

    private static byte[] ascii(String text) {
      byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
      return new String(bytes, StandardCharsets.US_ASCII).equals(text) ? bytes : null;
    }
  }
}
