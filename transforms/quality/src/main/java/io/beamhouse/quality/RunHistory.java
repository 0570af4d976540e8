package io.beamhouse.quality;

import java.io.Serializable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.values.Row;

/** The last values of measures, out of rows of {@link DatasetResult#SCHEMA}. */
final class RunHistory implements Serializable {
  private final TreeMap<String, TreeMap<Instant, Double>> values = new TreeMap<>();

  /**
   * Adds a result, and forgets the oldest beyond those that are needed.
   *
   * @param now results of this time and later are of this run, tried before
   */
  void add(Row result, Map<String, Integer> needed, Instant now) {
    String metric = result.getString("metric");
    Double value = result.getDouble("value");
    Instant at = result.getLogicalTypeValue("as_of", Instant.class);
    if (value != null && needed.containsKey(metric) && at.isBefore(now)) {
      put(metric, at, value, needed.get(metric));
    }
  }

  private void put(String metric, Instant at, double value, int most) {
    TreeMap<Instant, Double> kept = values.computeIfAbsent(metric, m -> new TreeMap<>());
    kept.merge(at, value, Math::max);
    while (kept.size() > most) {
      kept.pollFirstEntry();
    }
  }

  void merge(RunHistory other, Map<String, Integer> needed) {
    other.values.forEach(
        (metric, kept) -> kept.forEach((at, value) -> put(metric, at, value, needed.get(metric))));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof RunHistory history && values.equals(history.values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  /** Oldest first. */
  Map<String, List<Double>> byMetric() {
    Map<String, List<Double>> byMetric = new LinkedHashMap<>();
    values.forEach((metric, kept) -> byMetric.put(metric, new ArrayList<>(kept.values())));
    return byMetric;
  }
}
