package io.beamhouse.io.delta.merge;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** A growing byte array that is filled again and again; high byte first. Not thread-safe. */
final class Bytes {
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

  byte[] array;
  int size;

  Bytes(int capacity) {
    array = new byte[capacity];
  }

  static long getLong(byte[] from, int at) {
    return (long) LONG.get(from, at);
  }

  static int getInt(byte[] from, int at) {
    return (int) INT.get(from, at);
  }

  static void putLong(byte[] into, int at, long value) {
    LONG.set(into, at, value);
  }

  static void putInt(byte[] into, int at, int value) {
    INT.set(into, at, value);
  }

  Bytes clear() {
    size = 0;
    return this;
  }

  /** Appends {@code count} zero bytes and returns where they start. */
  int zeros(int count) {
    int at = reserve(count);
    Arrays.fill(array, at, at + count, (byte) 0);
    return at;
  }

  void add(int oneByte) {
    int at = reserve(1);
    array[at] = (byte) oneByte;
  }

  void addInt(int value) {
    int at = reserve(4);
    INT.set(array, at, value);
  }

  void addLong(long value) {
    int at = reserve(8);
    LONG.set(array, at, value);
  }

  void add(byte[] from) {
    add(from, 0, from.length);
  }

  void add(byte[] from, int at, int length) {
    int to = reserve(length);
    System.arraycopy(from, at, array, to, length);
  }

  byte[] toArray() {
    return Arrays.copyOf(array, size);
  }

  /** Makes room for {@code count} bytes, whose content is undefined, and returns their start. */
  private int reserve(int count) {
    int at = size;
    int needed = Math.addExact(at, count);
    if (needed > array.length) {
      array =
          Arrays.copyOf(
              array, (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(needed, 2L * needed)));
    }
    size = needed;
    return at;
  }
}
