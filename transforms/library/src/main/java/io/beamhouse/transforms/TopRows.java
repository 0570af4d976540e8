package io.beamhouse.transforms;

import io.beamhouse.core.Evolving;
import io.beamhouse.core.error.Problems;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.coders.Coder.NonDeterministicException;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.RowCoder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Top;
import org.apache.beam.sdk.transforms.display.DisplayData;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Keeps the first rows of each group, in an order.
 *
 * <p>Input: rows, bounded, or unbounded in windows, which are looked at one by one. Output: at most
 * {@code n} rows of each group, with the input's schema and, if wished, their place among them from
 * 1; in no order. Null is a group of its own, and comes last in an order. Rows that the order does
 * not tell apart are ordered by all other columns from left to right, so the result is the same in
 * every run and on every runner.
 *
 * <p>Default: one group, no rank; {@code n} is 1 to 100,000. Memory: {@code n} rows of each group
 * that is being looked at, and rows are dropped before they are shuffled. SpecException for unknown
 * columns, an order over nested ones, and groups by floating or nested ones.
 */
@Evolving
public final class TopRows extends PTransform<PCollection<Row>, PCollection<Row>> {
  private static final int MOST = 100_000;

  private final int n;
  private final List<String> groupBy;
  private final List<String> orderBy;
  private final @Nullable String rank;

  private TopRows(int n, List<String> groupBy, List<String> orderBy, @Nullable String rank) {
    this.n = n;
    this.groupBy = List.copyOf(groupBy);
    this.orderBy = List.copyOf(orderBy);
    this.rank = rank;
  }

  /** Keeps {@code n} rows; give them an order. */
  public static TopRows of(int n) {
    Problems problems = new Problems();
    if (n < 1 || n > MOST) {
      problems.add("n", n + "; allowed: 1 to " + MOST);
    }
    problems.throwIfAny();
    return new TopRows(n, List.of(), List.of(), null);
  }

  /** Keeps them for each combination of values of {@code columns}. */
  public TopRows withGroupBy(String... columns) {
    return new TopRows(n, List.of(columns), orderBy, rank);
  }

  /**
   * What makes a row come first: {@code votes}, or {@code votes desc} for great values first; of
   * several the first one most.
   */
  public TopRows withOrderBy(String... columns) {
    return new TopRows(n, groupBy, List.of(columns), rank);
  }

  /** Adds the INT32 column {@code name}: 1 for the first row of a group, 2 for the second. */
  public TopRows withRank(String name) {
    return new TopRows(n, groupBy, orderBy, name);
  }

  static String unknown(String column, Schema schema) {
    return "no column '"
        + column
        + "'"
        + Problems.didYouMean(column, schema.getFieldNames())
        + "; columns: "
        + String.join(", ", schema.getFieldNames());
  }

  @Override
  public PCollection<Row> expand(PCollection<Row> rows) {
    Schema schema = rows.getSchema();
    Problems problems = new Problems();
    RowOrder order = RowOrder.of(orderBy, schema, problems);
    if (orderBy.isEmpty()) {
      problems.add("order_by", "needs one column at least");
    }
    Schema key = key(schema, problems);
    if (rank != null && schema.hasField(rank)) {
      problems.add("rank", "the rows have a column '" + rank + "' already");
    }
    problems.throwIfAny();
    Schema output = output(schema);
    return rows.apply("Key", ParDo.of(new KeyFn(key)))
        .setCoder(KvCoder.of(RowCoder.of(key), RowCoder.of(schema)))
        .apply("Top", Top.perKey(n, order))
        .apply("Rank", ParDo.of(new RankFn(output, rank != null)))
        .setRowSchema(output);
  }

  private Schema key(Schema schema, Problems problems) {
    Schema.Builder key = Schema.builder();
    for (String column : groupBy) {
      if (!schema.hasField(column)) {
        problems.add("group_by", unknown(column, schema));
        continue;
      }
      key.addField(schema.getField(column));
      try {
        RowCoder.of(Schema.of(schema.getField(column))).verifyDeterministic();
      } catch (NonDeterministicException e) {
        problems.add(
            "group_by",
            "'" + column + "' is floating or nested, so equal values may look different; round it");
      }
    }
    return key.build();
  }

  private Schema output(Schema schema) {
    return rank == null
        ? schema
        : Schema.builder().addFields(schema.getFields()).addField(rank, FieldType.INT32).build();
  }

  @Override
  public void populateDisplayData(DisplayData.Builder builder) {
    builder.add(DisplayData.item("n", n).withLabel("Rows of each group"));
    builder.add(DisplayData.item("groupBy", String.join(", ", groupBy)));
    builder.add(DisplayData.item("orderBy", String.join(", ", orderBy)));
  }

  private static final class KeyFn extends DoFn<Row, KV<Row, Row>> {
    private final Schema key;

    KeyFn(Schema key) {
      this.key = key;
    }

    @ProcessElement
    public void process(@Element Row row, OutputReceiver<KV<Row, Row>> out) {
      List<Object> values = new ArrayList<>(key.getFieldCount());
      for (String column : key.getFieldNames()) {
        values.add(row.getValue(column));
      }
      out.output(KV.of(Row.withSchema(key).attachValues(values), row));
    }
  }

  private static final class RankFn extends DoFn<KV<Row, List<Row>>, Row> {
    private final Schema output;
    private final boolean ranked;

    RankFn(Schema output, boolean ranked) {
      this.output = output;
      this.ranked = ranked;
    }

    @ProcessElement
    public void process(@Element KV<Row, List<Row>> group, OutputReceiver<Row> out) {
      int place = 1;
      for (Row row : group.getValue()) {
        if (!ranked) {
          out.output(row);
          continue;
        }
        List<Object> values = new ArrayList<>(row.getValues());
        values.add(place++);
        out.output(Row.withSchema(output).attachValues(values));
      }
    }
  }
}
