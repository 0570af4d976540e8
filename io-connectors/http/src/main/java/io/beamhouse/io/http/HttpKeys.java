package io.beamhouse.io.http;

import io.beamhouse.core.error.Problems;
import io.beamhouse.core.row.JsonPath;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/** How the keys of a spec are read. */
final class HttpKeys {
  private HttpKeys() {}

  static String text(@Nullable String value) {
    return value == null ? "" : value;
  }

  static boolean oneOf(String where, String value, List<String> allowed, Problems problems) {
    if (allowed.contains(value)) {
      return true;
    }
    problems.add(
        where,
        "is '"
            + value
            + "'"
            + Problems.didYouMean(value, allowed)
            + "; allowed: "
            + String.join(", ", allowed));
    return false;
  }

  /** Returns null for nothing, and for what is no path, which is reported. */
  static @Nullable JsonPath path(String where, @Nullable String text, Problems problems) {
    if (text == null) {
      return null;
    }
    return JsonPath.parse(text)
        .orElseGet(
            () -> {
              problems.add(where, "is '" + text + "'; allowed: " + JsonPath.FORM);
              return null;
            });
  }
}
