package io.beamhouse.io.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

/** A bound is used up, nobody gets more than there is, and nobody waits for ever. */
class FairShareTest {
  @Property(tries = 300)
  void aBoundIsUsedUpAndNobodyGetsMoreThanThereIs(
      @ForAll @Size(max = 12) List<@LongRange(max = 50) Long> there,
      @ForAll @LongRange(min = 1, max = 200) long bound,
      @ForAll @LongRange(max = 1000) long turn) {
    long[] waiting = longs(there);

    long[] shares = FairShare.of(waiting, bound, turn);

    assertThat(Arrays.stream(shares).sum())
        .isEqualTo(Math.min(bound, Arrays.stream(waiting).sum()));
    for (int i = 0; i < shares.length; i++) {
      assertThat(shares[i]).isBetween(0L, waiting[i]);
    }
  }

  @Property(tries = 300)
  void aPartitionWithLittleIsServedHoweverMuchTheOthersHave(
      @ForAll @Size(min = 1, max = 12) List<@LongRange(max = 3) Long> little,
      @ForAll @IntRange(min = 1, max = 5) int busy,
      @ForAll @IntRange(min = 1, max = 20) int bound) {
    int quiet = little.size();
    long[] waiting = Arrays.copyOf(longs(little), quiet + busy);
    Arrays.fill(waiting, quiet, waiting.length, 1_000_000);
    // As many runs as there are partitions serve each of them once.
    for (long run = 1; run <= 3L * waiting.length; run++) {
      long[] shares = FairShare.of(waiting, bound, run);
      for (int i = 0; i < quiet; i++) {
        waiting[i] -= shares[i];
      }
    }
    assertThat(Arrays.copyOf(waiting, quiet)).containsOnly(0L);
  }

  private static long[] longs(List<Long> values) {
    return values.stream().mapToLong(Long::longValue).toArray();
  }
}
