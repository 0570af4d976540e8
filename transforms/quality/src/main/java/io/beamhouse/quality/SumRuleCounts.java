package io.beamhouse.quality;

import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.RowCoder;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Sum;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;

/** Sums the counts of bundles by rule. */
final class SumRuleCounts extends PTransform<PCollection<Row>, PCollection<Row>> {
  private static final Schema RULE =
      Schema.builder()
          .addStringField("rule")
          .addStringField("fingerprint")
          .addStringField("action")
          .build();

  @Override
  public PCollection<Row> expand(PCollection<Row> counts) {
    return counts
        .apply("ByRule", ParDo.of(new ByRuleFn()))
        .setCoder(KvCoder.of(RowCoder.of(RULE), VarLongCoder.of()))
        .apply("Sum", Sum.longsPerKey())
        .apply("Rows", ParDo.of(new RowFn()))
        .setCoder(RowCoder.of(RowChecks.COUNTS))
        .setRowSchema(RowChecks.COUNTS);
  }

  private static final class ByRuleFn extends DoFn<Row, KV<Row, Long>> {
    @ProcessElement
    public void process(@Element Row row, OutputReceiver<KV<Row, Long>> out) {
      Row rule =
          Row.withSchema(RULE)
              .addValues(
                  row.getString("rule"), row.getString("fingerprint"), row.getString("action"))
              .build();
      out.output(KV.of(rule, row.getInt64("failed")));
    }
  }

  private static final class RowFn extends DoFn<KV<Row, Long>, Row> {
    @ProcessElement
    public void process(@Element KV<Row, Long> counted, OutputReceiver<Row> out) {
      out.output(
          Row.withSchema(RowChecks.COUNTS)
              .addValues(counted.getKey().getValues())
              .addValue(counted.getValue())
              .build());
    }
  }
}
