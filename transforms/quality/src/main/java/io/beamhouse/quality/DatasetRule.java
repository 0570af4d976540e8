package io.beamhouse.quality;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamhouse.core.Evolving;
import io.beamhouse.quality.Metric.Kind;
import java.io.Serializable;
import java.util.List;

/**
 * What a collection of rows must be like as a whole: a measure, and between what it must lie.
 *
 * <p>Immutable. A rule without bounds only reports its measure.
 *
 * <pre>{@code
 * DatasetRule.nullShare("email").withWarn(Bounds.atMost(0.01)).withFail(Bounds.atMost(0.1))
 * }</pre>
 */
@Evolving
public final class DatasetRule implements Serializable {
  private static final int NO_CHANGE = 0;

  private final String name;
  private final Metric metric;
  private final int overLast;
  private final Bounds warn;
  private final Bounds fail;
  private final Origin origin;

  private DatasetRule(
      String name, Metric metric, int overLast, Bounds warn, Bounds fail, Origin origin) {
    this.name = name;
    this.metric = metric;
    this.overLast = overLast;
    this.warn = warn;
    this.fail = fail;
    this.origin = origin;
  }

  static DatasetRule of(Metric metric) {
    return new DatasetRule(metric.name(), metric, NO_CHANGE, null, null, null);
  }

  static DatasetRule changeOf(Metric metric, int overLast) {
    return new DatasetRule("change(" + metric.name() + ")", metric, overLast, null, null, null);
  }

  /** The number of rows. */
  public static DatasetRule rowCount() {
    return of(Metric.of(Kind.ROW_COUNT));
  }

  /** The share of rows whose column is null, 0 to 1; 0 for no rows. */
  public static DatasetRule nullShare(String column) {
    return of(Metric.of(Kind.NULL_SHARE, column));
  }

  /**
   * The number of rows too many: those whose key an earlier row has. Rows with a null in the key do
   * not count. Bounds are at most 0 unless chosen otherwise.
   */
  public static DatasetRule unique(String... columns) {
    return of(Metric.of(Kind.UNIQUE, columns)).withFail(Bounds.atMost(0));
  }

  /** The number of distinct values, without null; an estimate, see {@link DatasetCheck}. */
  public static DatasetRule distinct(String column) {
    return of(Metric.of(Kind.DISTINCT, column));
  }

  /** Seconds since the latest value of a time column; dates and local times count as UTC. */
  public static DatasetRule freshness(String column) {
    return of(Metric.of(Kind.FRESHNESS, column));
  }

  /** The exact sum of a numeric column; 0 for no values. */
  public static DatasetRule sum(String column) {
    return of(Metric.of(Kind.SUM, column));
  }

  /** The mean of a numeric column; passes where there is no value. */
  public static DatasetRule mean(String column) {
    return of(Metric.of(Kind.MEAN, column));
  }

  /**
   * The number of rows whose key is not in {@code table}; for {@link CheckDataset} only. Bounds are
   * at most 0 unless chosen otherwise.
   */
  public static DatasetRule existsIn(List<String> columns, String table, List<String> keys) {
    if (columns.size() != keys.size() || columns.isEmpty()) {
      throw new IllegalArgumentException("as many keys as columns, and one at least");
    }
    return of(new Metric(Kind.EXISTS_IN, columns, table, keys)).withFail(Bounds.atMost(0));
  }

  /**
   * How far a measure is from the median of the last runs, as a share of that median: 0.5 for half
   * or one and a half of it. Passes where there are no earlier runs.
   *
   * @param measure {@code row_count}, {@code null_share(email)}, {@code sum(amount)} ...
   * @param overLast how many runs; 1 or more
   */
  public static DatasetRule change(String measure, int overLast) {
    if (overLast < 1) {
      throw new IllegalArgumentException("overLast is 1 or more, found " + overLast);
    }
    return changeOf(Metric.parse(measure), overLast);
  }

  public DatasetRule named(String given) {
    return new DatasetRule(given, metric, overLast, warn, fail, origin);
  }

  /** Outside of these the outcome is {@link DatasetResult.Outcome#WARN}; null for no bounds. */
  public DatasetRule withWarn(Bounds bounds) {
    return new DatasetRule(name, metric, overLast, bounds, fail, origin);
  }

  /** Outside of these the outcome is {@link DatasetResult.Outcome#FAIL}; null for no bounds. */
  public DatasetRule withFail(Bounds bounds) {
    return new DatasetRule(name, metric, overLast, warn, bounds, origin);
  }

  DatasetRule from(Origin place) {
    return new DatasetRule(name, metric, overLast, warn, fail, place);
  }

  public String name() {
    return name;
  }

  /** A short hash of what is measured, whatever the rule's name and bounds. */
  public String fingerprint() {
    ObjectNode json = metric.canonical();
    return Fingerprint.of(isChange() ? json.put("change_over_last", overLast) : json);
  }

  /** The measure's name, under which its values are kept from run to run. */
  public String metricName() {
    return metric.name();
  }

  Metric metric() {
    return metric;
  }

  boolean isChange() {
    return overLast != NO_CHANGE;
  }

  int overLast() {
    return overLast;
  }

  Bounds warn() {
    return warn;
  }

  Bounds fail() {
    return fail;
  }

  String kind() {
    return isChange() ? "change" : metric.kind().text();
  }

  Origin origin(int index) {
    return origin == null ? Origin.of("rules[" + index + "]") : origin;
  }

  @Override
  public String toString() {
    return name + ": " + kind() + " warn " + warn + " fail " + fail;
  }
}
