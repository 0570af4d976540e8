package io.beamhouse.io.kafka;

import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;

/** Reads ranges of offsets; see {@link KafkaRead}. */
final class ReadRanges extends PTransform<PBegin, PCollection<Row>> {
  private final RangesSource source;

  ReadRanges(RangesSource source) {
    this.source = source;
  }

  @Override
  public PCollection<Row> expand(PBegin input) {
    return input.apply("Records", Read.from(source)).setRowSchema(RecordRows.SCHEMA);
  }
}
