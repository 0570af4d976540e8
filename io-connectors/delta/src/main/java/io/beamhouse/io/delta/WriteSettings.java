package io.beamhouse.io.delta;

import io.beamhouse.core.error.Problems;
import io.beamhouse.io.delta.log.TableDefinition;
import io.beamhouse.io.delta.log.WriterTransaction;
import io.beamhouse.io.parquet.ParquetWriteOptions.Compression;
import java.io.Serializable;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * What a write was asked to do.
 *
 * @param replace partition values as text of the rows that an overwrite removes; empty for all
 * @param partitionColumns null when nothing was said
 * @param info for the commit's history
 */
record WriteSettings(
    String path,
    boolean overwrite,
    Map<String, String> replace,
    boolean create,
    @Nullable List<String> partitionColumns,
    Map<String, String> properties,
    @Nullable String comment,
    Compression compression,
    @Nullable FieldType plainDecimal,
    WriterTransaction transaction,
    Map<String, String> info,
    long targetFileBytes,
    int maxOpenFiles)
    implements Serializable {
  WriteSettings {
    partitionColumns = partitionColumns == null ? null : List.copyOf(partitionColumns);
    replace = new TreeMap<>(replace);
    properties = new TreeMap<>(properties);
    info = new TreeMap<>(info);
  }

  List<String> partitionColumnsOrNone() {
    return partitionColumns == null ? List.of() : partitionColumns;
  }

  /** The table to be created for rows of {@code schema}. */
  TableDefinition definition(Schema schema) {
    return new TableDefinition(schema, partitionColumnsOrNone(), properties, comment, plainDecimal);
  }

  void checkMayCreate(Problems problems) {
    if (!create) {
      problems.add(
          "table",
          "there is no Delta table at " + path + " - create it first, or allow its creation");
    }
  }

  WriteSettings withOverwrite(boolean value, Map<String, String> partition) {
    return new WriteSettings(
        path,
        value,
        partition,
        create,
        partitionColumns,
        properties,
        comment,
        compression,
        plainDecimal,
        transaction,
        info,
        targetFileBytes,
        maxOpenFiles);
  }

  WriteSettings withCreate(boolean value) {
    return new WriteSettings(
        path,
        overwrite,
        replace,
        value,
        partitionColumns,
        properties,
        comment,
        compression,
        plainDecimal,
        transaction,
        info,
        targetFileBytes,
        maxOpenFiles);
  }

  WriteSettings withPartitionColumns(List<String> value) {
    return definition(value, properties, comment);
  }

  WriteSettings withProperties(Map<String, String> value) {
    return definition(partitionColumns, value, comment);
  }

  WriteSettings withComment(String value) {
    return definition(partitionColumns, properties, value);
  }

  private WriteSettings definition(
      @Nullable List<String> partitions, Map<String, String> props, @Nullable String text) {
    return new WriteSettings(
        path,
        overwrite,
        replace,
        create,
        partitions,
        props,
        text,
        compression,
        plainDecimal,
        transaction,
        info,
        targetFileBytes,
        maxOpenFiles);
  }

  WriteSettings withCompression(Compression value) {
    return encoding(value, plainDecimal, targetFileBytes, maxOpenFiles);
  }

  WriteSettings withPlainDecimal(FieldType value) {
    return encoding(compression, value, targetFileBytes, maxOpenFiles);
  }

  WriteSettings withFiles(long bytes, int open) {
    return encoding(compression, plainDecimal, bytes, open);
  }

  private WriteSettings encoding(
      Compression codec, @Nullable FieldType decimal, long bytes, int open) {
    return new WriteSettings(
        path,
        overwrite,
        replace,
        create,
        partitionColumns,
        properties,
        comment,
        codec,
        decimal,
        transaction,
        info,
        bytes,
        open);
  }

  WriteSettings withTransaction(WriterTransaction value, Map<String, String> facts) {
    return new WriteSettings(
        path,
        overwrite,
        replace,
        create,
        partitionColumns,
        properties,
        comment,
        compression,
        plainDecimal,
        value,
        facts,
        targetFileBytes,
        maxOpenFiles);
  }
}
