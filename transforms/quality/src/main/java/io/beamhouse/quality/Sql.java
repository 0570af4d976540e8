package io.beamhouse.quality;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamhouse.core.error.Problem;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.row.SchemaJson;
import io.beamhouse.core.rowwise.RowExpression;
import io.beamhouse.core.rowwise.RowExpressions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;

/** A SQL boolean over the row; unknown passes, as null does in a CHECK of a database. */
record Sql(String expression) implements Condition {
  private static final int MOST_COMPILED = 200;

  /** Compiling takes longer than many a bundle, and each thread asks for it anew. */
  private static final Map<String, RowExpression> COMPILED = new LinkedHashMap<>();

  @Override
  public ObjectNode canonical() {
    return Condition.json().put("sql", expression.strip());
  }

  @Override
  public String words() {
    return "sql(" + expression.strip() + ")";
  }

  @Override
  public List<Check> compile(RuleSchema schema) {
    try {
      RowExpression compiled = compiled(schema.schema());
      if (ColumnKind.of(compiled.type()) != ColumnKind.TRUTH) {
        schema.problem(
            "sql", "is " + RuleSchema.typeName(compiled.type()) + ", and a rule is a boolean");
        return List.of();
      }
      return List.of(new IsFalse(compiled.start(), "'" + expression.strip() + "' does not hold"));
    } catch (SpecException e) {
      for (Problem problem : e.problems()) {
        schema.problem("sql", problem.what());
      }
      return List.of();
    }
  }

  private RowExpression compiled(Schema schema) {
    String key;
    try {
      key = SchemaJson.toJson(schema) + expression;
    } catch (IllegalArgumentException e) {
      // A type that is not in our table, perhaps of a column that the expression does not name.
      return RowExpressions.of("sql", "sql").compile("sql", expression, schema);
    }
    synchronized (COMPILED) {
      RowExpression known = COMPILED.get(key);
      if (known == null) {
        known = RowExpressions.of("sql", "sql").compile("sql", expression, schema);
        if (COMPILED.size() == MOST_COMPILED) {
          COMPILED.clear();
        }
        COMPILED.put(key, known);
      }
      return known;
    }
  }

  private static final class IsFalse extends Check {
    private final RowExpression.Evaluator evaluator;

    IsFalse(RowExpression.Evaluator evaluator, String message) {
      super(null, message);
      this.evaluator = evaluator;
    }

    @Override
    boolean fails(Row row) {
      try {
        return Boolean.FALSE.equals(evaluator.evaluate(row));
      } catch (RowExpression.NoAnswerException e) {
        // A row without an answer, such as a division by zero, breaks the rule.
        return true;
      }
    }
  }
}
