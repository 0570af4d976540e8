package io.beamhouse.transforms.flatten;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamhouse.core.error.Problems;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Settings as a spec gives them. */
final class ConfiguredSettings {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final Problems problems = new Problems();

  private ConfiguredSettings() {}

  /** Throws SpecException with every mistake that can be seen without a schema. */
  static FlattenSettings of(FlattenRowsProvider.Config config) {
    return new ConfiguredSettings().read(config);
  }

  private FlattenSettings read(FlattenRowsProvider.Config config) {
    FlattenSettings defaults = FlattenSettings.defaults();
    FlattenSettings settings =
        defaults.toBuilder()
            .setKeys(or(config.getKeys(), List.of()))
            .setCarry(or(config.getCarry(), List.of()))
            .setStructs(choices("structs", config.getStructs(), Choice.OF_STRUCT))
            .setArrays(choices("arrays", config.getArrays(), Choice.OF_ARRAY))
            .setMaps(choices("maps", config.getMaps(), Choice.OF_MAP))
            .setMapColumns(sorted(config.getMapColumns()))
            .setSplit(sorted(config.getSplit()))
            .setParseJson(json(config.getParseJson()))
            .setChildKeys(sorted(config.getChildKeys()))
            .setColumns(sorted(config.getColumns()))
            .setTables(sorted(config.getTables()))
            .setDepth(or(config.getDepth(), defaults.depth()))
            .setSeparator(or(config.getSeparator(), defaults.separator()))
            .setNaming(naming(config.getNaming()))
            .setMaxNameLength(or(config.getMaxNameLength(), defaults.maxNameLength()))
            .setPresence(or(config.getPresence(), false))
            .setCrossProduct(or(config.getCrossProduct(), false))
            .build();
    problems.throwIfAny();
    return settings;
  }

  private static <T> T or(T given, T otherwise) {
    return given == null ? otherwise : given;
  }

  private static <V> Map<String, V> sorted(Map<String, V> map) {
    return map == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(map));
  }

  private Map<String, Choice> choices(String key, Map<String, String> words, Set<Choice> allowed) {
    TreeMap<String, Choice> choices = new TreeMap<>();
    sorted(words)
        .forEach(
            (path, word) -> {
              Choice choice = Choice.of(word);
              if (choice == null || !allowed.contains(choice)) {
                problems.add(
                    key + "." + path,
                    "'" + word + "' is no choice; allowed: " + Choice.words(allowed));
              } else {
                choices.put(path, choice);
              }
            });
    return Collections.unmodifiableMap(choices);
  }

  private Naming naming(String word) {
    for (Naming naming : Naming.values()) {
      if (naming.word().equals(word == null ? Naming.AS_IS.word() : word)) {
        return naming;
      }
    }
    problems.add(
        "naming",
        "'"
            + word
            + "' is no naming; allowed: "
            + Naming.AS_IS.name().toLowerCase(Locale.ROOT)
            + ", "
            + Naming.SNAKE_CASE.word());
    return Naming.AS_IS;
  }

  private Map<String, String> json(String text) {
    TreeMap<String, String> types = new TreeMap<>();
    if (text == null) {
      return types;
    }
    JsonNode node;
    try {
      node = MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      node = MAPPER.missingNode();
    }
    if (!node.isObject()) {
      problems.add("parse_json", "expected a mapping of paths to lists of fields, or to json");
      return types;
    }
    node.fields()
        .forEachRemaining(
            e -> {
              JsonNode type = e.getValue();
              String form = type.isTextual() ? type.textValue() : type.toString();
              types.put(e.getKey(), form);
              if (!form.equals(FlattenSettings.JSON)) {
                check(e.getKey(), form);
              }
            });
    return Collections.unmodifiableMap(types);
  }

  private void check(String path, String form) {
    try {
      JsonTypes.read(form);
    } catch (IllegalArgumentException e) {
      problems.add("parse_json." + path, e.getMessage());
    }
  }
}
