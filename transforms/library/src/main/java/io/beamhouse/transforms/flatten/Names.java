package io.beamhouse.transforms.flatten;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The names of columns and tables: what the author chose, else a path's names put together. */
final class Names {
  /** Long enough for the hash and something readable. */
  static final int SHORTEST_LIMIT = 16;

  private static final int HASH_DIGITS = 8;

  private final FlattenSettings settings;
  private final Set<String> used = new HashSet<>();

  Names(FlattenSettings settings) {
    this.settings = settings;
  }

  /**
   * Returns a column's name.
   *
   * @param parts names on the way to {@code path} within its table; none for an element itself
   * @param suffix of a column that says something about the value, such as {@code count}
   */
  String column(String path, List<String> parts, String suffix) {
    String chosen = settings.columns().get(path);
    if (chosen != null) {
      used.add(path);
    }
    String name = chosen == null ? join(parts) : chosen;
    if (!suffix.isEmpty()) {
      name = name.isEmpty() ? "_" + suffix : name + "__" + suffix;
    }
    return shortened(name.isEmpty() ? "value" : name, path + suffix);
  }

  String table(String path, List<String> parts) {
    String chosen = settings.tables().get(path);
    return chosen == null ? shortened(join(parts), path) : chosen;
  }

  /** Whether a column of {@code path} took the name that was chosen for it. */
  boolean used(String path) {
    return used.contains(path);
  }

  private String join(List<String> parts) {
    return parts.stream()
        .map(settings.naming()::apply)
        .collect(Collectors.joining(settings.separator()));
  }

  /** A name that is too long keeps its begin and ends in a hash of the path. */
  private String shortened(String name, String path) {
    // A lower limit has been reported.
    int max = Math.max(settings.maxNameLength(), SHORTEST_LIMIT);
    if (name.length() <= max) {
      return name;
    }
    byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
    Murmur3 murmur = new Murmur3();
    murmur.hash(bytes, bytes.length);
    int kept = max - HASH_DIGITS - 1;
    if (Character.isHighSurrogate(name.charAt(kept - 1))) {
      kept--;
    }
    String hash = KeyHash.hex(murmur.high(), murmur.low()).substring(0, HASH_DIGITS);
    return name.substring(0, kept) + "_" + hash;
  }
}
