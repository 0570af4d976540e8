package io.beamhouse.io.delta.merge;

import java.io.Serializable;

/**
 * Where a bucket's changes are stored.
 *
 * @param base the ordinal, among all changes of the merge, of the bucket's first one
 */
record BucketRef(int bucket, String path, long begin, long length, int rows, int base)
    implements Serializable {}
