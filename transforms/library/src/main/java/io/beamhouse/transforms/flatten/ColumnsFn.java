package io.beamhouse.transforms.flatten;

import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.error.Problems;
import io.beamhouse.core.row.RowTypes;
import io.beamhouse.core.row.SchemaJson;
import java.util.Arrays;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.Field;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.Row;

/** Brings a stored table's columns into the plan's order. */
final class ColumnsFn extends DoFn<Row, Row> {
  private final String table;
  private final Schema target;
  private final int[] sources;

  private ColumnsFn(String table, Schema target, int[] sources) {
    this.table = table;
    this.target = target;
    this.sources = sources;
  }

  /** Throws SpecException when {@code stored} lacks a column or has it in another type. */
  static ColumnsFn of(TableLayout table, Schema stored) {
    Problems problems = new Problems();
    Schema target = table.schema();
    int[] sources = new int[target.getFieldCount()];
    for (int i = 0; i < sources.length; i++) {
      Field column = target.getField(i);
      if (!stored.hasField(column.getName())) {
        problems.add("input", "table " + table.name() + " has no column " + column.getName());
        continue;
      }
      sources[i] = stored.indexOf(column.getName());
      FieldType found = stored.getField(sources[i]).getType();
      if (!RowTypes.equal(found.withNullable(true), column.getType().withNullable(true))) {
        problems.add(
            "input",
            "column "
                + table.name()
                + "."
                + column.getName()
                + " is "
                + SchemaJson.typeName(found)
                + ", and "
                + SchemaJson.typeName(column.getType())
                + " in the plan");
      }
    }
    problems.throwIfAny();
    return new ColumnsFn(table.name(), target, sources);
  }

  @ProcessElement
  public void process(@Element Row row, OutputReceiver<Row> out) {
    Object[] values = new Object[sources.length];
    for (int i = 0; i < sources.length; i++) {
      values[i] = row.getValue(sources[i]);
      if (values[i] == null && !target.getField(i).getType().getNullable()) {
        throw new DataRefusedException(
            "UnflattenRows: column "
                + table
                + "."
                + target.getField(i).getName()
                + " is null, which the plan does not allow. Was the table written by FlattenRows?");
      }
    }
    out.output(Row.withSchema(target).attachValues(Arrays.asList(values)));
  }

  /** Keys a row by the root that it belongs to. */
  static final class ByRootFn extends DoFn<Row, KV<String, Row>> {
    private final int rowKey;

    ByRootFn(int rowKey) {
      this.rowKey = rowKey;
    }

    @ProcessElement
    public void process(@Element Row row, OutputReceiver<KV<String, Row>> out) {
      out.output(KV.of(row.getString(rowKey), row));
    }
  }
}
