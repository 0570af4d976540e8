package io.beamhouse.transforms.flatten;

import java.util.ArrayList;
import java.util.List;

/** A text that is a list: the empty text is the empty list, nothing is trimmed. */
record SplitNode(Node array, String delimiter) implements Node {
  @Override
  public void write(Object value, FlatRow row) {
    array.write(value == null ? null : split((String) value), row);
  }

  private List<String> split(String text) {
    List<String> parts = new ArrayList<>();
    if (text.isEmpty()) {
      return parts;
    }
    int from = 0;
    for (int at = text.indexOf(delimiter); at >= 0; at = text.indexOf(delimiter, from)) {
      parts.add(text.substring(from, at));
      from = at + delimiter.length();
    }
    parts.add(text.substring(from));
    return parts;
  }

  @Override
  public Object read(StoredRow row) {
    Object list = array.read(row);
    if (list == null) {
      return null;
    }
    List<String> parts = new ArrayList<>();
    ((Iterable<?>) list).forEach(part -> parts.add((String) part));
    return String.join(delimiter, parts);
  }
}
