package io.beamhouse.transforms.flatten;

import io.beamhouse.core.error.Problems;
import io.beamhouse.core.row.SchemaJson;
import io.beamhouse.transforms.flatten.FlattenPlan.Column;
import io.beamhouse.transforms.flatten.FlattenPlan.Kind;
import io.beamhouse.transforms.flatten.FlattenPlan.Table;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;

/** One of the flat tables while it is planned, and then its schema. */
final class TableLayout {
  private final int index;
  private final String name;
  private final String path;
  private final TableLayout parent;
  private final List<String> parts;
  private final List<String> keys;
  private final Problems problems;
  private final List<Column> columns = new ArrayList<>();
  private final Map<String, Column> byLowerCase = new HashMap<>();
  private final Schema.Builder building = Schema.builder();
  private Schema schema;
  private int rowKey = -1;
  private int parentKey = -1;
  private int key = -1;

  /**
   * @param parent null for the main table
   * @param parts the names that the table's name is made of
   */
  TableLayout(
      int index,
      String name,
      String path,
      TableLayout parent,
      List<String> parts,
      List<String> keys,
      Problems problems) {
    this.index = index;
    this.name = name;
    this.path = path;
    this.parent = parent;
    this.parts = parts;
    this.keys = keys;
    this.problems = problems;
  }

  /** Adds a column and returns its position. */
  int add(String column, String from, FieldType type, Kind kind) {
    Column added = new Column(column, from, SchemaJson.typeName(type), type.getNullable(), kind);
    // Without case, as Delta, Spark and most databases compare names.
    Column other = byLowerCase.putIfAbsent(column.toLowerCase(Locale.ROOT), added);
    if (other != null) {
      String renamed = from.isEmpty() ? other.path() : from;
      problems.add(
          "columns",
          "table "
              + name
              + " would have two columns "
              + column
              + ": "
              + told(other)
              + " and "
              + told(added)
              + "; name one of them, columns: {\""
              + renamed
              + "\": another_name}");
      return 0;
    }
    columns.add(added);
    building.addField(column, type);
    return columns.size() - 1;
  }

  private static String told(Column column) {
    return column.path().isEmpty()
        ? "our own " + column.kind().word()
        : "'"
            + column.path()
            + "'"
            + (column.kind() == Kind.VALUE ? "" : " " + column.kind().word());
  }

  void addRowKey() {
    rowKey = add("_row_key", "", FieldType.STRING, Kind.ROW_KEY);
  }

  void addKeys() {
    addRowKey();
    if (parent != null && parent.parent != null) {
      parentKey = add("_parent_key", "", FieldType.STRING, Kind.PARENT_KEY);
    }
    key = add("_key", "", FieldType.STRING, Kind.KEY);
  }

  boolean has(String from, Kind kind) {
    return columns.stream().anyMatch(c -> c.path().equals(from) && c.kind() == kind);
  }

  void freeze() {
    schema = building.build();
  }

  Table planned() {
    return new Table(name, path, parent == null ? "" : parent.name, keys, columns);
  }

  int index() {
    return index;
  }

  String name() {
    return name;
  }

  String path() {
    return path;
  }

  boolean isMain() {
    return parent == null;
  }

  List<String> parts() {
    return parts;
  }

  Schema schema() {
    return Objects.requireNonNull(schema, "not planned yet");
  }

  int width() {
    return columns.size();
  }

  int rowKey() {
    return rowKey;
  }

  /** Position of the column that ties a row to its parent. */
  int ownerKey() {
    return parentKey >= 0 ? parentKey : rowKey;
  }

  int parentKey() {
    return parentKey;
  }

  int key() {
    return key;
  }
}
