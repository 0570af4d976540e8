package io.beamhouse.io.delta.merge;

import io.beamhouse.io.delta.log.TableSnapshot;
import java.io.Serializable;
import java.util.List;

/**
 * What the tasks of one merge share; stored in a file and read by each process once.
 *
 * @param table the version that the merge is worked out on
 * @param layout null when the merge is in the log already and there is nothing to do
 * @param refs the stored buckets in order, without empty ones
 * @param ranges where the keys of the changes lie
 * @param changesIn changes that came in, superseded ones too
 * @param parentsIn rows of parents that came in
 * @param parents the ordinals that are those of parents (serialised RoaringBitmap)
 */
record MergePlan(
    TableSnapshot table,
    MergeShape shape,
    TableLayout layout,
    List<BucketRef> refs,
    KeyRanges ranges,
    long changesIn,
    long parentsIn,
    byte[] parents,
    Target target)
    implements Serializable {

  /** Changes that were superseded by later ones of this merge. */
  long supersededInside() {
    long records = refs.stream().mapToLong(BucketRef::rows).sum();
    return changesIn - records + Bitmaps.of(parents).getLongCardinality();
  }

  /** Where files of this merge go that the table never sees. */
  String workDirectory() {
    return target.workDirectory();
  }

  ChangeStore openStore() {
    return new ChangeStore(refs, target.buckets());
  }

  MergePlan withTable(TableSnapshot newer) {
    return new MergePlan(newer, shape, layout, refs, ranges, changesIn, parentsIn, parents, target);
  }
}
