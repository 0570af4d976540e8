package io.beamhouse.io.kafka;

import java.io.Serializable;
import java.util.List;

/**
 * Which topics are read.
 *
 * @param names when they are named
 * @param pattern for whole names otherwise, in Java's syntax; null with names
 */
record TopicSelection(List<String> names, String pattern) implements Serializable {
  TopicSelection {
    names = List.copyOf(names);
  }

  @Override
  public String toString() {
    return pattern == null ? String.join(", ", names) : "topics like " + pattern;
  }
}
