package io.beamhouse.sql;

import com.google.auto.service.AutoService;
import io.beamhouse.core.Internal;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.row.RowTypes;
import io.beamhouse.core.rowwise.RowExpression;
import io.beamhouse.core.rowwise.RowExpressions;
import io.beamhouse.sql.SqlPlanner.BadQueryException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;

/** Offers SQL expressions to other steps; Beam YAML's names are {@code sql} and {@code calcite}. */
@Internal
@AutoService(RowExpressions.class)
public final class SqlExpressions implements RowExpressions {
  private Schema last;
  private Columns columns;
  private SqlPlanner planner;

  @Override
  public Set<String> languages() {
    return Set.of("sql", "calcite");
  }

  @Override
  public RowExpression compile(String where, String expression, Schema input) {
    if (last == null || !RowTypes.equal(last, input)) {
      columns = Columns.of(input);
      planner = SqlPlanner.over(Map.of(SqlRows.PCOLLECTION, columns.sql()));
      last = input;
    }
    try {
      // On lines of its own, so that its positions are right and it may end in a comment.
      Optional<RowPlan> plan =
          RowPlan.of(
              planner.plan(
                  "SELECT (\n" + expression + "\n) AS `v` FROM " + SqlRows.PCOLLECTION, 1));
      if (plan.isEmpty() || plan.get().values().size() != 1 || plan.get().condition().isPresent()) {
        throw new BadQueryException(
            "an expression looks at one row; sums, OVER and SELECT are for the step Sql");
      }
      RowValue value = RowValue.of(plan.get().values().get(0), columns, 0);
      RowCode code =
          value.isComputed() ? RowCode.of(plan.get().values(), plan.get().scan(), columns) : null;
      return new Compiled(value, code);
    } catch (BadQueryException e) {
      throw new SpecException(
          where, "'" + expression.strip() + "': " + columns.explained(e.getMessage()));
    } catch (Carrier.NoCarrierException e) {
      throw new SpecException(where, "'" + expression.strip() + "': " + e.getMessage());
    }
  }

  private record Compiled(RowValue value, RowCode code) implements RowExpression {
    @Override
    public FieldType type() {
      return value.type();
    }

    @Override
    public Evaluator start() {
      if (!value.isComputed()) {
        return row -> row.getValue(value.copied());
      }
      RowCode.Running running = code.start();
      return row -> value.of(running.apply(row));
    }
  }
}
