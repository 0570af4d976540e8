package io.beamhouse.transforms.flatten;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.beam.vendor.guava.v32_1_2_jre.com.google.common.hash.Hashing;
import org.junit.jupiter.api.Test;

class KeyHashTest {
  @Property(tries = 500)
  void theHashIsGuavasMurmur3(@ForAll @IntRange(min = 0, max = 70) int length, @ForAll long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    ByteBuffer expected =
        ByteBuffer.wrap(Hashing.murmur3_128().hashBytes(bytes).asBytes())
            .order(ByteOrder.LITTLE_ENDIAN);

    Murmur3 murmur = new Murmur3();
    murmur.hash(bytes, length);

    assertThat(murmur.high()).isEqualTo(expected.getLong());
    assertThat(murmur.low()).isEqualTo(expected.getLong());
  }

  private static String key(Object... values) {
    KeyHash hash = new KeyHash().start();
    for (Object value : values) {
      hash.value(value);
    }
    hash.finish();
    return KeyHash.hex(hash.high(), hash.low());
  }

  @Test
  void aNumberHasOneKeyInEveryExactType() {
    assertThat(key(42L))
        .isEqualTo(key(42))
        .isEqualTo(key((short) 42))
        .isEqualTo(key((byte) 42))
        .isEqualTo(key(new BigDecimal("42.00")))
        .isEqualTo(key(new BigDecimal("4.2E+1")))
        .isNotEqualTo(key(42.0))
        .isNotEqualTo(key("42"));
    assertThat(key(new BigDecimal("1.50"))).isEqualTo(key(new BigDecimal("1.5")));
    assertThat(key(new BigDecimal("0E+5"))).isEqualTo(key(0));
    assertThat(key(new BigDecimal("1E+999999999"))).isNotEqualTo(key(1));
    assertThat(key(Instant.ofEpochMilli(1001)))
        .isEqualTo(key(org.joda.time.Instant.ofEpochMilli(1001)));
  }

  @Test
  void valuesBesideEachOtherDoNotRunTogether() {
    assertThat(key("ab", "c")).isNotEqualTo(key("a", "bc"));
    assertThat(key("", "a")).isNotEqualTo(key("a", ""));
    assertThat(key(1, 2)).isNotEqualTo(key(2, 1));
    assertThat(key((Object) null)).isNotEqualTo(key(""));
  }
}
