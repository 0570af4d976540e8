package io.beamhouse.transforms.flatten;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * A text that is a list: the empty text is the empty list, nothing is trimmed. A short text that
 * comes again as the same object is not split again.
 */
final class SplitNode implements Node {
  private static final int SLOTS = 1024;
  private static final int MAX_KEPT = 64;

  private final Node array;
  private final String delimiter;
  private final String[] texts = new String[SLOTS];
  private final List<?>[] lists = new List<?>[SLOTS];

  SplitNode(Node array, String delimiter) {
    this.array = array;
    this.delimiter = delimiter;
  }

  @Override
  public void write(Object value, FlatRow row) {
    array.write(value == null ? null : list((String) value), row);
  }

  @SuppressWarnings("ReferenceEquality") // equal texts that are not the same are only split again
  private List<?> list(String text) {
    if (text.length() > MAX_KEPT) {
      return split(text);
    }
    int hash = text.hashCode();
    int slot = (hash ^ hash >>> 10 ^ hash >>> 20) & (SLOTS - 1);
    if (texts[slot] != text) {
      texts[slot] = text;
      lists[slot] = Collections.unmodifiableList(split(text));
    }
    return lists[slot];
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
