package io.beamhouse.pipelines.continuous;

import io.beamhouse.pipelines.increment.RunReport;
import io.beamhouse.pipelines.increment.RunReport.SourceReport;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * How much a run read, and how much it left for the next one, as its sources tell by facts: {@code
 * records} or {@code rows}; {@code lag_records}, {@code manifests_left} or {@code files_left}.
 *
 * @param records that were read; empty when no source counts them
 * @param waiting records that were there when the run was planned and are for later runs
 * @param behind whether anything was left
 */
record Lag(OptionalLong records, OptionalLong waiting, boolean behind) {
  private static final List<String> LEFT = List.of("lag_records", "manifests_left", "files_left");

  static Lag of(RunReport report) {
    long records = 0;
    long waiting = 0;
    boolean counted = false;
    boolean told = false;
    boolean behind = false;
    for (SourceReport source : report.sources().values()) {
      OptionalLong read =
          source.rows() == null
              ? fact(source.facts(), source.facts().containsKey("records") ? "records" : "rows")
              : OptionalLong.of(source.rows());
      OptionalLong left = fact(source.facts(), "lag_records");
      counted |= read.isPresent();
      told |= left.isPresent();
      records += read.orElse(0);
      waiting += left.orElse(0);
      behind |= LEFT.stream().anyMatch(name -> fact(source.facts(), name).orElse(0) > 0);
    }
    return new Lag(
        counted ? OptionalLong.of(records) : OptionalLong.empty(),
        told ? OptionalLong.of(waiting) : OptionalLong.empty(),
        behind);
  }

  private static OptionalLong fact(Map<String, String> facts, String name) {
    String value = facts.get(name);
    return value != null && value.matches("\\d{1,18}")
        ? OptionalLong.of(Long.parseLong(value))
        : OptionalLong.empty();
  }
}
