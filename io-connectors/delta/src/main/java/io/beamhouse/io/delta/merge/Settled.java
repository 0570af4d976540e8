package io.beamhouse.io.delta.merge;

import java.util.List;
import org.roaringbitmap.RoaringBitmap;

/**
 * Which changes the table's files have settled.
 *
 * @param settled ordinals of changes whose key is in the table, but for moved ones
 * @param moved ordinals of changes whose row was dropped because it belongs to another partition
 */
record Settled(RoaringBitmap settled, RoaringBitmap moved) {
  static Settled of(List<FileOutcome> files) {
    RoaringBitmap matched = new RoaringBitmap();
    RoaringBitmap moved = new RoaringBitmap();
    for (FileOutcome file : files) {
      matched.or(Bitmaps.of(file.matched()));
      moved.or(Bitmaps.of(file.moved()));
    }
    matched.andNot(moved);
    return new Settled(matched, moved);
  }
}
