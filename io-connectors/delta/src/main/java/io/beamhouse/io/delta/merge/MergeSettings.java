package io.beamhouse.io.delta.merge;

import io.beamhouse.core.Internal;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.io.core.storage.Storage;
import io.beamhouse.io.delta.log.WriterTransaction;
import io.beamhouse.io.parquet.ParquetWriteOptions.Compression;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * All that a merge is told, as its user says it.
 *
 * @param table path of the table
 * @param keys columns that name a row
 * @param sequenceBy columns that order the changes of a key
 * @param deleteWhen see {@link DeleteWhen}; null: no change deletes
 * @param ignored columns whose difference alone does not change a row
 * @param dropped columns that are not stored
 * @param token names this merge among all of the table
 * @param transaction makes the merge happen once
 * @param info our own facts for the table's history
 * @param buckets into how many the changes are split
 * @param compression of data files
 * @param partitionColumns of a table that is created
 * @param properties of a table that is created
 * @param comment of a table that is created
 * @param plainDecimal what decimals without precision are stored as; null refuses them
 */
@Internal
public record MergeSettings(
    String table,
    List<String> keys,
    List<String> sequenceBy,
    @Nullable String deleteWhen,
    List<String> ignored,
    List<String> dropped,
    String token,
    @Nullable WriterTransaction transaction,
    Map<String, String> info,
    int buckets,
    Compression compression,
    List<String> partitionColumns,
    Map<String, String> properties,
    @Nullable String comment,
    Schema.@Nullable FieldType plainDecimal)
    implements Serializable {
  private static final int MAX_BUCKETS = 65_536;

  public MergeSettings {
    if (buckets < 1 || buckets > MAX_BUCKETS) {
      throw new SpecException("buckets", "found " + buckets + "; allowed are 1 to " + MAX_BUCKETS);
    }
    if (deleteWhen != null) {
      DeleteWhen.parse(deleteWhen);
    }
  }

  public MergeSettings withKeys(List<String> value) {
    return new MergeSettings(
        table,
        value,
        sequenceBy,
        deleteWhen,
        ignored,
        dropped,
        token,
        transaction,
        info,
        buckets,
        compression,
        partitionColumns,
        properties,
        comment,
        plainDecimal);
  }

  public MergeSettings withSequenceBy(List<String> value) {
    return new MergeSettings(
        table,
        keys,
        value,
        deleteWhen,
        ignored,
        dropped,
        token,
        transaction,
        info,
        buckets,
        compression,
        partitionColumns,
        properties,
        comment,
        plainDecimal);
  }

  public MergeSettings withDeleteWhen(String value) {
    return new MergeSettings(
        table,
        keys,
        sequenceBy,
        value,
        ignored,
        dropped,
        token,
        transaction,
        info,
        buckets,
        compression,
        partitionColumns,
        properties,
        comment,
        plainDecimal);
  }

  public MergeSettings withIgnored(List<String> value) {
    return new MergeSettings(
        table,
        keys,
        sequenceBy,
        deleteWhen,
        value,
        dropped,
        token,
        transaction,
        info,
        buckets,
        compression,
        partitionColumns,
        properties,
        comment,
        plainDecimal);
  }

  public MergeSettings withDropped(List<String> value) {
    return new MergeSettings(
        table,
        keys,
        sequenceBy,
        deleteWhen,
        ignored,
        value,
        token,
        transaction,
        info,
        buckets,
        compression,
        partitionColumns,
        properties,
        comment,
        plainDecimal);
  }

  public MergeSettings withToken(String value) {
    return new MergeSettings(
        table,
        keys,
        sequenceBy,
        deleteWhen,
        ignored,
        dropped,
        value,
        transaction,
        info,
        buckets,
        compression,
        partitionColumns,
        properties,
        comment,
        plainDecimal);
  }

  public MergeSettings withTransaction(WriterTransaction value) {
    return new MergeSettings(
        table,
        keys,
        sequenceBy,
        deleteWhen,
        ignored,
        dropped,
        token,
        value,
        info,
        buckets,
        compression,
        partitionColumns,
        properties,
        comment,
        plainDecimal);
  }

  public MergeSettings withInfo(Map<String, String> value) {
    return new MergeSettings(
        table,
        keys,
        sequenceBy,
        deleteWhen,
        ignored,
        dropped,
        token,
        transaction,
        value,
        buckets,
        compression,
        partitionColumns,
        properties,
        comment,
        plainDecimal);
  }

  public MergeSettings withBuckets(int value) {
    return new MergeSettings(
        table,
        keys,
        sequenceBy,
        deleteWhen,
        ignored,
        dropped,
        token,
        transaction,
        info,
        value,
        compression,
        partitionColumns,
        properties,
        comment,
        plainDecimal);
  }

  public MergeSettings withCompression(Compression value) {
    return new MergeSettings(
        table,
        keys,
        sequenceBy,
        deleteWhen,
        ignored,
        dropped,
        token,
        transaction,
        info,
        buckets,
        value,
        partitionColumns,
        properties,
        comment,
        plainDecimal);
  }

  public MergeSettings withPartitionColumns(List<String> value) {
    return new MergeSettings(
        table,
        keys,
        sequenceBy,
        deleteWhen,
        ignored,
        dropped,
        token,
        transaction,
        info,
        buckets,
        compression,
        value,
        properties,
        comment,
        plainDecimal);
  }

  public MergeSettings withProperties(Map<String, String> value) {
    return new MergeSettings(
        table,
        keys,
        sequenceBy,
        deleteWhen,
        ignored,
        dropped,
        token,
        transaction,
        info,
        buckets,
        compression,
        partitionColumns,
        value,
        comment,
        plainDecimal);
  }

  public MergeSettings withComment(String value) {
    return new MergeSettings(
        table,
        keys,
        sequenceBy,
        deleteWhen,
        ignored,
        dropped,
        token,
        transaction,
        info,
        buckets,
        compression,
        partitionColumns,
        properties,
        value,
        plainDecimal);
  }

  public MergeSettings withPlainDecimal(Schema.FieldType value) {
    return new MergeSettings(
        table,
        keys,
        sequenceBy,
        deleteWhen,
        ignored,
        dropped,
        token,
        transaction,
        info,
        buckets,
        compression,
        partitionColumns,
        properties,
        comment,
        value);
  }

  MergeShape shape(Schema changes) {
    return MergeShape.of(
        changes,
        new MergeShape.Choice(
            keys,
            sequenceBy,
            deleteWhen == null ? null : DeleteWhen.parse(deleteWhen),
            ignored,
            dropped,
            plainDecimal));
  }

  Target target() {
    return new Target(
        Storage.path(table).toString(),
        token,
        transaction,
        info,
        buckets,
        codec(),
        partitionColumns,
        properties,
        comment);
  }

  private CompressionCodecName codec() {
    return switch (compression) {
      case ZSTD -> CompressionCodecName.ZSTD;
      case SNAPPY -> CompressionCodecName.SNAPPY;
      case NONE -> CompressionCodecName.UNCOMPRESSED;
    };
  }
}
