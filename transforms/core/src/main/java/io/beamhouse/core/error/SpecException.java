package io.beamhouse.core.error;

import io.beamhouse.core.Evolving;
import java.util.List;
import java.util.stream.Collectors;

/** A specification is wrong; lists every problem that was found. The fix is to edit it. */
@Evolving
public final class SpecException extends BeamhouseException {
  private final List<Problem> problems;

  public SpecException(List<Problem> problems) {
    super(problems.stream().map(Problem::toString).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
  }

  public SpecException(String where, String what) {
    this(List.of(new Problem(where, what)));
  }

  public List<Problem> problems() {
    return problems;
  }
}
