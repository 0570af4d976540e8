package io.beamhouse.pipelines.continuous;

import io.beamhouse.pipelines.increment.RunReport;
import io.beamhouse.pipelines.increment.RunReport.SourceReport;
import java.util.Map;
import java.util.OptionalLong;

/**
 * How much a run read, and how much it left for the next one, as its sources tell by the facts
 * {@code records} and {@code lag_records}.
 *
 * @param records that were read; empty when no source counts them
 * @param waiting records that were there when the run was planned and are for later runs
 */
record Lag(OptionalLong records, OptionalLong waiting) {
  static Lag of(RunReport report) {
    long records = 0;
    long waiting = 0;
    boolean counted = false;
    boolean told = false;
    for (SourceReport source : report.sources().values()) {
      OptionalLong read =
          source.rows() == null ? fact(source.facts(), "records") : OptionalLong.of(source.rows());
      OptionalLong left = fact(source.facts(), "lag_records");
      counted |= read.isPresent();
      told |= left.isPresent();
      records += read.orElse(0);
      waiting += left.orElse(0);
    }
    return new Lag(
        counted ? OptionalLong.of(records) : OptionalLong.empty(),
        told ? OptionalLong.of(waiting) : OptionalLong.empty());
  }

  boolean behind() {
    return waiting.orElse(0) > 0;
  }

  private static OptionalLong fact(Map<String, String> facts, String name) {
    String value = facts.get(name);
    return value != null && value.matches("\\d{1,18}")
        ? OptionalLong.of(Long.parseLong(value))
        : OptionalLong.empty();
  }
}
