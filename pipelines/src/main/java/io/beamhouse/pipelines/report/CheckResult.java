package io.beamhouse.pipelines.report;

import io.beamhouse.core.Evolving;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What a quality rule said of a run.
 *
 * @param rule its name, for people
 * @param fingerprint tells whether two runs were judged by the same rule; empty when unknown
 * @param value what was measured; null means unknown
 * @param threshold what was allowed, in words: {@code at most 0.01}; null when there is none
 * @param message for people; empty when there is none
 * @param history values of earlier runs, oldest first; null means unknown
 */
@Evolving
public record CheckResult(
    String rule,
    String fingerprint,
    Outcome outcome,
    Double value,
    String threshold,
    String message,
    List<Double> history) {
  /** Whether the run went on. */
  public enum Outcome {
    PASS,
    WARN,
    FAIL
  }

  public CheckResult {
    history = Collections.unmodifiableList(new ArrayList<>(history));
  }
}
