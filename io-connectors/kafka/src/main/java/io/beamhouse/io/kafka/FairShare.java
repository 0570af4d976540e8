package io.beamhouse.io.kafka;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Shares a bound among partitions: small ones whole, the others equal parts. */
final class FairShare {
  private FairShare() {}

  /**
   * Returns how much each of {@code waiting} gets of {@code bound}.
   *
   * @param turn who comes first when there is not one for each; another one in every run
   */
  static long[] of(long[] waiting, long bound, long turn) {
    long[] shares = waiting.clone();
    if (Arrays.stream(waiting).sum() <= bound) {
      return shares;
    }
    int count = waiting.length;
    int[] order =
        IntStream.range(0, count)
            .boxed()
            .sorted(
                Comparator.comparingLong((Integer i) -> waiting[i])
                    // Later ones get what does not divide.
                    .thenComparing(i -> -Math.floorMod(i - turn, count)))
            .mapToInt(Integer::intValue)
            .toArray();
    long left = bound;
    for (int i = 0; i < count; i++) {
      int index = order[i];
      shares[index] = Math.min(waiting[index], left / (count - i));
      left -= shares[index];
    }
    return shares;
  }
}
