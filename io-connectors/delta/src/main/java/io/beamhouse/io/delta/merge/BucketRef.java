package io.beamhouse.io.delta.merge;

import java.io.Serializable;

/**
 * Where a bucket's changes are stored.
 *
 * @param begin where in the file; small buckets share one
 * @param base the ordinal, among all changes of the merge, of the bucket's first one
 */
record BucketRef(
    int bucket, String path, long begin, long length, int rows, int base, boolean hasDeletes)
    implements Serializable {}
