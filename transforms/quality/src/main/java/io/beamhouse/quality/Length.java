package io.beamhouse.quality;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.schemas.Schema.TypeName;
import org.apache.beam.sdk.values.Row;

/**
 * Characters (code points) of a text, bytes of BYTES, elements of a list or mapping.
 *
 * @param max {@link Integer#MAX_VALUE} for any
 */
record Length(String column, int min, int max) implements Condition {
  @Override
  public ObjectNode canonical() {
    ObjectNode bounds = Condition.json();
    if (min > 0) {
      bounds.put("min", min);
    }
    if (max < Integer.MAX_VALUE) {
      bounds.put("max", max);
    }
    return Condition.json().put("column", column).set("length", bounds);
  }

  @Override
  public String words() {
    return "length(" + column + ")";
  }

  @Override
  public List<Check> compile(RuleSchema schema) {
    int index = schema.index(column, "column");
    if (index < 0) {
      return List.of();
    }
    TypeName type = schema.type(index).getTypeName();
    if (type != TypeName.STRING
        && type != TypeName.BYTES
        && !type.isCollectionType()
        && !type.isMapType()) {
      schema.problem(
          "column",
          "length is for texts, bytes, lists and mappings, and column '"
              + column
              + "' is "
              + RuleSchema.typeName(schema.type(index)));
      return List.of();
    }
    String range = "[" + min + ", " + (max == Integer.MAX_VALUE ? "any" : max) + "]";
    return List.of(new OutOf(index, column, column + " has a length out of " + range, min, max));
  }

  private static final class OutOf extends Check {
    private final int index;
    private final int min;
    private final int max;

    OutOf(int index, String column, String message, int min, int max) {
      super(column, message);
      this.index = index;
      this.min = min;
      this.max = max;
    }

    @Override
    boolean fails(Row row) {
      Object value = row.getValue(index);
      if (value == null) {
        return false;
      }
      int length;
      if (value instanceof String text) {
        length = text.length();
        // No text has more characters than chars, nor fewer than half of them.
        if (length <= max && (length + 1) / 2 >= min) {
          return false;
        }
        length = text.codePointCount(0, length);
      } else if (value instanceof byte[] bytes) {
        length = bytes.length;
      } else if (value instanceof Map<?, ?> map) {
        length = map.size();
      } else {
        length = size((Iterable<?>) value);
      }
      return length < min || length > max;
    }

    private static int size(Iterable<?> values) {
      if (values instanceof Collection<?> collection) {
        return collection.size();
      }
      int size = 0;
      for (Object ignored : values) {
        size++;
      }
      return size;
    }
  }
}
