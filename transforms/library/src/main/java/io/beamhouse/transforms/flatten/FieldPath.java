package io.beamhouse.transforms.flatten;

import java.util.regex.Pattern;

/**
 * Where a value stands in a nested row, as text: {@code address.city}, {@code items[].sku}, {@code
 * attributes{key}}, {@code attributes{value}}, {@code attributes{colour}} for one entry.
 *
 * <p>Names with other characters than letters, digits, {@code _}, {@code -} and blanks stand in
 * backticks.
 */
final class FieldPath {
  private static final Pattern PLAIN = Pattern.compile("[\\p{L}\\p{N}_\\- ]+");

  private FieldPath() {}

  static String field(String parent, String name) {
    return parent.isEmpty() ? quoted(name) : parent + "." + quoted(name);
  }

  static String element(String array) {
    return array + "[]";
  }

  static String mapKey(String map) {
    return map + "{key}";
  }

  static String mapValue(String map) {
    return map + "{value}";
  }

  static String entry(String map, String key) {
    boolean reserved = key.equals("key") || key.equals("value");
    return map + "{" + (reserved ? "`" + key + "`" : quoted(key)) + "}";
  }

  /** What is left of a map when listed entries are taken out. */
  static String rest(String map) {
    return map + "{*}";
  }

  static String quoted(String name) {
    return PLAIN.matcher(name).matches() ? name : "`" + name.replace("`", "``") + "`";
  }
}
