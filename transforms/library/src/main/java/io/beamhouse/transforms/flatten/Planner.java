package io.beamhouse.transforms.flatten;

import io.beamhouse.core.error.Problems;
import io.beamhouse.core.row.SchemaJson;
import io.beamhouse.core.rowwise.RowStep;
import io.beamhouse.transforms.flatten.FlattenPlan.Decision;
import io.beamhouse.transforms.flatten.FlattenPlan.Kind;
import io.beamhouse.transforms.flatten.FlattenPlan.Loss;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.Field;
import org.apache.beam.sdk.schemas.Schema.FieldType;

/** Walks a schema once and decides what becomes of each path. */
final class Planner {
  /** What {@link UnflattenRows} calls the main table. */
  static final String INPUT = "input";

  private final FlattenSettings settings;
  private final Schema input;
  private final Problems problems = new Problems();
  private final Names names;
  private final SettingsCheck check;
  private final List<TableLayout> tables = new ArrayList<>();
  private final List<Decision> decisions = new ArrayList<>();
  private final List<Loss> losses = new ArrayList<>();
  private List<ValuePath> keys = List.of();
  private List<ValuePath> rootValues = List.of();

  private Planner(FlattenSettings settings, Schema input) {
    this.settings = settings;
    this.input = input;
    this.names = new Names(settings);
    this.check = new SettingsCheck(settings, problems);
  }

  /** Throws SpecException with everything that is wrong. */
  static Flattening plan(FlattenSettings settings, Schema input) {
    return new Planner(settings, input).plan();
  }

  /**
   * Where the walk is.
   *
   * @param parts names since the table began
   * @param depth number of fields and elements on the way
   * @param nullable whether something on the way, in this table, may be null
   * @param siblings the arrays that explode this table's rows beside each other
   * @param exploded whether an element of such an array is on the way
   */
  private record At(
      String path,
      List<String> parts,
      int depth,
      TableLayout table,
      boolean nullable,
      List<String> siblings,
      boolean exploded) {
    At to(String next, List<String> more, boolean orNull) {
      List<String> longer = new ArrayList<>(parts);
      longer.addAll(more);
      return new At(next, longer, depth + 1, table, nullable || orNull, siblings, exploded);
    }
  }

  private Flattening plan() {
    check.limits();
    RootPaths roots = RootPaths.of(settings, input, problems);
    keys = roots.keys();
    rootValues = roots.values();
    TableLayout main =
        new TableLayout(0, RowStep.OUTPUT, "", null, List.of(), settings.keys(), problems);
    tables.add(main);
    At root = new At("", List.of(), 0, main, false, new ArrayList<>(), false);
    StructNode node = new StructNode(input, fields(input, root), -1);
    if (!settings.keys().isEmpty()) {
      main.addRowKey();
    }
    for (ValuePath key : keys) {
      if (!main.has(key.path(), Kind.VALUE)) {
        problems.add("keys", "'" + key.path() + "' does not become a column of the main table");
      }
    }
    check.unused(names);
    problems.throwIfAny();
    tables.forEach(TableLayout::freeze);
    FlattenPlan plan =
        new FlattenPlan(
            settings, input, tables.stream().map(TableLayout::planned).toList(), decisions, losses);
    List<ValuePath> hashed = new ArrayList<>(keys);
    // So that neither the order of fields nor that of the setting changes the keys.
    hashed.sort(java.util.Comparator.comparing(ValuePath::path));
    return new Flattening(plan, List.copyOf(tables), node, hashed, rootValues);
  }

  private Node[] fields(Schema schema, At at) {
    Node[] nodes = new Node[schema.getFieldCount()];
    for (int i = 0; i < nodes.length; i++) {
      Field field = schema.getField(i);
      String path = FieldPath.field(at.path(), field.getName());
      nodes[i] = node(field.getType(), at.to(path, List.of(field.getName()), false));
    }
    return nodes;
  }

  private Node node(FieldType type, At at) {
    check.seen(at.path(), type);
    String delimiter = settings.split().get(at.path());
    String json = settings.parseJson().get(at.path());
    return switch (type.getTypeName()) {
      case ROW -> struct(type, at);
      case ARRAY, ITERABLE -> array(type, at, Choice.JSON);
      case MAP -> map(type, at);
      case STRING -> {
        if (delimiter != null) {
          yield split(delimiter, type, at);
        }
        yield json == null ? column(type, at, Kind.VALUE) : parsed(json, type, at);
      }
      default -> column(type, at, Kind.VALUE);
    };
  }

  private Node column(FieldType type, At at, Kind kind) {
    FieldType held = kind == Kind.JSON ? FieldType.STRING : type;
    try {
      SchemaJson.typeName(type);
      FieldType column = held.withNullable(type.getNullable() || at.nullable());
      int position =
          at.table().add(names.column(at.path(), at.parts(), ""), at.path(), column, kind);
      return kind == Kind.JSON
          ? new Node.Json(position, at.path(), type)
          : new Node.Plain(position);
    } catch (IllegalArgumentException e) {
      problems.add("", "'" + at.path() + "': " + e.getMessage());
      return new Node.Plain(0);
    }
  }

