package io.beamhouse.transforms.flatten;

import io.beamhouse.core.error.Problems;
import io.beamhouse.core.row.RowTypes;
import io.beamhouse.core.rowwise.RowStep;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.beam.sdk.schemas.Schema.FieldType;

/** Finds settings that no path of the schema answers to, and other mistakes in them. */
final class SettingsCheck {
  private final FlattenSettings settings;
  private final Problems problems;
  private final Map<String, FieldType> seen = new LinkedHashMap<>();
  private final Set<String> used = new HashSet<>();

  SettingsCheck(FlattenSettings settings, Problems problems) {
    this.settings = settings;
    this.problems = problems;
  }

  /** Whether a key can be made of values of this type. */
  static boolean hashable(FieldType type) {
    return switch (type.getTypeName()) {
      case ROW, ARRAY, ITERABLE, MAP -> false;
      case LOGICAL_TYPE ->
          RowTypes.isFixedDecimal(type)
              || RowTypes.is(type, RowTypes.TIMESTAMP)
              || RowTypes.is(type, RowTypes.DATE)
              || RowTypes.is(type, RowTypes.TIME)
              || RowTypes.is(type, RowTypes.LOCAL_DATETIME)
              || RowTypes.is(type, RowTypes.UUID);
      default -> true;
    };
  }

  void limits() {
    if (settings.depth() < 1) {
      problems.add("depth", "is " + settings.depth() + "; the least is 1, nothing flattened");
    }
    if (settings.maxNameLength() < Names.SHORTEST_LIMIT) {
      problems.add(
          "max_name_length",
          "is " + settings.maxNameLength() + "; the least is " + Names.SHORTEST_LIMIT);
    }
    if (!settings.carry().isEmpty() && settings.keys().isEmpty()) {
      problems.add("carry", "is for child tables, which need keys");
    }
    tooLong("columns", settings.columns());
    tooLong("tables", settings.tables());
  }

  private void tooLong(String option, Map<String, String> chosen) {
    chosen.forEach(
        (path, name) -> {
          if (name.isEmpty() || name.length() > settings.maxNameLength()) {
            problems.add(
                option + "." + path,
                "the name has "
                    + name.length()
                    + " characters; allowed are 1 to max_name_length, "
                    + settings.maxNameLength());
          }
        });
  }

  void seen(String path, FieldType type) {
    seen.put(path, type);
  }

  void used(String option, String path) {
    used.add(option + " " + path);
  }

  /** Returns what the author chose for {@code path}, null when nothing. */
  Choice choice(String option, Map<String, Choice> chosen, String path, Set<Choice> allowed) {
    used(option, path);
    Choice choice = chosen.get(path);
    if (choice != null && !allowed.contains(choice)) {
      problems.add(
          option + "." + path,
          "'" + choice.word() + "' is not possible here; allowed: " + Choice.words(allowed));
      return null;
    }
    return choice;
  }

  void tableName(String name, String path, List<TableLayout> tables) {
    if (name.equalsIgnoreCase(RowStep.OUTPUT) || name.equalsIgnoreCase(Planner.INPUT)) {
      problems.add(
          "tables", "'" + path + "' may not have a table named '" + name + "'; " + rename(path));
    }
    for (TableLayout other : tables) {
      if (other.name().equalsIgnoreCase(name) && !other.isMain()) {
        problems.add(
            "tables",
            "'"
                + other.path()
                + "' and '"
                + path
                + "' would both have the table "
                + name
                + "; "
                + rename(path));
      }
    }
  }

  private static String rename(String path) {
    return "name one, tables: {\"" + path + "\": another_name}";
  }

  /** Reports the settings that had no effect. */
  void unused(Names names) {
    unused("structs", settings.structs().keySet(), "a struct");
    unused("arrays", settings.arrays().keySet(), "an array, or a text that is split");
    unused("maps", settings.maps().keySet(), "a map without map_columns");
    unused("map_columns", settings.mapColumns().keySet(), "a map");
    unused("split", settings.split().keySet(), "a STRING");
    unused("parse_json", settings.parseJson().keySet(), "a STRING that is not split");
    unused("child_keys", settings.childKeys().keySet(), "an array with a child table");
    unused("tables", settings.tables().keySet(), "an array or map with a child table");
    for (String path : settings.columns().keySet()) {
      if (!names.used(path)) {
        report("columns", path, "the path of a column");
      }
    }
  }

  private void unused(String option, Set<String> paths, String wanted) {
    for (String path : paths) {
      if (!used.contains(option + " " + path)) {
        report(option, path, wanted);
      }
    }
  }

  private void report(String option, String path, String wanted) {
    FieldType type = seen.get(path);
    problems.add(
        option + "." + path,
        type == null
            ? "there is no such path"
                + Problems.didYouMean(path, seen.keySet())
                + "; paths are: "
                + String.join(", ", seen.keySet())
            : "'" + path + "' is " + name(type) + " here, and should be " + wanted);
  }

  private static String name(FieldType type) {
    return switch (type.getTypeName()) {
      case ROW -> "a struct";
      case ARRAY, ITERABLE -> "an array";
      case MAP -> "a map";
      case LOGICAL_TYPE -> "a " + type.getLogicalType().getIdentifier();
      default -> "a " + type.getTypeName();
    };
  }
}
