package io.beamhouse.io.delta.merge;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamhouse.io.delta.log.DataFile;
import io.beamhouse.io.delta.log.DataFiles;
import io.beamhouse.io.delta.log.TableSnapshot;

/**
 * How many rows a table holds, by the statistics in its log.
 *
 * @param known rows of files with statistics
 * @param uncounted files without
 */
record TableRows(long known, long uncounted) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Streams the table's files. */
  static TableRows of(TableSnapshot table) {
    long known = 0;
    long uncounted = 0;
    try (DataFiles files = table.files()) {
      while (files.hasNext()) {
        DataFile file = files.next();
        long rows = rows(file);
        known += Math.max(rows, 0);
        uncounted += rows < 0 ? 1 : 0;
      }
    }
    return new TableRows(known, uncounted);
  }

  /** Rows that are left in {@code file}; negative when unknown. */
  private static long rows(DataFile file) {
    if (file.statsJson() == null) {
      return -1;
    }
    try {
      JsonNode records = JSON.readTree(file.statsJson()).path("numRecords");
      long deleted = file.deletionVector() == null ? 0 : file.deletionVector().cardinality();
      return records.isIntegralNumber() ? records.longValue() - deleted : -1;
    } catch (JsonProcessingException e) {
      return -1; // Another writer's statistics, which nobody must understand.
    }
  }
}
