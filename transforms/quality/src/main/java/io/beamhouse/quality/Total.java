package io.beamhouse.quality;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.time.Instant;
import org.apache.beam.sdk.values.Row;

/** The exact sum of a numeric column, whatever the order, and the mean. */
final class Total extends Measure<Total> {
  private final int index;
  private final ColumnKind kind;
  private final boolean mean;
  private long values;
  private long whole;
  private BigDecimal decimal = BigDecimal.ZERO;
  private DoubleTotal doubles = new DoubleTotal();

  Total(int index, ColumnKind kind, boolean mean) {
    this.index = index;
    this.kind = kind;
    this.mean = mean;
  }

  @Override
  void add(Row row) {
    Object value = row.getValue(index);
    if (value == null) {
      return;
    }
    values++;
    switch (kind) {
      case WHOLE -> addWhole(((Number) value).longValue());
      case DECIMAL -> decimal = decimal.add((BigDecimal) value);
      default -> doubles.add(((Number) value).doubleValue());
    }
  }

  private void addWhole(long value) {
    long sum = whole + value;
    if (((whole ^ sum) & (value ^ sum)) < 0) {
      decimal = decimal.add(BigDecimal.valueOf(whole));
      sum = value;
    }
    whole = sum;
  }

  @Override
  void merge(Total other) {
    values += other.values;
    addWhole(other.whole);
    decimal = decimal.add(other.decimal);
    doubles.merge(other.doubles);
  }

  @Override
  void write(DataOutput out) throws IOException {
    out.writeLong(values);
    BigDecimal exact = decimal.add(BigDecimal.valueOf(whole));
    byte[] unscaled = exact.unscaledValue().toByteArray();
    out.writeInt(exact.scale());
    out.writeInt(unscaled.length);
    out.write(unscaled);
    doubles.write(out);
  }

  @Override
  void read(DataInput in) throws IOException {
    values = in.readLong();
    whole = 0;
    int scale = in.readInt();
    byte[] unscaled = new byte[in.readInt()];
    in.readFully(unscaled);
    decimal = new BigDecimal(new BigInteger(unscaled), scale);
    doubles = DoubleTotal.read(in);
  }

  @Override
  Double value(Instant now) {
    if (values == 0) {
      return mean ? null : 0.0;
    }
    if (!doubles.isFinite()) {
      return doubles.notFinite();
    }
    BigDecimal sum = decimal.add(BigDecimal.valueOf(whole)).add(doubles.exact());
    return (mean ? sum.divide(BigDecimal.valueOf(values), MathContext.DECIMAL128) : sum)
        .doubleValue();
  }
}
