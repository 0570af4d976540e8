package io.beamhouse.transforms.flatten;

import io.beamhouse.transforms.flatten.FlattenPlan.Column;
import io.beamhouse.transforms.flatten.FlattenPlan.Decision;
import io.beamhouse.transforms.flatten.FlattenPlan.Table;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** What changed from one plan to another, a line each. */
final class PlanDiff {
  private final List<String> lines = new ArrayList<>();

  private PlanDiff() {}

  static List<String> between(FlattenPlan before, FlattenPlan now) {
    PlanDiff diff = new PlanDiff();
    Map<String, Table> old = new LinkedHashMap<>();
    before.tables().forEach(table -> old.put(table.name(), table));
    for (Table table : now.tables()) {
      Table other = old.remove(table.name());
      if (other == null) {
        diff.lines.add("added table " + table.name() + " from " + table.path());
      } else {
        diff.table(other, table);
      }
    }
    old.keySet().forEach(name -> diff.lines.add("removed table " + name));
    diff.decisions(before.decisions(), now.decisions());
    return List.copyOf(diff.lines);
  }

  private void table(Table before, Table now) {
    String table = "table " + now.name() + ": ";
    changed(table + "path", before.path(), now.path());
    changed(table + "parent", before.parent(), now.parent());
    changed(table + "key", String.join(", ", before.keys()), String.join(", ", now.keys()));
    Map<String, Column> old = new LinkedHashMap<>();
    before.columns().forEach(column -> old.put(column.name(), column));
    for (Column column : now.columns()) {
      String name = "column " + now.name() + "." + column.name();
      Column other = old.remove(column.name());
      if (other == null) {
        lines.add("added " + name + " " + type(column) + from(column));
      } else {
        changed(name + ": type", type(other), type(column));
        changed(name + ": path", other.path(), column.path());
        changed(name + ": kind", other.kind().word(), column.kind().word());
      }
    }
    old.values()
        .forEach(
            column ->
                lines.add(
                    "removed column "
                        + now.name()
                        + "."
                        + column.name()
                        + " "
                        + type(column)
                        + from(column)));
  }

  private void decisions(List<Decision> before, List<Decision> now) {
    Map<String, String> old = byPath(before);
    byPath(now)
        .forEach(
            (path, choice) -> {
              // What came or went shows in the columns.
              if (old.containsKey(path)) {
                changed(path, old.get(path), choice);
              }
            });
  }

  /** A text that is split has two: that it is, and what becomes of the array. */
  private static Map<String, String> byPath(List<Decision> decisions) {
    Map<String, String> choices = new LinkedHashMap<>();
    for (Decision decision : decisions) {
      choices.merge(decision.path(), decision.choice(), (one, other) -> one + ", " + other);
    }
    return choices;
  }

  private void changed(String what, String before, String now) {
    if (!Objects.equals(before, now)) {
      lines.add("changed " + what + ", '" + before + "' became '" + now + "'");
    }
  }

  private static String type(Column column) {
    return column.type() + (column.nullable() ? "?" : "");
  }

  private static String from(Column column) {
    return column.path().isEmpty() ? "" : " from " + column.path();
  }
}
