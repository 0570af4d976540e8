package io.beamhouse.transforms.flatten;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** {@link FlattenSettings} as JSON, in the words of specs. */
final class SettingsJson {
  private SettingsJson() {}

  static void write(FlattenSettings settings, ObjectNode json) {
    list(json, "keys", settings.keys());
    list(json, "carry", settings.carry());
    map(json, "structs", settings.structs(), Choice::word);
    map(json, "arrays", settings.arrays(), Choice::word);
    map(json, "maps", settings.maps(), Choice::word);
    lists(json, "map_columns", settings.mapColumns());
    map(json, "split", settings.split(), text -> text);
    map(json, "parse_json", settings.parseJson(), text -> text);
    lists(json, "child_keys", settings.childKeys());
    map(json, "columns", settings.columns(), text -> text);
    map(json, "tables", settings.tables(), text -> text);
    json.put("depth", settings.depth());
    json.put("separator", settings.separator());
    json.put("naming", settings.naming().word());
    json.put("max_name_length", settings.maxNameLength());
    json.put("presence", settings.presence());
    json.put("cross_product", settings.crossProduct());
  }

  static FlattenSettings read(JsonNode json) {
    return FlattenSettings.defaults().toBuilder()
        .setKeys(list(json.path("keys")))
        .setCarry(list(json.path("carry")))
        .setStructs(map(json, "structs", SettingsJson::choice))
        .setArrays(map(json, "arrays", SettingsJson::choice))
        .setMaps(map(json, "maps", SettingsJson::choice))
        .setMapColumns(map(json, "map_columns", SettingsJson::list))
        .setSplit(map(json, "split", JsonNode::asText))
        .setParseJson(map(json, "parse_json", JsonNode::asText))
        .setChildKeys(map(json, "child_keys", SettingsJson::list))
        .setColumns(map(json, "columns", JsonNode::asText))
        .setTables(map(json, "tables", JsonNode::asText))
        .setDepth(json.path("depth").asInt())
        .setSeparator(json.path("separator").asText())
        .setNaming(Naming.valueOf(json.path("naming").asText().toUpperCase(Locale.ROOT)))
        .setMaxNameLength(json.path("max_name_length").asInt())
        .setPresence(json.path("presence").asBoolean())
        .setCrossProduct(json.path("cross_product").asBoolean())
        .build();
  }

  private static void list(ObjectNode json, String key, List<String> values) {
    if (!values.isEmpty()) {
      ArrayNode array = json.putArray(key);
      values.forEach(array::add);
    }
  }

  private static <V> void map(
      ObjectNode json, String key, Map<String, V> map, Function<V, String> text) {
    if (!map.isEmpty()) {
      ObjectNode object = json.putObject(key);
      map.forEach((path, value) -> object.put(path, text.apply(value)));
    }
  }

  private static void lists(ObjectNode json, String key, Map<String, List<String>> map) {
    if (!map.isEmpty()) {
      ObjectNode object = json.putObject(key);
      map.forEach((path, values) -> list(object, path, values));
    }
  }

  private static List<String> list(JsonNode array) {
    List<String> values = new ArrayList<>();
    array.forEach(value -> values.add(value.asText()));
    return List.copyOf(values);
  }

  private static <V> Map<String, V> map(JsonNode json, String key, Function<JsonNode, V> value) {
    TreeMap<String, V> map = new TreeMap<>();
    json.path(key).fields().forEachRemaining(e -> map.put(e.getKey(), value.apply(e.getValue())));
    return java.util.Collections.unmodifiableMap(map);
  }

  private static Choice choice(JsonNode word) {
    Choice choice = Choice.of(word.asText());
    if (choice == null) {
      throw new IllegalArgumentException("unknown choice '" + word.asText() + "'");
    }
    return choice;
  }
}
