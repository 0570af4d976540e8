package io.beamhouse.core.error;

import io.beamhouse.core.Evolving;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Collects what is wrong with a specification, so that its author sees everything at once.
 *
 * <p>Not thread-safe.
 */
@Evolving
public final class Problems {
  private final List<Problem> found = new ArrayList<>();

  /** Adds a problem at {@code where}. */
  public Problems add(String where, String what) {
    found.add(new Problem(where, what));
    return this;
  }

  /** Adds all of {@code problems}. */
  public Problems addAll(Collection<Problem> problems) {
    found.addAll(problems);
    return this;
  }

  public boolean isEmpty() {
    return found.isEmpty();
  }

  public List<Problem> asList() {
    return List.copyOf(found);
  }

  /** Throws one {@link SpecException} that lists every problem, or returns when there is none. */
  public void throwIfAny() {
    if (!found.isEmpty()) {
      throw new SpecException(found);
    }
  }

  /** Returns {@code " - did you mean 'x'?"} for the nearest of {@code known}, or nothing. */
  public static String didYouMean(String given, Collection<String> known) {
    Optional<String> nearest =
        known.stream()
            .filter(k -> distance(given, k) <= Math.max(1, Math.min(given.length(), 9) / 3))
            .min(Comparator.comparingInt((String k) -> distance(given, k)).thenComparing(k -> k));
    return nearest.map(k -> " - did you mean '" + k + "'?").orElse("");
  }

  private static int distance(String a, String b) {
    String x = a.toLowerCase(Locale.ROOT);
    String y = b.toLowerCase(Locale.ROOT);
    int[] previous = new int[y.length() + 1];
    for (int j = 0; j <= y.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= x.length(); i++) {
      int[] current = new int[y.length() + 1];
      current[0] = i;
      for (int j = 1; j <= y.length(); j++) {
        int substitution = previous[j - 1] + (x.charAt(i - 1) == y.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(substitution, 1 + Math.min(previous[j], current[j - 1]));
      }
      previous = current;
    }
    return previous[y.length()];
  }
}