  private int marker(At at, String suffix, FieldType type, Kind kind) {
    return at.table().add(names.column(at.path(), at.parts(), suffix), at.path(), type, kind);
  }

  private void decide(At at, String choice) {
    decisions.add(new Decision(at.path(), choice));
  }

  private void lose(At at, String what) {
    losses.add(new Loss(at.path(), what));
  }

  /** Keeps a nested value in one column. */
  private Node whole(Choice choice, FieldType type, At at, boolean chosen) {
    decide(at, choice.word() + (chosen || at.depth() < settings.depth() ? "" : " (depth limit)"));
    return column(type, at, choice == Choice.JSON ? Kind.JSON : Kind.VALUE);
  }

  private Node struct(FieldType type, At at) {
    Choice chosen = check.choice("structs", settings.structs(), at.path(), Choice.OF_STRUCT);
    boolean deeper = at.depth() < settings.depth();
    Choice choice = chosen != null ? chosen : deeper ? Choice.COLUMNS : Choice.JSON;
    if (choice != Choice.COLUMNS) {
      return whole(choice, type, at, chosen != null);
    }
    decide(at, choice.word());
    int present = -1;
    if (type.getNullable() && settings.presence()) {
      FieldType truth = FieldType.BOOLEAN.withNullable(at.nullable());
      present = marker(at, "present", truth, Kind.PRESENT);
    } else if (type.getNullable()) {
      lose(at, "a null struct and one of nulls look the same");
    }
    Schema schema = type.getRowSchema();
    At inside =
        new At(
            at.path(),
            at.parts(),
            at.depth(),
            at.table(),
            at.nullable() || type.getNullable(),
            at.siblings(),
            at.exploded());
    return new StructNode(schema, fields(schema, inside), present);
  }

  private Node split(String delimiter, FieldType type, At at) {
    check.used("split", at.path());
    if (delimiter.isEmpty()) {
      problems.add("split." + at.path(), "the delimiter is empty");
    }
    decide(at, "split at '" + delimiter + "'");
    FieldType list = FieldType.array(FieldType.STRING).withNullable(type.getNullable());
    return new SplitNode(array(list, at, Choice.KEEP), delimiter);
  }

  private Node parsed(String json, FieldType type, At at) {
    check.used("parse_json", at.path());
    if (json.equals(FlattenSettings.JSON)) {
      decide(at, "checked to be JSON");
      Node.Plain plain = (Node.Plain) column(type, at, Kind.VALUE);
      return new Node.CheckedJson(plain.column(), at.path());
    }
    try {
      FieldType content = JsonTypes.read(json).withNullable(type.getNullable());
      decide(at, "parsed as JSON");
      lose(at, "blanks and the order of members of the JSON text are not kept");
      boolean text = content.getTypeName() == Schema.TypeName.STRING;
      Node inner = text ? column(content, at, Kind.VALUE) : node(content, at);
      return new Node.Parsed(inner, at.path(), content);
    } catch (IllegalArgumentException e) {
      problems.add("parse_json." + at.path(), e.getMessage());
      return column(type, at, Kind.VALUE);
    }
  }

  private Node array(FieldType type, At at, Choice otherwise) {
    Choice chosen = check.choice("arrays", settings.arrays(), at.path(), Choice.OF_ARRAY);
    boolean byItself =
        !settings.keys().isEmpty()
            && at.table().isMain()
            && !at.exploded()
            && at.depth() < settings.depth();
    Choice choice = chosen != null ? chosen : byItself ? Choice.CHILD : otherwise;
    return switch (choice) {
      case CHILD -> arrayRows(type, at);
      case EXPLODE -> explode(type, at);
      default -> whole(choice, type, at, chosen != null);
    };
  }

  private Node arrayRows(FieldType type, At at) {
    FieldType element = type.getCollectionElementType();
    int count = count("array", type, at);
    List<ValuePath> natural = childKeys(element, at);
    List<String> key = natural.stream().map(ValuePath::path).toList();
    TableLayout child = child("arrays", at, key.isEmpty() ? List.of("_index") : key, "elements");
    decide(at, "child table " + child.name());
    int index = child.add("_index", "", FieldType.INT32, Kind.INDEX);
    String path = FieldPath.element(at.path());
    Node node =
        node(element, new At(path, List.of(), at.depth() + 1, child, false, siblings(), false));
    return new ArrayRows(child, node, count, type.getNullable(), index, natural);
  }

  private static List<String> siblings() {
    return new ArrayList<>();
  }

