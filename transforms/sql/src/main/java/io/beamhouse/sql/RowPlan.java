package io.beamhouse.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.rel.RelNode;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.rel.core.Filter;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.rel.core.Project;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.rel.core.TableScan;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.rex.RexBuilder;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.rex.RexInputRef;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.rex.RexNode;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.rex.RexOver;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.rex.RexShuttle;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.sql.fun.SqlStdOperatorTable;

/**
 * A plan that looks at one row of one table at a time.
 *
 * @param scan the table
 * @param condition over the table's columns; empty when every row is taken
 * @param values over the table's columns, one for each column of the result
 */
record RowPlan(TableScan scan, Optional<RexNode> condition, List<RexNode> values) {

  /** Returns {@code plan} so, or empty when it joins, groups, sorts, limits, or looks around. */
  static Optional<RowPlan> of(RelNode plan) {
    if (plan instanceof TableScan scan) {
      List<RexNode> columns = new ArrayList<>();
      RexBuilder builder = plan.getCluster().getRexBuilder();
      for (int i = 0; i < plan.getRowType().getFieldCount(); i++) {
        columns.add(builder.makeInputRef(plan, i));
      }
      return Optional.of(new RowPlan(scan, Optional.empty(), columns));
    } else if (plan instanceof Project project
        && !RexOver.containsOver(project.getProjects(), null)) {
      return of(project.getInput())
          .map(
              below -> new RowPlan(below.scan, below.condition, below.over(project.getProjects())));
    } else if (plan instanceof Filter filter && !RexOver.containsOver(filter.getCondition())) {
      return of(filter.getInput()).map(below -> below.with(filter));
    }
    return Optional.empty();
  }

  private RowPlan with(Filter filter) {
    RexNode own = over(List.of(filter.getCondition())).get(0);
    RexBuilder builder = filter.getCluster().getRexBuilder();
    return new RowPlan(
        scan,
        Optional.of(
            condition.map(c -> builder.makeCall(SqlStdOperatorTable.AND, c, own)).orElse(own)),
        values);
  }

  /** Returns expressions over this plan's result as expressions over its table. */
  private List<RexNode> over(List<RexNode> expressions) {
    RexShuttle shuttle =
        new RexShuttle() {
          @Override
          public RexNode visitInputRef(RexInputRef ref) {
            return values.get(ref.getIndex());
          }
        };
    return shuttle.apply(expressions);
  }
}
