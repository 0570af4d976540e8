package io.beamhouse.core.rowwise;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.math.BigInteger;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TallyTest {
  private static final int PART_BYTES = 100_000;

  /** A step whose measure is one large number. */
  private static final class Numbers implements Gate {
    private final String step;

    Numbers(String step) {
      this.step = step;
    }

    @Override
    public void check(Tally tally) {}

    @Override
    public Map<String, MeasureSum> sums() {
      return Map.of(
          step,
          new MeasureSum() {
            private BigInteger sum = BigInteger.ZERO;

            @Override
            public void add(byte[] part) {
              sum = sum.add(new BigInteger(part));
            }

            @Override
            public byte[] sum() {
              return part(sum);
            }
          });
    }
  }

  private static byte[] part(BigInteger number) {
    byte[] digits = number.toByteArray();
    byte[] part = new byte[PART_BYTES];
    System.arraycopy(digits, 0, part, PART_BYTES - digits.length, digits.length);
    return part;
  }

  /** What one bundle sends. */
  private static Tally bundle(long number) {
    Tally tally = new Tally();
    tally.add("check", Tally.IN, 1);
    tally.add(Tally.measure("check", part(BigInteger.valueOf(number))));
    tally.add(Tally.measure("nobody's", new byte[PART_BYTES]));
    return tally;
  }

  private static byte[] written(Tally tally) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(tally);
    }
    return bytes.toByteArray();
  }

  @Test
  void aCommittersTallyDoesNotGrowWithTheNumberOfBundles() throws Exception {
    // 10,000 parts are 1 GB, more than the heap of a test.
    Tally tally = Tally.summing(Gate.OPEN.and(new Numbers("check")).and(Gate.OPEN));
    for (int i = 1; i <= 10_000; i++) {
      tally.add(bundle(i));
    }
    assertThat(tally.measures("check")).hasSize(1);
    assertThat(new BigInteger(tally.measures("check").get(0))).isEqualTo(50_005_000);
    assertThat(tally.counts()).isEqualTo(Map.of("check", Map.of(Tally.IN, 10_000L)));
    assertThat(written(tally)).hasSizeLessThan(PART_BYTES + 1000);
  }

  @Test
  void sumsOfSumsAreTheSame() throws Exception {
    Gate gate = new Numbers("check");
    Tally whole = Tally.summing(gate);
    for (int stage = 0; stage < 10; stage++) {
      Tally part = Tally.summing(gate);
      for (int i = 1; i <= 10; i++) {
        part.add(bundle(10L * stage + i));
      }
      ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(written(part)));
      whole.add((Tally) in.readObject());
    }
    assertThat(new BigInteger(whole.measures("check").get(0))).isEqualTo(5050);
    assertThat(whole.measures("nobody's")).isEmpty();
  }
}
