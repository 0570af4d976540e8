package io.beamhouse.io.core.state;

import java.util.regex.Pattern;

/** What a key may look like; names that start with a dot belong to the stores themselves. */
final class StateKeys {
  private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]{0,200}");
  private static final int MAX_LENGTH = 900;

  private StateKeys() {}

  /** Returns {@code key}; throws IllegalArgumentException when it could leave the store. */
  static String checked(String key) {
    boolean good = key.length() <= MAX_LENGTH;
    for (String segment : key.split("/", -1)) {
      good &= SEGMENT.matcher(segment).matches();
    }
    if (!good) {
      throw new IllegalArgumentException(
          "not a state key: '"
              + key
              + "'; allowed are segments of [A-Za-z0-9._-] that do not start with a dot, joined by"
              + " '/'");
    }
    return key;
  }

  static String checkedPrefix(String prefix) {
    return prefix.isEmpty() ? prefix : checked(prefix);
  }

  static void checkSize(String key, byte[] content) {
    if (content.length > StateStore.MAX_BYTES) {
      throw new IllegalArgumentException(
          key
              + " has "
              + content.length
              + " bytes; a state store holds control data of at most "
              + StateStore.MAX_BYTES
              + " bytes per key");
    }
  }
}
