package io.beamhouse.core.error;

import io.beamhouse.core.Evolving;
import java.io.Serializable;

/**
 * One thing that is wrong with a specification.
 *
 * @param where what is wrong: {@code file.yaml:12: pipeline.transforms[1].config.keys}, or the name
 *     of a setting; empty when the whole is meant
 * @param what the problem with what was found and what is allowed
 */
@Evolving
public record Problem(String where, String what) implements Serializable {
  @Override
  public String toString() {
    return where.isEmpty() ? what : where + ": " + what;
  }
}
