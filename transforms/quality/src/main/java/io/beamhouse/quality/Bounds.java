package io.beamhouse.quality;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamhouse.core.Evolving;
import java.io.Serializable;
import java.math.BigDecimal;
import java.time.Duration;

/**
 * Between what a measure must lie; the bounds themselves are allowed. NaN lies nowhere.
 *
 * @param min null for none
 * @param max null for none
 */
@Evolving
public record Bounds(Double min, Double max) implements Serializable {
  public static Bounds atLeast(double min) {
    return new Bounds(min, null);
  }

  public static Bounds atMost(double max) {
    return new Bounds(null, max);
  }

  public static Bounds between(double min, double max) {
    return new Bounds(min, max);
  }

  /** For a measure in seconds, such as freshness. */
  public static Bounds atMost(Duration max) {
    return atMost(max.toNanos() / 1e9);
  }

  boolean hold(double value) {
    return (min == null || value >= min) && (max == null || value <= max);
  }

  ObjectNode json() {
    ObjectNode json = Condition.json();
    if (min != null) {
      json.put("min", min);
    }
    if (max != null) {
      json.put("max", max);
    }
    return json;
  }

  @Override
  public String toString() {
    return "[" + text(min) + ", " + text(max) + "]";
  }

  private static String text(Double bound) {
    return bound == null
        ? "any"
        : Double.isFinite(bound)
            ? new BigDecimal(bound.toString()).stripTrailingZeros().toPlainString()
            : bound.toString();
  }
}
