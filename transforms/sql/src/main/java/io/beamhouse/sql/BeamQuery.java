package io.beamhouse.sql;

import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.sql.Carrier.RowCarrier;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.RowCoder;
import org.apache.beam.sdk.extensions.sql.impl.BeamSqlEnv;
import org.apache.beam.sdk.extensions.sql.impl.rel.BeamRelNode;
import org.apache.beam.sdk.extensions.sql.impl.rel.BeamSqlRelUtils;
import org.apache.beam.sdk.extensions.sql.impl.schema.BeamPCollectionTable;
import org.apache.beam.sdk.extensions.sql.meta.BeamSqlTable;
import org.apache.beam.sdk.extensions.sql.meta.provider.ReadOnlyTableProvider;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.Field;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.vendor.calcite.v1_28_0.org.apache.calcite.jdbc.CalciteSchema;

/** A query over whole tables, by Beam SQL's own transforms. */
final class BeamQuery {
  private BeamQuery() {}

  /**
   * Returns the query's result.
   *
   * @param tables those that the query reads
   * @param sql the tables' columns as Beam SQL sees them
   * @param names of the result's columns; Beam SQL loses some
   * @param origins our types of the result's columns; null where SQL computes them
   */
  static PCollection<Row> apply(
      String query,
      Map<String, PCollection<Row>> tables,
      Map<String, Schema> sql,
      List<String> names,
      List<FieldType> origins) {
    Map<String, BeamSqlTable> beamTables = new LinkedHashMap<>();
    tables.forEach(
        (name, rows) ->
            beamTables.put(name, new BeamPCollectionTable<>(in(name, rows, sql.get(name)))));
    Pipeline pipeline = tables.values().iterator().next().getPipeline();
    BeamSqlEnv env =
        BeamSqlEnv.builder(new ReadOnlyTableProvider("beam", beamTables))
            .setPipelineOptions(pipeline.getOptions())
            .build();
    CalciteSchema root = env.getContext().getMutableRootSchema();
    SqlFunctions.addTo(root.plus().getSubSchema("beam"));
    try {
      return out(BeamSqlRelUtils.toPCollection(pipeline, plan(env, query)), names, origins);
    } catch (UnsupportedOperationException e) {
      throw new SpecException("query", "Beam SQL cannot run this: " + cause(e));
    } catch (Carrier.NoCarrierException e) {
      throw new SpecException("query", e.getMessage());
    }
  }

  private static BeamRelNode plan(BeamSqlEnv env, String query) {
    try {
      return env.parseQuery(query);
    } catch (RuntimeException e) {
      // The query is right, so whatever stops the planner is a limit of its.
      throw new SpecException("query", "Beam SQL cannot run this: " + cause(e));
    }
  }

  private static String cause(Throwable e) {
    Throwable cause = e;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage()).lines().findFirst().orElse("");
  }

  private static PCollection<Row> in(String name, PCollection<Row> rows, Schema sql) {
    try {
      return converted(rows, "To SQL " + name, RowCarrier.of(rows.getSchema()), sql, true);
    } catch (Carrier.NoCarrierException e) {
      throw new IllegalStateException(e);
    }
  }

  private static PCollection<Row> out(
      PCollection<Row> rows, List<String> names, List<FieldType> origins)
      throws Carrier.NoCarrierException {
    Schema.Builder builder = Schema.builder();
    for (int i = 0; i < names.size(); i++) {
      FieldType sql = rows.getSchema().getField(i).getType();
      FieldType type = origins.get(i) == null ? sql : origins.get(i);
      builder.addField(Field.of(names.get(i), type.withNullable(sql.getNullable())));
    }
    Schema schema = builder.build();
    return converted(rows, "From SQL", RowCarrier.of(schema), schema, false);
  }

  private static PCollection<Row> converted(
      PCollection<Row> rows, String step, RowCarrier carrier, Schema to, boolean in) {
    if (rows.getSchema().equals(to)) {
      return rows;
    }
    return rows.apply(step, ParDo.of(new ConvertFn(carrier, in)))
        .setCoder(RowCoder.of(to))
        .setRowSchema(to);
  }

  private static final class ConvertFn extends DoFn<Row, Row> {
    private final RowCarrier carrier;
    private final boolean in;

    ConvertFn(RowCarrier carrier, boolean in) {
      this.carrier = carrier;
      this.in = in;
    }

    @ProcessElement
    public void process(@Element Row row, OutputReceiver<Row> out) {
      Row converted;
      try {
        converted = in ? carrier.in(row) : carrier.out(row);
      } catch (ArithmeticException e) {
        throw new DataRefusedException("Sql: " + e.getMessage(), e);
      }
      out.output(converted);
    }
  }
}
