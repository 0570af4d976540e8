package io.beamhouse.quality;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;

/**
 * The exact sum of doubles: each is a whole number times 2^-1074, and these are added in digits of
 * 32 bits whose carry waits.
 */
final class DoubleTotal {
  private static final int LOWEST_EXPONENT = 1074;
  private static final int MANTISSA_BITS = 52;
  private static final long MANTISSA = (1L << MANTISSA_BITS) - 1;
  private static final long DIGIT = 0xffffffffL;
  private static final int DIGITS = 68;

  /** A digit of so many additions still fits into a long. */
  private static final int MOST_WAITING = 1 << 29;

  private static final BigDecimal UNIT = new BigDecimal(BigInteger.TWO.pow(LOWEST_EXPONENT));

  private final long[] digits = new long[DIGITS];
  private int waiting;
  private BigInteger carried = BigInteger.ZERO;

  /** The sum of what is no finite number: 0, an infinity or NaN. */
  private double notFinite;

  void add(double value) {
    if (!Double.isFinite(value)) {
      notFinite += value;
      return;
    }
    long bits = Double.doubleToRawLongBits(value);
    int exponent = (int) ((bits >>> MANTISSA_BITS) & 0x7ff);
    long mantissa = bits & MANTISSA;
    if (exponent > 0) {
      mantissa |= 1L << MANTISSA_BITS;
      exponent--;
    }
    int at = exponent >>> 5;
    int shift = exponent & 31;
    // The mantissa's 53 bits, moved by up to 31, reach into three digits.
    long low = (mantissa & DIGIT) << shift;
    long high = (mantissa >>> 32) << shift;
    long sign = bits < 0 ? -1 : 1;
    digits[at] += sign * (low & DIGIT);
    digits[at + 1] += sign * ((low >>> 32) + (high & DIGIT));
    digits[at + 2] += sign * (high >>> 32);
    if (++waiting == MOST_WAITING) {
      carry();
    }
  }

  private void carry() {
    if (waiting == 0) {
      return;
    }
    BigInteger sum = BigInteger.ZERO;
    for (int i = DIGITS - 1; i >= 0; i--) {
      sum = sum.shiftLeft(32).add(BigInteger.valueOf(digits[i]));
      digits[i] = 0;
    }
    carried = carried.add(sum);
    waiting = 0;
  }

  void merge(DoubleTotal other) {
    other.carry();
    carried = carried.add(other.carried);
    notFinite += other.notFinite;
  }

  boolean isFinite() {
    return notFinite == 0;
  }

  double notFinite() {
    return notFinite;
  }

  BigDecimal exact() {
    carry();
    // A power of two in the denominator: the decimal expansion ends.
    return carried.signum() == 0 ? BigDecimal.ZERO : new BigDecimal(carried).divide(UNIT);
  }

  void write(DataOutput out) throws IOException {
    carry();
    byte[] bytes = carried.toByteArray();
    out.writeInt(bytes.length);
    out.write(bytes);
    out.writeDouble(notFinite);
  }

  static DoubleTotal read(DataInput in) throws IOException {
    DoubleTotal total = new DoubleTotal();
    byte[] bytes = new byte[in.readInt()];
    in.readFully(bytes);
    total.carried = new BigInteger(bytes);
    total.notFinite = in.readDouble();
    return total;
  }
}
