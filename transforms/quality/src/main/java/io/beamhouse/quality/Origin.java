package io.beamhouse.quality;

import io.beamhouse.core.error.Problems;
import java.io.Serializable;
import java.util.Map;

/**
 * Where a rule was written, for messages about it.
 *
 * @param path of the rule: {@code rules[2]}
 * @param file that holds it; null for a config and for Java
 * @param lines of the file's keys by path; empty without a file
 */
record Origin(String path, String file, Map<String, Integer> lines) implements Serializable {
  Origin {
    lines = Map.copyOf(lines);
  }

  static Origin of(String path) {
    return new Origin(path, null, Map.of());
  }

  Origin at(String key) {
    return new Origin(join(path, key), file, lines);
  }

  private static String join(String path, String key) {
    return key.isEmpty() || path.isEmpty() || key.startsWith("[") ? path + key : path + "." + key;
  }

  /** Adds a problem about {@code key} below this place. */
  void add(Problems problems, String key, String what) {
    String place = join(path, key);
    if (file == null) {
      problems.add(place, what);
    } else {
      problems.add("rules_file", file + ":" + line(place) + ": " + place + ": " + what);
    }
  }

  private int line(String place) {
    String at = place;
    while (!at.isEmpty()) {
      if (lines.containsKey(at)) {
        return lines.get(at);
      }
      at = at.substring(0, Math.max(at.lastIndexOf('.'), Math.max(at.lastIndexOf('['), 0)));
    }
    return 1;
  }
}
