package io.beamhouse.io.delta.merge;

import io.beamhouse.core.rowwise.Tally;
import io.beamhouse.io.delta.log.TallyInfo;
import io.beamhouse.io.delta.log.WriterTransaction;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The table that is merged into, and how.
 *
 * @param path of the table, with scheme
 * @param token names this merge among all of the table; a merge that runs again under it works on
 *     the same version of the table
 * @param transaction makes the merge happen once; null without
 * @param info our own facts for the table's history
 * @param buckets into how many the changes are split
 * @param partitionColumns of a table that is created
 * @param properties of a table that is created
 * @param comment of a table that is created
 */
record Target(
    String path,
    String token,
    @Nullable WriterTransaction transaction,
    Map<String, String> info,
    int buckets,
    CompressionCodecName codec,
    List<String> partitionColumns,
    Map<String, String> properties,
    @Nullable String comment)
    implements Serializable {
  public Target {
    info = new TreeMap<>(info);
    partitionColumns = List.copyOf(partitionColumns);
    properties = new TreeMap<>(properties);
  }

  /** Lets the commit say what was counted on the way. */
  Target withTally(Tally tally) {
    Map<String, String> more = new TreeMap<>(info);
    TallyInfo.put(tally, more);
    return new Target(
        path, token, transaction, more, buckets, codec, partitionColumns, properties, comment);
  }

  /** Where files of this merge go that the table never sees. */
  String workDirectory() {
    return WorkFiles.directory(path, transaction, token);
  }
}
