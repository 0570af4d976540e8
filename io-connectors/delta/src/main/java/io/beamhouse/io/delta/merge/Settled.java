package io.beamhouse.io.delta.merge;

import java.util.List;
import org.roaringbitmap.RoaringBitmap;

/**
 * Which changes the table's files have settled.
 *
 * @param settled ordinals of changes whose key is in the table, but for moved ones
 * @param moved ordinals of changes whose row was dropped because it belongs to another partition
 * @param outdated ordinals of changes and parents that a newer row stands against; only in a merge
 *     per parent
 */
record Settled(RoaringBitmap settled, RoaringBitmap moved, RoaringBitmap outdated) {
  static Settled of(List<FileOutcome> files) {
    RoaringBitmap matched = new RoaringBitmap();
    RoaringBitmap moved = new RoaringBitmap();
    RoaringBitmap outdated = new RoaringBitmap();
    for (FileOutcome file : files) {
      matched.or(Bitmaps.of(file.matched()));
      moved.or(Bitmaps.of(file.moved()));
      outdated.or(Bitmaps.of(file.outdated()));
    }
    matched.andNot(moved);
    return new Settled(matched, moved, outdated);
  }
}
