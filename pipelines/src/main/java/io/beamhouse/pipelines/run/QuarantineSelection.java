package io.beamhouse.pipelines.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamhouse.core.Internal;
import io.beamhouse.io.delta.QuarantineTable;
import java.io.Serializable;
import java.util.Objects;
import org.apache.beam.sdk.values.Row;

/**
 * Which records of a quarantine table are meant; null means any.
 *
 * @param pipeline name of the pipeline and its table
 * @param sink the step that wrote them
 * @param step what refused them, as the record says
 * @param rule the first rule that they broke
 * @param id its beginning is enough
 * @param all also those that are resolved
 */
@Internal
public record QuarantineSelection(
    String pipeline, String sink, String step, String rule, String id, boolean all)
    implements Serializable {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  public boolean takes(Row row) {
    return (all || row.getString(QuarantineTable.RESOLVED_BY) == null)
        && is(pipeline, row, QuarantineTable.PIPELINE)
        && is(sink, row, QuarantineTable.SINK)
        && is(step, row, QuarantineTable.STEP)
        && is(rule, row, QuarantineTable.RULE)
        && (id == null || row.getString(QuarantineTable.ID).startsWith(id));
  }

  private static boolean is(String wanted, Row row, String column) {
    return wanted == null || Objects.equals(wanted, row.getString(column));
  }

  /** These records as they stand in {@code version}, as JSON for a plan. */
  String toJson(long version) {
    ObjectNode node = MAPPER.createObjectNode().put("version", version);
    node.put("pipeline", pipeline).put("sink", sink).put("step", step);
    return node.put("rule", rule).put("id", id).put("all", all).toString();
  }

  static QuarantineSelection fromJson(String json) {
    JsonNode node = node(json);
    return new QuarantineSelection(
        node.path("pipeline").textValue(),
        node.path("sink").textValue(),
        node.path("step").textValue(),
        node.path("rule").textValue(),
        node.path("id").textValue(),
        node.path("all").booleanValue());
  }

  static long version(String json) {
    return node(json).path("version").longValue();
  }

  private static JsonNode node(String json) {
    try {
      return MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a plan of a replay holds no JSON", e);
    }
  }
}
