package io.beamhouse.core.error;

import static java.util.Objects.requireNonNull;

import io.beamhouse.core.Evolving;
import java.io.Serializable;

/**
 * What a rule said of the rows of a run.
 *
 * @param step that has the rule
 * @param rule its name
 * @param fingerprint tells whether two runs were judged by the same rule
 * @param metric what was measured
 * @param value of the metric; null when it has none
 * @param threshold what was allowed, in words; empty for anything
 * @param outcome {@code pass}, {@code warn} or {@code fail}
 * @param message for people; holds no row's values
 */
@Evolving
public record Judgement(
    String step,
    String rule,
    String fingerprint,
    String metric,
    Double value,
    String threshold,
    String outcome,
    String message)
    implements Serializable {
  public Judgement {
    requireNonNull(step, "step");
    requireNonNull(rule, "rule");
    requireNonNull(outcome, "outcome");
    // JSON has no such numbers.
    value = value == null || !Double.isFinite(value) ? null : value;
  }
}
