package io.beamhouse.pipelines.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamhouse.core.Internal;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.rowwise.RowExpression;
import io.beamhouse.core.rowwise.RowExpression.NoAnswerException;
import io.beamhouse.core.rowwise.RowExpressions;
import io.beamhouse.io.delta.QuarantineTable;
import java.io.Serializable;
import java.util.Objects;
import org.apache.beam.sdk.schemas.Schema.TypeName;
import org.apache.beam.sdk.values.Row;

/**
 * Which records of a quarantine table are meant; null means any.
 *
 * @param pipeline name of the pipeline and its table
 * @param sink the step that wrote them
 * @param step what refused them, as the record says
 * @param rule the first rule that they broke
 * @param id its beginning is enough
 * @param where SQL over the table's columns that is true for them
 * @param all also those that are resolved
 */
@Internal
public record QuarantineSelection(
    String pipeline, String sink, String step, String rule, String id, String where, boolean all)
    implements Serializable {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /**
   * Makes what looks at one record after the other.
   *
   * @throws SpecException when {@code where} is no condition over the columns
   */
  public Choice choice() {
    if (where == null) {
      return new Choice(this, null);
    }
    RowExpression condition =
        RowExpressions.of("sql", "--where").compile("--where", where, QuarantineTable.SCHEMA);
    if (condition.type().getTypeName() != TypeName.BOOLEAN) {
      throw new SpecException(
          "--where", "'" + where + "' is not true or false, but " + condition.type().getTypeName());
    }
    return new Choice(this, condition);
  }

  /** Looks at records; used by one thread. */
  public static final class Choice implements Serializable {
    private final QuarantineSelection selection;
    private final RowExpression condition;
    private transient RowExpression.Evaluator evaluator;

    private Choice(QuarantineSelection selection, RowExpression condition) {
      this.selection = selection;
      this.condition = condition;
    }

    /** Whether {@code row}, of the quarantine's table, is meant. */
    public boolean takes(Row row) {
      return selection.named(row) && (condition == null || holds(row));
    }

    private boolean holds(Row row) {
      if (evaluator == null) {
        evaluator = condition.start();
      }
      try {
        return Boolean.TRUE.equals(evaluator.evaluate(row));
      } catch (NoAnswerException e) {
        throw new SpecException(
            "--where",
            "has no answer for record "
                + row.getString(QuarantineTable.ID)
                + ", for example because of a division by zero; leave it out by AND before it");
      }
    }
  }

  private boolean named(Row row) {
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
    return node.put("rule", rule).put("id", id).put("where", where).put("all", all).toString();
  }

  static QuarantineSelection fromJson(String json) {
    JsonNode node = node(json);
    return new QuarantineSelection(
        node.path("pipeline").textValue(),
        node.path("sink").textValue(),
        node.path("step").textValue(),
        node.path("rule").textValue(),
        node.path("id").textValue(),
        node.path("where").textValue(),
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
