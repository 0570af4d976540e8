package io.beamhouse.quality;

import io.beamhouse.quality.DatasetResult.Outcome;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** Judges one rule by its measure. */
final class Verdict {
  private static final MathContext SHOWN = new MathContext(6);

  private Verdict() {}

  static DatasetResult of(
      DatasetRule rule, Measure<?> measure, Map<String, List<Double>> history, Instant now) {
    Double value = measure.value(now);
    if (rule.isChange()) {
      return change(rule, value, history.getOrDefault(rule.metricName(), List.of()), now);
    }
    Outcome outcome;
    StringBuilder message = new StringBuilder(rule.metricName());
    if (value == null) {
      // Nothing is not fresh, but has no mean that could be wrong.
      boolean freshness = rule.metric().kind() == Metric.Kind.FRESHNESS;
      outcome = freshness ? worst(rule) : Outcome.PASS;
      message.append(" has no value: there is no row with one");
    } else {
      outcome = outcome(rule, value);
      message.append(" is ").append(text(value));
    }
    broken(rule, outcome, message);
    if (!measure.note().isEmpty()) {
      message.append(" (").append(measure.note()).append(')');
    }
    return result(rule, value, outcome, message.toString(), now);
  }

  private static DatasetResult change(
      DatasetRule rule, Double value, List<Double> earlier, Instant now) {
    List<Double> last =
        earlier.subList(Math.max(earlier.size() - rule.overLast(), 0), earlier.size());
    if (last.isEmpty() || value == null) {
      String why = value == null ? " has no value" : ": there are no earlier runs";
      return result(rule, value, Outcome.PASS, rule.metricName() + why, now);
    }
    double median = median(last);
    double share =
        value == median
            ? 0
            : median == 0 ? Double.POSITIVE_INFINITY : Math.abs((value - median) / median);
    Outcome outcome = outcome(rule, share);
    StringBuilder message =
        new StringBuilder(rule.metricName())
            .append(" is ")
            .append(text(value))
            .append(", a change of ")
            .append(text(share))
            .append(" from ")
            .append(text(median))
            .append(", the median of ")
            .append(last.size())
            .append(last.size() == 1 ? " run" : " runs");
    broken(rule, outcome, message);
    return result(rule, value, outcome, message.toString(), now);
  }

  private static double median(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    int middle = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[middle] : sorted[middle - 1] / 2 + sorted[middle] / 2;
  }

  private static Outcome outcome(DatasetRule rule, double value) {
    if (rule.fail() != null && !rule.fail().hold(value)) {
      return Outcome.FAIL;
    }
    return rule.warn() != null && !rule.warn().hold(value) ? Outcome.WARN : Outcome.PASS;
  }

  private static Outcome worst(DatasetRule rule) {
    return rule.fail() != null ? Outcome.FAIL : rule.warn() != null ? Outcome.WARN : Outcome.PASS;
  }

  private static void broken(DatasetRule rule, Outcome outcome, StringBuilder message) {
    if (outcome != Outcome.PASS) {
      message.append(", out of ").append(outcome == Outcome.FAIL ? rule.fail() : rule.warn());
    }
  }

  private static DatasetResult result(
      DatasetRule rule, Double value, Outcome outcome, String message, Instant now) {
    return new DatasetResult(
        rule.name(),
        rule.fingerprint(),
        rule.kind(),
        rule.metric().columns().isEmpty() ? null : String.join(",", rule.metric().columns()),
        rule.metricName(),
        value,
        threshold(rule),
        outcome,
        message,
        now);
  }

  private static String threshold(DatasetRule rule) {
    String warn = rule.warn() == null ? "" : "warn outside " + rule.warn();
    String fail = rule.fail() == null ? "" : "fail outside " + rule.fail();
    return warn + (warn.isEmpty() || fail.isEmpty() ? "" : ", ") + fail;
  }

  private static String text(double value) {
    return !Double.isFinite(value)
        ? String.valueOf(value)
        : value == Math.rint(value)
            ? new BigDecimal(value).toPlainString()
            : new BigDecimal(value).round(SHOWN).stripTrailingZeros().toPlainString();
  }
}
