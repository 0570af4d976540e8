package io.beamhouse.quality;

import io.beamhouse.quality.Metric.Kind;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Sum;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.Row;

/**
 * Counts duplicate and missing keys exactly: 17 bytes of each key are shuffled, combined before.
 *
 * <p>Output: measures as bytes, one element for each metric that has such keys.
 */
final class CountKeys extends PTransform<PCollection<Row>, PCollection<byte[]>> {
  private final DatasetCheck check;
  private final transient Map<String, PCollection<Row>> tables;

  CountKeys(DatasetCheck check, Map<String, PCollection<Row>> tables) {
    this.check = check;
    this.tables = tables;
  }

  static boolean counts(Metric metric) {
    return metric.kind() == Kind.UNIQUE || metric.kind() == Kind.EXISTS_IN;
  }

  @Override
  public PCollection<byte[]> expand(PCollection<Row> rows) {
    PCollectionList<KV<byte[], Long>> seen = PCollectionList.empty(rows.getPipeline());
    List<Metric> metrics = check.metrics();
    for (int i = 0; i < metrics.size(); i++) {
      Metric metric = metrics.get(i);
      if (counts(metric)) {
        seen = seen.and(seen(rows, i, metric.columns(), Tally.HERE, "Keys " + i));
      }
      if (metric.kind() == Kind.EXISTS_IN) {
        PCollection<Row> table = tables.get(metric.table());
        seen = seen.and(seen(table, i, metric.keys(), Tally.THERE, "Table " + i));
      }
    }
    return seen.apply("All", Flatten.pCollections())
        .apply("Tally", Combine.perKey(new TallyFn()))
        .apply("Bad", ParDo.of(new BadFn(metrics.stream().map(Metric::kind).toList())))
        .setCoder(KvCoder.of(VarIntCoder.of(), VarLongCoder.of()))
        .apply("Sum", Sum.longsPerKey())
        .apply("Measures", ParDo.of(new PartFn(check)))
        .setCoder(ByteArrayCoder.of());
  }

  private static PCollection<KV<byte[], Long>> seen(
      PCollection<Row> rows, int metric, List<String> columns, long what, String name) {
    return rows.apply(name, ParDo.of(new SeenFn(rows.getSchema(), metric, columns, what)))
        .setCoder(KvCoder.of(ByteArrayCoder.of(), VarLongCoder.of()));
  }

  /** Rows of a key times two, and in the lowest bit whether the table has it. */
  private static final class Tally {
    static final long HERE = 2;
    static final long THERE = 1;

    private Tally() {}
  }

  private static final class SeenFn extends DoFn<Row, KV<byte[], Long>> {
    private final Schema schema;
    private final int metric;
    private final List<String> columns;
    private final long what;
    private transient KeyEncoder encoder;

    SeenFn(Schema schema, int metric, List<String> columns, long what) {
      this.schema = schema;
      this.metric = metric;
      this.columns = List.copyOf(columns);
      this.what = what;
    }

    @Setup
    public void setup() {
      encoder = KeyEncoder.of(schema, columns);
    }

    @ProcessElement
    public void process(@Element Row row, OutputReceiver<KV<byte[], Long>> out) {
      byte[] hash = encoder.hash128(row);
      if (hash != null) {
        out.output(KV.of(HashSetFn.entry(metric, hash), what));
      }
    }
  }

  private static final class TallyFn extends Combine.BinaryCombineLongFn {
    @Override
    public long apply(long left, long right) {
      return ((left >> 1) + (right >> 1) << 1) | ((left | right) & Tally.THERE);
    }

    @Override
    public long identity() {
      return 0;
    }
  }

  private static final class BadFn extends DoFn<KV<byte[], Long>, KV<Integer, Long>> {
    private final List<Kind> kinds;

    BadFn(List<Kind> kinds) {
      this.kinds = List.copyOf(kinds);
    }

    @ProcessElement
    public void process(@Element KV<byte[], Long> key, OutputReceiver<KV<Integer, Long>> out) {
      int metric = key.getKey()[0];
      long rows = key.getValue() >> 1;
      boolean there = (key.getValue() & Tally.THERE) != 0;
      long bad = kinds.get(metric) == Kind.UNIQUE ? rows - 1 : there ? 0 : rows;
      if (bad > 0) {
        out.output(KV.of(metric, bad));
      }
    }
  }

  private static final class PartFn extends DoFn<KV<Integer, Long>, byte[]> {
    private final DatasetCheck check;

    PartFn(DatasetCheck check) {
      this.check = check;
    }

    @ProcessElement
    public void process(@Element KV<Integer, Long> bad, OutputReceiver<byte[]> out) {
      out.output(check.ofKeys(bad.getKey(), bad.getValue()).toBytes());
    }
  }
}
