package io.beamhouse.quality;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamhouse.core.error.Problem;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.rowwise.RowPredicate;
import io.beamhouse.core.rowwise.RowPredicateFactory;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import org.apache.beam.sdk.values.Row;

/** A SQL boolean over the row; unknown passes, as null does in a CHECK of a database. */
record Sql(String expression) implements Condition {
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
    Optional<RowPredicateFactory> factory = factory();
    if (factory.isEmpty()) {
      schema.problem("sql", "needs beamhouse-sql on the class path; 'compare' needs nothing");
      return List.of();
    }
    try {
      RowPredicate predicate = factory.get().compile(expression, schema.schema());
      return List.of(new IsFalse(predicate, "'" + expression.strip() + "' does not hold"));
    } catch (SpecException e) {
      for (Problem problem : e.problems()) {
        schema.problem("sql", problem.what());
      }
      return List.of();
    }
  }

  private static Optional<RowPredicateFactory> factory() {
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    return ServiceLoader.load(
            RowPredicateFactory.class, context == null ? Sql.class.getClassLoader() : context)
        .findFirst();
  }

  private static final class IsFalse extends Check {
    private final RowPredicate predicate;

    IsFalse(RowPredicate predicate, String message) {
      super(null, message);
      this.predicate = predicate;
    }

    @Override
    boolean fails(Row row) {
      try {
        return Boolean.FALSE.equals(predicate.test(row));
      } catch (ArithmeticException | IllegalArgumentException | ClassCastException e) {
        // What has no answer for this row breaks the rule; the row is kept with it.
        return true;
      }
    }
  }
}
