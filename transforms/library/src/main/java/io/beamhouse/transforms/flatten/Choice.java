package io.beamhouse.transforms.flatten;

import io.beamhouse.core.Evolving;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What becomes of a struct, an array or a map. */
@Evolving
public enum Choice {
  /** A struct's fields become columns of the table that it stands in. */
  COLUMNS,

  /** Each element of an array becomes a row of a table of its own, with keys. */
  CHILD,

  /** The row is repeated for each element of an array. */
  EXPLODE,

  /** Each entry of a map becomes a row of a table of its own, with keys. */
  ROWS,

  /** The value becomes a text in JSON. */
  JSON,

  /** The value stays as it is, in one nested column. */
  KEEP;

  static final Set<Choice> OF_STRUCT = EnumSet.of(COLUMNS, JSON, KEEP);
  static final Set<Choice> OF_ARRAY = EnumSet.of(CHILD, EXPLODE, JSON, KEEP);
  static final Set<Choice> OF_MAP = EnumSet.of(ROWS, JSON, KEEP);

  /** The word for it in specs and plans. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static String words(Set<Choice> choices) {
    return choices.stream().map(Choice::word).collect(Collectors.joining(", "));
  }

  /** Returns the choice of a word, null when there is none. */
  static Choice of(String word) {
    for (Choice choice : values()) {
      if (choice.word().equals(word)) {
        return choice;
      }
    }
    return null;
  }
}
