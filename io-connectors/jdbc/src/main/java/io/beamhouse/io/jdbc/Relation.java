package io.beamhouse.io.jdbc;

import io.beamhouse.core.error.Problems;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What is read: a table by the parts of its name, or a query.
 *
 * @param parts the names as the database knows them, schema first; empty for a query
 * @param query empty for a table
 */
record Relation(List<String> parts, String query) implements Serializable {
  Relation {
    parts = List.copyOf(parts);
  }

  static Relation query(String text) {
    return new Relation(List.of(), text);
  }

  /**
   * The names that {@code text} may mean, most exact first: parts are separated by dots; a part in
   * double quotes is taken as it stands, another one as written and then as the database folds it.
   */
  static List<Relation> tables(String text, Dialect dialect) {
    List<String> exact = new ArrayList<>();
    List<String> folded = new ArrayList<>();
    for (String part : split(text)) {
      boolean quoted = part.startsWith("\"");
      String name = quoted ? part.substring(1, part.length() - 1).replace("\"\"", "\"") : part;
      exact.add(name);
      folded.add(quoted ? name : dialect.fold(name));
    }
    Relation first = new Relation(exact, "");
    Relation second = new Relation(folded, "");
    return first.equals(second) ? List.of(first) : List.of(first, second);
  }

  static void check(String text, Problems problems) {
    List<String> parts = split(text);
    boolean broken = parts.stream().anyMatch(p -> p.isBlank() || p.equals("\"\"") || !balanced(p));
    if (broken || parts.size() > 3) {
      problems.add(
          "table",
          "found '" + text + "'; allowed: table or schema.table, a part with a dot in \"quotes\"");
    }
  }

  private static boolean balanced(String part) {
    return !part.contains("\"") || part.matches("\"([^\"]|\"\")+\"");
  }

  private static List<String> split(String text) {
    List<String> parts = new ArrayList<>();
    StringBuilder part = new StringBuilder();
    boolean quoted = false;
    for (char c : text.toCharArray()) {
      quoted ^= c == '"';
      if (c == '.' && !quoted) {
        parts.add(part.toString());
        part.setLength(0);
      } else {
        part.append(c);
      }
    }
    parts.add(part.toString());
    return parts;
  }

  boolean isTable() {
    return query.isEmpty();
  }

  /** As it stands behind FROM. */
  String sql(Dialect dialect) {
    return isTable()
        ? parts.stream().map(dialect::quote).collect(Collectors.joining("."))
        : "(" + query + ") q";
  }

  /** For messages and positions of rows. */
  String label() {
    return isTable() ? String.join(".", parts) : "query";
  }
}
