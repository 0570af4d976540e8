package io.beamhouse.io.delta.compact;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.beamhouse.io.delta.log.DataFile;
import java.util.HashMap;
import java.util.Map;

/**
 * What the statistics of a file say; they are hints, and rows are right whatever they say.
 *
 * @param rows in the file, deleted ones too; -1 when unknown
 * @param columns range of each column that has one
 */
record Ranges(long rows, Map<String, Range> columns) {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();
  private static final Ranges UNKNOWN = new Ranges(-1, Map.of());

  /** From the least to the greatest value of a column. */
  record Range(JsonNode low, JsonNode high) {}

  static Ranges of(DataFile file) {
    if (file.statsJson() == null || file.statsJson().isEmpty()) {
      return UNKNOWN;
    }
    JsonNode stats;
    try {
      stats = MAPPER.readTree(file.statsJson());
    } catch (JsonProcessingException e) {
      // As if the writer had left none.
      return UNKNOWN;
    }
    Map<String, Range> columns = new HashMap<>();
    JsonNode highs = stats.path("maxValues");
    stats
        .path("minValues")
        .fields()
        .forEachRemaining(
            low -> {
              JsonNode high = highs.path(low.getKey());
              if (low.getValue().isValueNode()
                  && !low.getValue().isNull()
                  && high.isValueNode()
                  && !high.isNull()) {
                columns.put(low.getKey(), new Range(low.getValue(), high));
              }
            });
    return new Ranges(stats.path("numRecords").asLong(-1), columns);
  }

  static int compare(JsonNode a, JsonNode b) {
    return a.isNumber() && b.isNumber()
        ? a.decimalValue().compareTo(b.decimalValue())
        : a.asText().compareTo(b.asText());
  }
}
