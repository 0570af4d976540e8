package io.beamhouse.transforms.flatten;

import com.google.auto.value.AutoValue;
import java.io.Serializable;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What {@link FlattenRows} is told; paths are in {@link FieldPath}'s form, maps are sorted. */
@AutoValue
abstract class FlattenSettings implements Serializable {
  static final String JSON = "json";

  abstract List<String> keys();

  abstract List<String> carry();

  abstract Map<String, Choice> structs();

  abstract Map<String, Choice> arrays();

  abstract Map<String, Choice> maps();

  abstract Map<String, List<String>> mapColumns();

  /** Path to delimiter. */
  abstract Map<String, String> split();

  /** Path to the type in SchemaJson's form, or {@link #JSON} where only the syntax matters. */
  abstract Map<String, String> parseJson();

  /** Path of an array to fields of its elements. */
  abstract Map<String, List<String>> childKeys();

  abstract Map<String, String> columns();

  abstract Map<String, String> tables();

  abstract int depth();

  abstract String separator();

  abstract Naming naming();

  abstract int maxNameLength();

  abstract boolean presence();

  abstract boolean crossProduct();

  abstract Builder toBuilder();

  static FlattenSettings defaults() {
    return new AutoValue_FlattenSettings.Builder()
        .setKeys(List.of())
        .setCarry(List.of())
        .setStructs(Map.of())
        .setArrays(Map.of())
        .setMaps(Map.of())
        .setMapColumns(Map.of())
        .setSplit(Map.of())
        .setParseJson(Map.of())
        .setChildKeys(Map.of())
        .setColumns(Map.of())
        .setTables(Map.of())
        .setDepth(8)
        .setSeparator("_")
        .setNaming(Naming.AS_IS)
        .setMaxNameLength(128)
        .setPresence(false)
        .setCrossProduct(false)
        .build();
  }

  /** Returns {@code map} with one entry more, sorted, so that its text is always the same. */
  static <V> Map<String, V> with(Map<String, V> map, String key, V value) {
    TreeMap<String, V> more = new TreeMap<>(map);
    more.put(key, value);
    return Collections.unmodifiableMap(more);
  }

  @AutoValue.Builder
  abstract static class Builder {
    abstract Builder setKeys(List<String> keys);

    abstract Builder setCarry(List<String> carry);

    abstract Builder setStructs(Map<String, Choice> structs);

    abstract Builder setArrays(Map<String, Choice> arrays);

    abstract Builder setMaps(Map<String, Choice> maps);

    abstract Builder setMapColumns(Map<String, List<String>> mapColumns);

    abstract Builder setSplit(Map<String, String> split);

    abstract Builder setParseJson(Map<String, String> parseJson);

    abstract Builder setChildKeys(Map<String, List<String>> childKeys);

    abstract Builder setColumns(Map<String, String> columns);

    abstract Builder setTables(Map<String, String> tables);

    abstract Builder setDepth(int depth);

    abstract Builder setSeparator(String separator);

    abstract Builder setNaming(Naming naming);

    abstract Builder setMaxNameLength(int maxNameLength);

    abstract Builder setPresence(boolean presence);

    abstract Builder setCrossProduct(boolean crossProduct);

    abstract FlattenSettings build();
  }
}
