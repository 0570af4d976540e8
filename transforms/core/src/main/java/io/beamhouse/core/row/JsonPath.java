package io.beamhouse.core.row;

import io.beamhouse.core.Evolving;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/**
 * A place in a JSON document: names of members from the outside in.
 *
 * @param names none for the document itself
 */
@Evolving
public record JsonPath(List<String> names) implements Serializable {
  /** How users write one. */
  public static final String FORM =
      "names of members joined by dots, such as results or meta.next, or $ for the whole";

  public JsonPath {
    names = List.copyOf(names);
  }

  /** Parses {@code meta.next}, {@code $.meta.next} or {@code $}; empty when it is none of them. */
  public static Optional<JsonPath> parse(String text) {
    if (text.equals("$")) {
      return Optional.of(new JsonPath(List.of()));
    }
    String names = text.startsWith("$.") ? text.substring(2) : text;
    List<String> parts = List.of(names.split("\\.", -1));
    return parts.stream().anyMatch(part -> part.isBlank() || part.contains("["))
        ? Optional.empty()
        : Optional.of(new JsonPath(parts));
  }

  @Override
  public String toString() {
    return names.isEmpty() ? "$" : String.join(".", names);
  }
}
