package io.beamhouse.sql;

import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.row.Quarantined;
import io.beamhouse.core.row.RowTypes;
import io.beamhouse.core.rowwise.RowExpression.NoAnswerException;
import io.beamhouse.core.rowwise.RowStep;
import io.beamhouse.sql.SqlPlanner.BadQueryException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.Field;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.rex.RexNode;

/** A query that looks at one row at a time: SELECT and WHERE over one table. */
final class SqlStep implements RowStep {
  private final String query;
  private final String errorOutput;
  private final Schema input;
  private final Code code;

  /**
   * What runs.
   *
   * @param condition null when every row is taken
   * @param values null when every value is copied
   */
  private record Code(RowCode condition, RowCode values, List<RowValue> columns, Schema output)
      implements Serializable {}

  private SqlStep(String query, String errorOutput, Schema input, Code code) {
    this.query = query;
    this.errorOutput = errorOutput;
    this.input = input;
    this.code = code;
  }

  /**
   * Returns a step of {@code plan}.
   *
   * @param errorOutput tag of the rows without an answer; null when they fail the run
   */
  static SqlStep of(
      String query,
      RowPlan plan,
      List<String> names,
      Columns columns,
      Schema input,
      String errorOutput)
      throws BadQueryException {
    List<RexNode> computed = new ArrayList<>();
    List<RowValue> values = new ArrayList<>();
    Schema.Builder output = Schema.builder();
    for (int i = 0; i < names.size(); i++) {
      RexNode expression = plan.values().get(i);
      try {
        RowValue value = RowValue.of(expression, columns, computed.size());
        if (value.isComputed()) {
          computed.add(expression);
        }
        values.add(value);
        output.addField(Field.of(names.get(i), value.type()));
      } catch (Carrier.NoCarrierException e) {
        throw new SpecException("query", names.get(i) + ": " + e.getMessage());
      }
    }
    RowCode condition =
        plan.condition().isEmpty()
            ? null
            : RowCode.of(List.of(plan.condition().get()), plan.scan(), columns);
    RowCode code = computed.isEmpty() ? null : RowCode.of(computed, plan.scan(), columns);
    return new SqlStep(
        query, errorOutput, input, new Code(condition, code, values, output.build()));
  }

  @Override
  public LinkedHashMap<String, Schema> outputs(Schema rows) {
    if (!RowTypes.equal(rows, input)) {
      throw new IllegalArgumentException("planned for rows of another schema");
    }
    LinkedHashMap<String, Schema> outputs = new LinkedHashMap<>();
    outputs.put(OUTPUT, code.output);
    if (errorOutput != null) {
      outputs.put(errorOutput, Quarantined.schema(FieldType.row(input)));
    }
    return outputs;
  }

  @Override
  public Processor start(Schema rows) {
    RowCode.Running condition = code.condition == null ? null : code.condition.start();
    RowCode.Running values = code.values == null ? null : code.values.start();
    RowValue[] columns = code.columns.toArray(new RowValue[0]);
    Schema quarantine = Quarantined.schema(FieldType.row(input));
    return (row, out) -> {
      try {
        if (condition == null || Boolean.TRUE.equals(condition.apply(row)[0])) {
          out.emit(0, result(row, values, columns));
        }
      } catch (NoAnswerException e) {
        if (errorOutput == null) {
          // The message may hold values of the row.
          throw new DataRefusedException(
              "Sql: a row has no answer ("
                  + e.getCause().getClass().getSimpleName()
                  + "). Give error_handling to set such rows aside. Query: "
                  + query);
        }
        out.emit(1, Quarantined.row(quarantine, row, e.getMessage(), "query", "Sql", source(row)));
      }
    };
  }

  private Row result(Row row, RowCode.Running values, RowValue[] columns) throws NoAnswerException {
    Object[] computed = values == null ? null : values.apply(row);
    List<Object> result = new ArrayList<>(columns.length);
    for (RowValue column : columns) {
      result.add(column.isComputed() ? column.of(computed) : row.getValue(column.copied()));
    }
    return Row.withSchema(code.output).attachValues(result);
  }

  private static String source(Row row) {
    Object source = row.getSchema().hasField("_source") ? row.getValue("_source") : null;
    return source instanceof String position ? position : null;
  }
}
