package io.beamhouse.transforms.flatten;

import io.beamhouse.core.Evolving;
import java.util.Locale;

/** How names of fields become names of columns and tables. */
@Evolving
public enum Naming {
  /** As they are. */
  AS_IS,

  /** {@code userId} and {@code User ID} become {@code user_id}. */
  SNAKE_CASE;

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  String apply(String name) {
    if (this == AS_IS) {
      return name;
    }
    return name.replaceAll("([A-Z]+)([A-Z][a-z])", "$1_$2")
        .replaceAll("([a-z0-9])([A-Z])", "$1_$2")
        .replaceAll("[^\\p{L}\\p{N}]+", "_")
        .toLowerCase(Locale.ROOT);
  }
}
