package io.beamhouse.io.delta.data;

import io.beamhouse.core.Internal;
import java.util.Map;

/** What table properties say to writers (Delta protocol, "Table Properties"). */
@Internal
public final class TableProperties {
  private static final String INDEXED = "delta.dataSkippingNumIndexedCols";
  private static final int DEFAULT_INDEXED = 32;

  private TableProperties() {}

  /** How many leading leaf columns get statistics; -1 for all. */
  public static int statisticsColumns(Map<String, String> properties) {
    String value = properties.get(INDEXED);
    try {
      return value == null ? DEFAULT_INDEXED : Math.max(-1, Integer.parseInt(value.trim()));
    } catch (NumberFormatException e) {
      // Creation refuses such a value; an existing table's is not ours to judge.
      return DEFAULT_INDEXED;
    }
  }
}
