package io.beamhouse.sql;

import io.beamhouse.core.rowwise.RowExpression.NoAnswerException;
import io.beamhouse.sql.SqlPlanner.BadQueryException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.transforms.SerializableFunction;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.DataContext;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.adapter.java.JavaTypeFactory;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.linq4j.QueryProvider;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.linq4j.function.Function1;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.plan.RelOptUtil;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.rel.core.TableScan;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.rex.RexBuilder;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.rex.RexExecutable;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.rex.RexExecutorImpl;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.rex.RexNode;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.schema.SchemaPlus;

/**
 * SQL expressions as Java source that Calcite generates; it is compiled where it runs, by the
 * compiler inside Calcite, so a worker plans nothing.
 *
 * @param source the body of the generated class
 * @param width how many columns the table has
 * @param used the columns that the expressions read: position in the table and in the row, and how
 *     the value gets in
 */
record RowCode(String source, int width, List<Used> used) implements Serializable {

  record Used(
      int column,
      int position,
      SerializableFunction<Object, Object> carried,
      SerializableFunction<Object, Object> in)
      implements Serializable {}

  static RowCode of(List<RexNode> expressions, TableScan scan, Columns columns)
      throws BadQueryException {
    RexBuilder builder = scan.getCluster().getRexBuilder();
    List<RexNode> folded = SqlFunctions.folded(expressions, builder);
    RexExecutable code;
    try {
      code = RexExecutorImpl.getExecutable(builder, folded, scan.getRowType());
    } catch (RuntimeException e) {
      throw new BadQueryException(
          "SQL cannot compute this; nested rows, for one, can be copied or taken by field, not"
              + " computed");
    }
    List<Used> used = new ArrayList<>();
    for (int column : RelOptUtil.InputFinder.bits(expressions, null)) {
      Carrier carrier = columns.carriers().get(column);
      used.add(
          new Used(
              column,
              columns.positions().get(column),
              carrier.in(),
              CalciteValues.in(carrier.sql())));
    }
    return new RowCode(code.getSource(), scan.getRowType().getFieldCount(), used);
  }

  Running start() {
    return new Running(this);
  }

  /** The compiled code; for one thread. */
  static final class Running {
    private final Used[] used;
    private final Object[] record;
    private final Function1<DataContext, Object[]> function;
    private final RecordContext context;

    private Running(RowCode code) {
      used = code.used.toArray(new Used[0]);
      record = new Object[code.width];
      function = new RexExecutable(code.source, "SQL").getFunction();
      context = new RecordContext(record);
    }

    /** Returns the values of the expressions for {@code row}, as generated code has them. */
    Object[] apply(Row row) throws NoAnswerException {
      try {
        for (Used one : used) {
          record[one.column] =
              Carrier.apply(one.in, Carrier.apply(one.carried, row.getValue(one.position)));
        }
        return function.apply(context);
      } catch (RuntimeException e) {
        // The code is a pure function, so whatever it throws is the row's fault.
        throw noAnswer(e);
      }
    }
  }

  static NoAnswerException noAnswer(RuntimeException e) {
    return new NoAnswerException(
        e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage(), e);
  }

  /** What generated code asks for its row. */
  private static final class RecordContext implements DataContext {
    private final Object[] record;

    RecordContext(Object[] record) {
      this.record = record;
    }

    @Override
    public Object get(String name) {
      if (name.equals("inputRecord")) {
        return record;
      }
      throw new IllegalStateException("generated code asks for " + name);
    }

    @Override
    public SchemaPlus getRootSchema() {
      return null;
    }

    @Override
    public JavaTypeFactory getTypeFactory() {
      return null;
    }

    @Override
    public QueryProvider getQueryProvider() {
      return null;
    }
  }
}
