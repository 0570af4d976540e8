package io.beamhouse.io.delta.merge;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.roaringbitmap.RoaringBitmap;

/** Sets of change ordinals as bytes. */
final class Bitmaps {
  private Bitmaps() {}

  static byte[] toBytes(RoaringBitmap set) {
    set.runOptimize();
    ByteBuffer buffer = ByteBuffer.allocate(set.serializedSizeInBytes());
    set.serialize(buffer);
    return buffer.array();
  }

  static RoaringBitmap of(byte[] bytes) {
    RoaringBitmap set = new RoaringBitmap();
    try {
      set.deserialize(ByteBuffer.wrap(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return set;
  }
}
