package io.beamhouse.io.files;

import java.util.Arrays;

/**
 * Short texts of a column that came before, so that a column of few values makes few strings.
 *
 * <p>Holds at most 512 texts of 32 bytes; gives up on a column whose texts do not come again. Used
 * by one thread.
 */
final class KnownTexts {
  private static final int SLOTS = 512;
  private static final int MAX_BYTES = 32;

  /** After so many look-ups a quarter of them must have found something. */
  private static final int TRIAL = 8192;

  private final String[] texts = new String[SLOTS];
  private final byte[][] keys = new byte[SLOTS][];
  private int asked;
  private int found;
  private boolean givenUp;

  /** Whether a text of so many bytes is looked up at all. */
  boolean fits(int bytes) {
    return bytes <= MAX_BYTES && !givenUp;
  }

  int slot(byte[] bytes, int start, int end) {
    int hash = 1;
    for (int i = start; i < end; i++) {
      hash = 31 * hash + bytes[i];
    }
    return (hash ^ hash >>> 9 ^ hash >>> 18) & (SLOTS - 1);
  }

  /** Returns null when the text is not known. */
  String get(int slot, byte[] bytes, int start, int end) {
    if (++asked == TRIAL) {
      givenUp = found < TRIAL / 4;
      asked = 0;
      found = 0;
    }
    byte[] key = keys[slot];
    if (key == null || !Arrays.equals(key, 0, key.length, bytes, start, end)) {
      return null;
    }
    found++;
    return texts[slot];
  }

  String put(int slot, byte[] bytes, int start, int end, String text) {
    keys[slot] = Arrays.copyOfRange(bytes, start, end);
    texts[slot] = text;
    return text;
  }
}
