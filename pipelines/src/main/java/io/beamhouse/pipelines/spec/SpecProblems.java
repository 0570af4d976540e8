package io.beamhouse.pipelines.spec;

import io.beamhouse.core.Internal;
import io.beamhouse.core.error.Problem;
import io.beamhouse.core.error.SpecException;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Collects the problems of one file as {@code file:line: path: what}, in the order of the lines.
 *
 * <p>The same problem of several tables of a {@code for_each} is kept once.
 */
@Internal
public final class SpecProblems {
  private final String file;
  private final Set<Found> found = new LinkedHashSet<>();
  private int added;

  private record Found(int line, Problem problem) {}

  public SpecProblems(String file) {
    this.file = file;
  }

  /**
   * Adds a problem.
   *
   * @param line from 1; 0 when no line is to blame
   * @param path such as {@code pipeline.transforms[1].config.keys}; may be empty
   */
  public void add(int line, String path, String what) {
    added++;
    String place = line > 0 ? file + ":" + line : file;
    found.add(new Found(line, new Problem(path.isEmpty() ? place : place + ": " + path, what)));
  }

  public boolean isEmpty() {
    return found.isEmpty();
  }

  /** How often a problem was added, the same one of another table too. */
  int count() {
    return added;
  }

  public void throwIfAny() {
    if (!found.isEmpty()) {
      List<Problem> sorted =
          found.stream().sorted(Comparator.comparingInt(Found::line)).map(Found::problem).toList();
      throw new SpecException(sorted);
    }
  }

  static String oneOf(Collection<String> allowed) {
    return String.join(", ", allowed);
  }
}
