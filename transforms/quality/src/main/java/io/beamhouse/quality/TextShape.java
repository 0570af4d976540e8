package io.beamhouse.quality;

import io.beamhouse.core.row.SchemaJson;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.apache.beam.sdk.schemas.Schema.FieldType;

/** What the texts of a column have in common: types that they read as, a form, few values. */
final class TextShape {
  /** Narrower ones first. */
  private static final List<String> TYPES =
      List.of("BOOLEAN", "INT32", "INT64", "DOUBLE", "DATE", "TIMESTAMP", "UUID");

  private static final List<FieldType> FIELD_TYPES =
      TYPES.stream().map(SchemaJson::typeOf).toList();
  private static final int MOST_VALUES = 20;
  private static final int LONGEST_VALUE = 60;
  private static final Pattern LETTERS = Pattern.compile("[A-Za-z_-]{1,20}");
  private static final Pattern ZEROS_FIRST = Pattern.compile("[-+]?0[0-9].*");

  private long texts;
  private int shortest = Integer.MAX_VALUE;
  private int longest;
  private final BitSet reads = new BitSet();

  /** Letters that all texts begin with, before digits only; empty when there are none such. */
  private String letters;

  /** Null when there are too many. */
  private TreeMap<String, Long> values = new TreeMap<>();

  TextShape() {
    reads.set(0, TYPES.size());
  }

  void add(String text) {
    texts++;
    int length = text.codePointCount(0, text.length());
    shortest = Math.min(shortest, length);
    longest = Math.max(longest, length);
    for (int i = reads.nextSetBit(0); i >= 0; i = reads.nextSetBit(i + 1)) {
      // Numbers with zeros first are rather codes.
      if (!TextForms.reads(text, FIELD_TYPES.get(i)) || ZEROS_FIRST.matcher(text).matches()) {
        reads.clear(i);
      }
    }
    beginsWith(letters(text));
    if (text.length() > LONGEST_VALUE) {
      values = null;
    } else if (values != null) {
      count(text, 1);
    }
  }

  private static String letters(String text) {
    int digits = text.length();
    while (digits > 0 && Character.isDigit(text.charAt(digits - 1))) {
      digits--;
    }
    String before = text.substring(0, digits);
    return digits < text.length() && LETTERS.matcher(before).matches() ? before : "";
  }

  private void beginsWith(String more) {
    letters = letters == null || letters.equals(more) ? more : "";
  }

  private void count(String value, long times) {
    values.merge(value, times, Long::sum);
    if (values.size() > MOST_VALUES) {
      values = null;
    }
  }

  void merge(TextShape other) {
    texts += other.texts;
    shortest = Math.min(shortest, other.shortest);
    longest = Math.max(longest, other.longest);
    reads.and(other.reads);
    if (other.letters != null) {
      beginsWith(other.letters);
    }
    if (other.values == null) {
      values = null;
    } else {
      for (Map.Entry<String, Long> value : other.values.entrySet()) {
        if (values != null) {
          count(value.getKey(), value.getValue());
        }
      }
    }
  }

  void write(DataOutput out) throws IOException {
    out.writeLong(texts);
    out.writeInt(shortest);
    out.writeInt(longest);
    out.writeLong(reads.isEmpty() ? 0 : reads.toLongArray()[0]);
    out.writeBoolean(letters != null);
    out.writeUTF(letters == null ? "" : letters);
    out.writeInt(values == null ? -1 : values.size());
    if (values != null) {
      for (Map.Entry<String, Long> value : values.entrySet()) {
        out.writeUTF(value.getKey());
        out.writeLong(value.getValue());
      }
    }
  }

  static TextShape read(DataInput in) throws IOException {
    TextShape shape = new TextShape();
    shape.texts = in.readLong();
    shape.shortest = in.readInt();
    shape.longest = in.readInt();
    shape.reads.and(BitSet.valueOf(new long[] {in.readLong()}));
    boolean known = in.readBoolean();
    String letters = in.readUTF();
    shape.letters = known ? letters : null;
    int size = in.readInt();
    shape.values = size < 0 ? null : new TreeMap<>();
    for (int i = 0; i < size; i++) {
      shape.values.put(in.readUTF(), in.readLong());
    }
    return shape;
  }

  /** The narrowest type that all texts read as; empty for none. */
  String type() {
    return texts == 0 || reads.isEmpty() ? "" : TYPES.get(reads.nextSetBit(0));
  }

  /** A pattern that all texts match; empty for none. */
  String pattern() {
    return letters == null || letters.isEmpty() ? "" : letters + "[0-9]+";
  }

  /** All values, when they are few and come again and again. */
  List<String> fewValues() {
    return values == null || texts < 10L * values.size()
        ? List.of()
        : new ArrayList<>(values.keySet());
  }

  int shortest() {
    return texts == 0 ? 0 : shortest;
  }

  int longest() {
    return longest;
  }
}
