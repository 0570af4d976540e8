package io.beamhouse.sql;

import io.beamhouse.core.Evolving;
import io.beamhouse.core.error.Problems;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.rowwise.ApplyRowStep;
import io.beamhouse.core.rowwise.RowStep;
import io.beamhouse.sql.SqlPlanner.BadQueryException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.display.DisplayData;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionRowTuple;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.plan.RelOptTable;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.plan.RelOptUtil;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.rel.RelNode;

/**
 * Runs one SQL query over rows, by Beam SQL.
 *
 * <p>Input: each tag is a table; a single input is also the table {@code PCOLLECTION}. Bounded, or
 * unbounded as far as Beam SQL goes. Output: {@code output}, with the query's columns and names,
 * and the quarantine that was chosen. Columns that SQL only chooses keep their types, whatever SQL
 * calls them; docs/types.md has the rules. A query that looks at one row of one table at a time
 * runs without Beam SQL's own transforms, as one {@link RowStep}.
 *
 * <p>A row without an answer (a division by zero, a text that is no number) fails the pipeline, or
 * is quarantined whole {@link #withQuarantine if chosen}, which only a query over single rows can
 * do. A pure function of its inputs, so retries give the same; functions that are not, such as
 * CURRENT_TIMESTAMP, are a SpecException, as is whatever is wrong with the query.
 */
@Evolving
public final class SqlRows extends PTransform<PCollectionRowTuple, PCollectionRowTuple> {
  /** The table that a single input is. */
  public static final String PCOLLECTION = "PCOLLECTION";

  private final String query;
  private final String errorOutput;

  private SqlRows(String query, String errorOutput) {
    this.query = query;
    this.errorOutput = errorOutput;
  }

  /** Runs {@code query}. */
  public static SqlRows query(String query) {
    return new SqlRows(query, null);
  }

  /** Rows without an answer go to {@code output} instead of failing the pipeline. */
  public SqlRows withQuarantine(String output) {
    return new SqlRows(query, output);
  }

  @Override
  public PCollectionRowTuple expand(PCollectionRowTuple input) {
    Map<String, PCollection<Row>> tables = tables(input);
    Map<String, Columns> columns = new LinkedHashMap<>();
    Map<String, Schema> sql = new LinkedHashMap<>();
    Map<String, Schema> original = new LinkedHashMap<>();
    tables.forEach(
        (name, rows) -> {
          Columns of = Columns.of(rows.getSchema());
          columns.put(name, of);
          sql.put(name, of.sql());
          original.put(name, of.original());
        });
    refuseUnseen(columns);
    RelNode plan = plan(sql, columns);
    List<String> names = plan.getRowType().getFieldNames();
    Optional<RowPlan> single = RowPlan.of(plan);
    if (single.isPresent()) {
      List<String> table = single.get().scan().getTable().getQualifiedName();
      String name = table.get(table.size() - 1);
      PCollection<Row> rows = tables.get(name);
      return rows.apply(
          "Rows", ApplyRowStep.of(step(single.get(), names, columns.get(name), rows.getSchema())));
    }
    if (errorOutput != null) {
      throw new SpecException(
          "error_handling",
          "a query that joins, groups or sorts cannot hand out its failing rows whole; do what can"
              + " fail in MapToFields or Filter with error_handling before it");
    }
    return PCollectionRowTuple.of(
        RowStep.OUTPUT,
        BeamQuery.apply(query, read(plan, tables), sql, names, Origins.of(plan, original)));
  }

  /** The tables that {@code plan} reads; a single input has two names. */
  private static Map<String, PCollection<Row>> read(
      RelNode plan, Map<String, PCollection<Row>> tables) {
    Map<String, PCollection<Row>> read = new LinkedHashMap<>();
    for (RelOptTable table : RelOptUtil.findAllTables(plan)) {
      String name = table.getQualifiedName().get(table.getQualifiedName().size() - 1);
      read.put(name, tables.get(name));
    }
    return read;
  }

  private static Map<String, PCollection<Row>> tables(PCollectionRowTuple input) {
    Map<String, PCollection<Row>> tables = new LinkedHashMap<>(input.getAll());
    if (tables.size() == 1) {
      tables.put(PCOLLECTION, tables.values().iterator().next());
    }
    return tables;
  }

  private static void refuseUnseen(Map<String, Columns> columns) {
    Problems problems = new Problems();
    columns.forEach(
        (table, of) ->
            of.unseen()
                .forEach(
                    (name, why) ->
                        problems.add(
                            "query",
                            "column '"
                                + name
                                + "' of "
                                + table
                                + ": "
                                + why
                                + "; drop it with MapToFields before this step")));
    problems.throwIfAny();
  }

  private SqlStep step(RowPlan plan, List<String> names, Columns columns, Schema input) {
    try {
      return SqlStep.of(query, plan, names, columns, input, errorOutput);
    } catch (BadQueryException e) {
      throw new SpecException("query", e.getMessage());
    }
  }

  private RelNode plan(Map<String, Schema> sql, Map<String, Columns> columns) {
    try {
      return SqlPlanner.over(sql).plan(query, 0);
    } catch (BadQueryException e) {
      String problem = e.getMessage();
      for (Columns of : columns.values()) {
        String explained = of.explained(problem);
        if (explained.length() > problem.length()) {
          throw new SpecException("query", explained);
        }
      }
      throw new SpecException("query", problem + "; tables: " + String.join(", ", sql.keySet()));
    }
  }

  @Override
  public void populateDisplayData(DisplayData.Builder builder) {
    builder.add(DisplayData.item("query", query));
  }
}
