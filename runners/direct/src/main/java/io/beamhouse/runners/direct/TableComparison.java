package io.beamhouse.runners.direct;

import io.beamhouse.core.secret.SecretRef;
import io.beamhouse.io.delta.DeltaIO;
import io.beamhouse.io.jdbc.SqlConnection;
import io.beamhouse.io.jdbc.SqlIO;
import java.nio.file.Path;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.MetricQueryResults;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.metrics.MetricsFilter;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Sum;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.Row;

/**
 * Compares a table of the database with its Delta table, row by row and column by column.
 *
 * <p>A row counts +1 in the source and -1 in silver under its full text; what does not cancel out
 * differs. Runs on the direct runner, whose counters are exact.
 */
final class TableComparison {
  private TableComparison() {}

  record Result(long rows, long differences) {
    boolean equal() {
      return differences == 0;
    }
  }

  static Result of(DemoDatabase database, Path password, String table, Path silver) {
    SqlConnection connection =
        SqlConnection.to(database.url())
            .withUsername(database.username())
            .withPassword(SecretRef.parse("${file:" + password + "}"));
    Pipeline pipeline =
        Pipeline.create(PipelineOptionsFactory.fromArgs("--runner=DirectRunner").create());
    PCollection<Row> source = pipeline.apply("Source", SqlIO.read().from(connection).table(table));
    List<String> columns = source.getSchema().getFieldNames();
    PCollection<KV<String, Long>> left =
        source.apply("Source rows", ParDo.of(new CountFn(columns, 1)));
    PCollection<KV<String, Long>> right =
        pipeline
            .apply("Silver", DeltaIO.read().from(silver.toString()))
            .apply("Silver rows", ParDo.of(new CountFn(columns, -1)));
    PCollectionList.of(left)
        .and(right)
        .apply("Both", Flatten.pCollections())
        .apply("Cancel out", Sum.longsPerKey())
        .apply("Judge", ParDo.of(new JudgeFn()));
    PipelineResult result = pipeline.run();
    result.waitUntilFinish();
    return new Result(counted(result, "sourceRows"), counted(result, "differences"));
  }

  private static long counted(PipelineResult result, String name) {
    MetricQueryResults all = result.metrics().queryMetrics(MetricsFilter.builder().build());
    long sum = 0;
    for (var counter : all.getCounters()) {
      if (counter.getName().getName().equals(name)) {
        sum += counter.getCommitted();
      }
    }
    return sum;
  }

  private static final class CountFn extends DoFn<Row, KV<String, Long>> {
    private final List<String> columns;
    private final long weight;
    private final Counter sourceRows = Metrics.counter(TableComparison.class, "sourceRows");

    CountFn(List<String> columns, long weight) {
      this.columns = List.copyOf(columns);
      this.weight = weight;
    }

    @ProcessElement
    public void process(@Element Row row, OutputReceiver<KV<String, Long>> out) {
      StringBuilder text = new StringBuilder();
      for (String column : columns) {
        Object value = row.getValue(column);
        String shown = value == null ? "" : value.toString();
        text.append(value == null ? "-" : "+" + shown.length()).append(':').append(shown);
      }
      if (weight > 0) {
        sourceRows.inc();
      }
      out.output(KV.of(text.toString(), weight));
    }
  }

  private static final class JudgeFn extends DoFn<KV<String, Long>, Void> {
    private final Counter differences = Metrics.counter(TableComparison.class, "differences");

    @ProcessElement
    public void process(@Element KV<String, Long> row) {
      if (row.getValue() != 0) {
        differences.inc(Math.abs(row.getValue()));
      }
    }
  }
}
