package io.beamhouse.pipelines.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamhouse.core.Internal;
import io.beamhouse.io.delta.QuarantineTable;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.apache.beam.sdk.values.Row;

/** The records of a key in the quarantine tables of a job; the tables are read as streams. */
@Internal
public final class QuarantinedKey {
  /** At most so many are given. */
  public static final int MOST = 100;

  private static final ObjectMapper JSON = new ObjectMapper();

  private QuarantinedKey() {}

  /** Rows of {@link QuarantineTable#SCHEMA} whose record has the key. */
  public static List<Row> find(SpecJob job, Map<String, String> key) {
    List<Row> found = new ArrayList<>();
    for (QuarantineReplay sink : QuarantineReplay.of(job)) {
      QuarantineTable table = sink.quarantine().table();
      OptionalLong version = table.version();
      if (version.isPresent()) {
        table.read(
            version.getAsLong(),
            row -> {
              if (row.getString(QuarantineTable.PIPELINE).equals(job.name())
                  && row.getString(QuarantineTable.SINK).equals(sink.name())
                  && matches(row.getString(QuarantineTable.RAW), key)) {
                found.add(row);
              }
              return found.size() < MOST;
            });
      }
    }
    return found;
  }

  private static boolean matches(String raw, Map<String, String> key) {
    try {
      JsonNode record = JSON.readTree(raw);
      return key.entrySet().stream()
          .allMatch(column -> same(record.path(column.getKey()), column.getValue()));
    } catch (JsonProcessingException e) {
      return false; // Not a record of ours.
    }
  }

  private static boolean same(JsonNode value, String text) {
    if (!value.isValueNode() || value.isNull()) {
      return false;
    }
    if (value.asText().equals(text)) {
      return true;
    }
    try {
      return value.isNumber() && value.decimalValue().compareTo(new BigDecimal(text)) == 0;
    } catch (NumberFormatException e) {
      return false;
    }
  }
}
