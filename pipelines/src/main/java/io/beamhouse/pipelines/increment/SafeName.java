package io.beamhouse.pipelines.increment;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Step names as they stand in paths, keys and transaction ids. */
final class SafeName {
  private SafeName() {}

  /** Returns {@code name} itself where it is safe, else a readable name that no other one gets. */
  static String of(String name) {
    if (name.matches("[A-Za-z0-9_-][A-Za-z0-9._-]{0,99}")) {
      return name;
    }
    String readable = name.replaceAll("[^A-Za-z0-9_-]+", "_");
    return readable.substring(0, Math.min(60, readable.length()))
        + "-"
        + StateJson.sha256(name.getBytes(UTF_8)).substring(0, 8);
  }
}
