package io.beamhouse.io.delta.merge;

import io.beamhouse.io.delta.log.DataFile;
import io.beamhouse.io.delta.log.NewFile;
import java.io.Serializable;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.roaringbitmap.RoaringBitmap;

/**
 * What the changes did to one data file that holds keys of them.
 *
 * @param rewritten whether {@code file} is to be removed
 * @param replacement takes its place; null when no row is left or nothing is rewritten
 * @param matched the ordinals of the changes whose key is in the file (serialised RoaringBitmap)
 * @param moved those of them that belong to another partition and are to be written there
 * @param outdated the ordinals of changes, and of parents, that have a newer row in the file; only
 *     in a merge per parent
 * @param arrivals holds rows that combine with a change of another partition, in that partition
 * @param repeated how many of them are in the file more than once
 */
record FileOutcome(
    DataFile file,
    boolean rewritten,
    @Nullable NewFile replacement,
    byte[] matched,
    byte[] moved,
    byte[] outdated,
    List<NewFile> arrivals,
    long repeated,
    MergeCounts counts)
    implements Serializable {
  /** The ordinals of all that this file says something about. */
  RoaringBitmap touched() {
    return RoaringBitmap.or(Bitmaps.of(matched), Bitmaps.of(outdated));
  }
}
