package io.beamhouse.quality;

import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.CoderRegistry;
import org.apache.beam.sdk.coders.DelegateCoder;
import org.apache.beam.sdk.transforms.Combine.CombineFn;
import org.apache.beam.sdk.values.Row;

/** Measures rows, or adds up measures; the result is {@link DatasetAccumulator#toBytes}. */
abstract class MeasureFn<I> extends CombineFn<I, DatasetAccumulator, byte[]> {
  final DatasetCheck check;

  private MeasureFn(DatasetCheck check) {
    this.check = check;
  }

  static MeasureFn<Row> ofRows(DatasetCheck check) {
    return new OfRowsFn(check);
  }

  static MeasureFn<byte[]> ofParts(DatasetCheck check) {
    return new OfPartsFn(check);
  }

  @Override
  public DatasetAccumulator createAccumulator() {
    return check.newAccumulator();
  }

  @Override
  public DatasetAccumulator mergeAccumulators(Iterable<DatasetAccumulator> parts) {
    DatasetAccumulator whole = createAccumulator();
    parts.forEach(whole::merge);
    return whole;
  }

  @Override
  public byte[] extractOutput(DatasetAccumulator whole) {
    return whole.toBytes();
  }

  @Override
  public Coder<DatasetAccumulator> getAccumulatorCoder(CoderRegistry registry, Coder<I> input) {
    return DelegateCoder.of(ByteArrayCoder.of(), DatasetAccumulator::toBytes, check::fromBytes);
  }

  @Override
  public Coder<byte[]> getDefaultOutputCoder(CoderRegistry registry, Coder<I> input) {
    return ByteArrayCoder.of();
  }

  private static final class OfRowsFn extends MeasureFn<Row> {
    OfRowsFn(DatasetCheck check) {
      super(check);
    }

    @Override
    public DatasetAccumulator addInput(DatasetAccumulator whole, Row row) {
      return whole.add(row);
    }
  }

  private static final class OfPartsFn extends MeasureFn<byte[]> {
    OfPartsFn(DatasetCheck check) {
      super(check);
    }

    @Override
    public DatasetAccumulator addInput(DatasetAccumulator whole, byte[] part) {
      return whole.merge(check.fromBytes(part));
    }
  }
}
