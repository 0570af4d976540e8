package io.beamhouse.core.error;

import io.beamhouse.core.Evolving;
import java.util.ArrayList;
import java.util.List;

/** A gate refused the data; nothing was published. */
@Evolving
public final class GateRefusedException extends BeamhouseException {
  private final ArrayList<Judgement> judgements;

  public GateRefusedException(String message) {
    this(message, null);
  }

  public GateRefusedException(String message, Throwable cause) {
    this(message, cause, List.of());
  }

  private GateRefusedException(String message, Throwable cause, List<Judgement> judgements) {
    super(message, cause);
    this.judgements = new ArrayList<>(judgements);
  }

  /** The same refusal that also tells what rules said, those that passed too. */
  public GateRefusedException with(List<Judgement> all) {
    return new GateRefusedException(getMessage(), getCause(), all);
  }

  /** What rules said of the rows; empty when none was asked. */
  public List<Judgement> judgements() {
    return List.copyOf(judgements);
  }
}
