package io.beamhouse.io.delta.merge;

import io.beamhouse.io.delta.log.TableSnapshot;
import java.io.Serializable;
import java.util.List;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/**
 * What the tasks of one merge share; stored in a file and read by each process once.
 *
 * @param table the version that the merge is worked out on
 * @param buckets number of buckets, empty ones too
 * @param refs the stored buckets in order, without empty ones
 * @param directory where files of this merge go that the table never sees
 */
record MergePlan(
    TableSnapshot table,
    MergeShape shape,
    TableLayout layout,
    int buckets,
    List<BucketRef> refs,
    KeyRanges ranges,
    CompressionCodecName codec,
    String directory)
    implements Serializable {

  MergePlan withTable(TableSnapshot newer) {
    return new MergePlan(newer, shape, layout, buckets, refs, ranges, codec, directory);
  }
}
