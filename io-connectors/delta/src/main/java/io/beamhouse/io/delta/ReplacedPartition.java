package io.beamhouse.io.delta;

import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.error.Problems;
import io.beamhouse.core.row.RowText;
import io.beamhouse.io.delta.data.PartitionValues;
import io.beamhouse.io.delta.log.NewFile;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;

/**
 * The part of a table whose rows are replaced.
 *
 * @param values by partition column, as the log writes them; empty for the whole table
 */
record ReplacedPartition(Map<String, String> values) {
  /**
   * Adds what is wrong.
   *
   * @param given by partition column, as users write them
   */
  static ReplacedPartition of(
      Map<String, String> given, Schema columns, List<String> partitions, Problems problems) {
    Map<String, String> values = new TreeMap<>();
    given.forEach(
        (column, text) -> {
          if (!partitions.contains(column)) {
            problems.add(
                "replace",
                "'"
                    + column
                    + "' is no partition column"
                    + Problems.didYouMean(column, partitions)
                    + "; there are: "
                    + String.join(", ", partitions));
            return;
          }
          FieldType type = columns.getField(column).getType();
          try {
            values.put(column, PartitionValues.format(column, type, RowText.read(text, type)));
          } catch (IllegalArgumentException | DataRefusedException e) {
            problems.add("replace", "the value for '" + column + "' is " + e.getMessage());
          }
        });
    return new ReplacedPartition(values);
  }

  /** Throws DataRefusedException when {@code file} has rows that lie elsewhere. */
  void require(NewFile file, String table) {
    if (!file.partitionValues().entrySet().containsAll(values.entrySet())) {
      throw new DataRefusedException(
          "Rows of another partition than the one that is replaced ("
              + String.join(", ", values.keySet())
              + ") came for Delta table "
              + table
              + ". Nothing was committed: they would be there twice after the next run. Filter them"
              + " out, or correct what computes these columns.");
    }
  }
}
