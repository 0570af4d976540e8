package io.beamhouse.io.delta.log;

import io.beamhouse.core.error.DataRefusedException;
import io.delta.kernel.exceptions.KernelException;
import java.util.Map;

/** Refuses tables whose protocol demands what we cannot do when writing, with the way out. */
final class WritableFeatures {
  /** By the name of the table feature: what to do about it. */
  private static final Map<String, String> WAYS_OUT =
      Map.of(
          "changeDataFeed", "turn it off (delta.enableChangeDataFeed=false) or write with Spark",
          "checkConstraints",
              "drop the constraints (ALTER TABLE … DROP CONSTRAINT) and check before writing",
          "invariants", "drop the column invariants and check before writing",
          "generatedColumns", "write with Spark, or create a table without generated columns",
          "identityColumns", "write with Spark, or create a table without identity columns",
          "typeWidening", "write with Spark, or rewrite the table without the feature",
          "typeWidening-preview", "write with Spark, or rewrite the table without the feature",
          "variantType", "write with Spark; rows have no variant type");

  private WritableFeatures() {}

  static void check(KernelTable table, TableSnapshot snapshot) {
    if (snapshot.columnMapped()) {
      throw refused(
          snapshot,
          "columnMapping (delta.columnMapping.mode="
              + snapshot.properties().get("delta.columnMapping.mode")
              + ")",
          "write with Spark, or create a table without column mapping",
          null);
    }
    try {
      table.requireWritable(snapshot.kernel(table));
    } catch (KernelException e) {
      String message = String.valueOf(e.getMessage());
      String feature =
          WAYS_OUT.keySet().stream()
              .filter(message::contains)
              .sorted()
              .reduce((a, b) -> a + ", " + b)
              .orElse("");
      String way =
          WAYS_OUT.entrySet().stream()
              .filter(w -> message.contains(w.getKey()))
              .map(Map.Entry::getValue)
              .distinct()
              .sorted()
              .reduce((a, b) -> a + "; " + b)
              .orElse("write with an engine that knows the feature");
      throw refused(snapshot, feature.isEmpty() ? message : feature, way, e);
    }
  }

  private static DataRefusedException refused(
      TableSnapshot snapshot, String feature, String wayOut, KernelException cause) {
    return new DataRefusedException(
        "Delta table "
            + snapshot.path()
            + " cannot be written: it uses "
            + feature
            + ", which Beamhouse does not support for writing - "
            + wayOut,
        cause);
  }
}
