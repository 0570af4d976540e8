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
   * @param turn the number of the run: where there is not one for each, the next ones get one each
   */
  static long[] of(long[] waiting, long bound, long turn) {
    long[] shares = waiting.clone();
    if (Arrays.stream(waiting).sum() <= bound) {
      return shares;
    }
    int count = waiting.length;
    if (bound < Arrays.stream(waiting).filter(one -> one > 0).count()) {
      return inTurn(waiting, bound, turn);
    }
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

  /** The first one moves on by the bound in each run, so that it comes past everybody. */
  private static long[] inTurn(long[] waiting, long bound, long turn) {
    int count = waiting.length;
    long[] shares = new long[count];
    long left = bound;
    long first = Math.floorMod(turn, (long) count) * bound;
    for (int i = 0; left > 0; i++) {
      int index = (int) ((first + i) % count);
      if (waiting[index] > 0) {
        shares[index] = 1;
        left--;
      }
    }
    return shares;
  }
}