  private List<ValuePath> childKeys(FieldType element, At at) {
    List<ValuePath> found = new ArrayList<>();
    for (String path : settings.childKeys().getOrDefault(at.path(), List.of())) {
      check.used("child_keys", at.path());
      Schema schema = element.getRowSchema();
      ValuePath value =
          schema != null
              ? ValuePath.find(schema, path)
              : path.equals("value")
                  ? new ValuePath(path, List.of(), List.of(), element, element.getNullable())
                  : null;
      if (value == null || !SettingsCheck.hashable(value.type())) {
        problems.add(
            "child_keys." + at.path(),
            "'"
                + path
                + "' is no scalar of its elements; give "
                + (schema == null ? "value" : "names of fields in them"));
      } else {
        found.add(value);
      }
    }
    return found;
  }

  private int count(String what, FieldType type, At at) {
    if (settings.presence()) {
      FieldType number = FieldType.INT32.withNullable(at.nullable() || type.getNullable());
      return marker(at, "count", number, Kind.COUNT);
    }
    if (type.getNullable()) {
      lose(at, "a null " + what + " and an empty one look the same");
    }
    return -1;
  }

  /** Begins the child table of an array or map. */
  private TableLayout child(String option, At at, List<String> key, String unnamed) {
    if (settings.keys().isEmpty()) {
      problems.add(option + "." + at.path(), "child tables need keys: give the columns in keys");
    }
    if (at.exploded()) {
      problems.add(
          option + "." + at.path(),
          "stands in an array that explodes in place; make that one a child table as well, or"
              + " choose json or keep here");
    }
    List<String> parts = new ArrayList<>(at.table().parts());
    parts.addAll(at.parts().isEmpty() ? List.of(unnamed) : at.parts());
    check.used("tables", at.path());
    String name = names.table(at.path(), parts);
    check.tableName(name, at.path(), tables);
    TableLayout child =
        new TableLayout(tables.size(), name, at.path(), at.table(), parts, key, problems);
    tables.add(child);
    for (ValuePath value : rootValues) {
      boolean isKey = keys.contains(value);
      child.add(
          names.column(value.path(), value.names(), ""),
          value.path(),
          value.type().withNullable(value.nullable() && !isKey),
          Kind.ROOT);
    }
    child.addKeys();
    return child;
  }

  private Node explode(FieldType type, At at) {
    at.siblings().add(at.path());
    if (at.siblings().size() > 1 && !settings.crossProduct()) {
      problems.add(
          "arrays." + at.path(),
          "explodes beside '"
              + at.siblings().get(0)
              + "', which makes a row of every pair of elements; if you want that, say"
              + " cross_product: true, else choose child, json or keep for one of them");
    }
    decide(at, Choice.EXPLODE.word());
    lose(at, "rows that explode are not put together again");
    int index =
        settings.keys().isEmpty()
            ? -1
            : marker(at, "index", FieldType.INT32.withNullable(true), Kind.INDEX);
    At element =
        new At(
            FieldPath.element(at.path()),
            at.parts(),
            at.depth() + 1,
            at.table(),
            true,
            siblings(),
            true);
    return new ExplodeNode(node(type.getCollectionElementType(), element), index);
  }

  private Node map(FieldType type, At at) {
    if (settings.mapColumns().containsKey(at.path())) {
      return mapColumns(type, at);
    }
    Choice chosen = check.choice("maps", settings.maps(), at.path(), Choice.OF_MAP);
    if (chosen != Choice.ROWS) {
      return whole(chosen == null ? Choice.JSON : chosen, type, at, chosen != null);
    }
    if (!SettingsCheck.hashable(type.getMapKeyType())) {
      problems.add("maps." + at.path(), "its keys are no scalars; choose json or keep");
    }
    int count = count("map", type, at);
    TableLayout child = child("maps", at, List.of("key"), "entries");
    decide(at, "child table " + child.name());
    String keyPath = FieldPath.mapKey(at.path());
    int key =
        child.add(
            names.column(keyPath, List.of("key"), ""),
            keyPath,
            type.getMapKeyType().withNullable(false),
            Kind.MAP_KEY);
    String path = FieldPath.mapValue(at.path());
    At value = new At(path, List.of(), at.depth() + 1, child, false, siblings(), false);
    return new MapEntryRows(
        child, key, node(type.getMapValueType(), value), count, type.getNullable());
  }

  private Node mapColumns(FieldType type, At at) {
    check.used("map_columns", at.path());
    List<String> listed = settings.mapColumns().get(at.path());
    if (type.getMapKeyType().getTypeName() != Schema.TypeName.STRING) {
      problems.add("map_columns." + at.path(), "its keys are no texts; choose rows or json");
    }
    decide(at, "columns " + String.join(", ", listed) + ", the rest json");
    Map<String, Node> entries = new LinkedHashMap<>();
    for (String key : listed) {
      At value = at.to(FieldPath.entry(at.path(), key), List.of(key), true);
      entries.put(key, node(type.getMapValueType().withNullable(true), value));
    }
    At rest = at.to(FieldPath.rest(at.path()), List.of(), type.getNullable());
    int column =
        rest.table()
            .add(
                names.column(at.path(), at.parts(), "rest"),
                rest.path(),
                FieldType.STRING.withNullable(rest.nullable()),
                Kind.JSON);
    return new MapColumnsNode(at.path(), type, entries, column);
  }
}
