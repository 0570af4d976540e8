package io.beamhouse.pipelines.spec;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A YAML value with its line; merges and aliases are resolved, texts are as written. */
sealed interface YamlNode {
  /** The line in the file, from 1. */
  int line();

  /** What the node is, for messages. */
  String kindName();

  /** What YAML 1.1 makes of a scalar; the config's type decides, this only where there is none. */
  enum Kind {
    TEXT,
    NULL,
    BOOLEAN,
    INTEGER,
    FLOAT,
    /** A reference that could not be resolved and was reported; whatever is asked, it fits. */
    UNRESOLVED
  }

  /**
   * A scalar.
   *
   * @param text as written, without quotes
   */
  record Scalar(int line, String text, Kind kind) implements YamlNode {
    @Override
    public String kindName() {
      return kind == Kind.NULL ? "nothing" : "'" + text + "'";
    }

    boolean isNull() {
      return kind == Kind.NULL;
    }
  }

  /** A list. */
  record Sequence(int line, List<YamlNode> items) implements YamlNode {
    @Override
    public String kindName() {
      return "a list";
    }
  }

  /** A mapping, in the order of the file. */
  record Mapping(int line, Map<String, Entry> entries) implements YamlNode {
    @Override
    public String kindName() {
      return "a mapping";
    }

    Optional<YamlNode> get(String key) {
      return Optional.ofNullable(entries.get(key)).map(Entry::value);
    }

    boolean has(String key) {
      return entries.containsKey(key);
    }

    /** The line of a key, or of the mapping when the key is missing. */
    int lineOf(String key) {
      return has(key) ? entries.get(key).line() : line;
    }
  }

  /** A key's line and value. */
  record Entry(int line, YamlNode value) {}

  static boolean isNull(YamlNode node) {
    return node instanceof Scalar scalar && scalar.isNull();
  }

  static boolean isUnresolved(YamlNode node) {
    return node instanceof Scalar scalar && scalar.kind() == Kind.UNRESOLVED;
  }
}
