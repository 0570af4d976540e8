package io.beamhouse.io.delta.merge;

import io.beamhouse.io.core.storage.Storage;
import io.beamhouse.io.parquet.FileStatistics;
import java.io.Closeable;
import java.io.IOException;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.column.values.factory.DefaultV1ValuesWriterFactory;
import org.apache.parquet.hadoop.CodecFactory;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnPath;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.hadoop.util.HadoopOutputFile;
import org.apache.parquet.io.SeekableInputStream;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;

/**
 * Writes a new Parquet file one column of a row group after another, so that only one column is
 * buffered, or copies row groups of another file as they are. Flat schemas only.
 */
final class RowGroupWriter implements Closeable {
  private static final ParquetProperties DICTIONARY = properties(true);
  private static final ParquetProperties PLAIN = properties(false);
  private static final long ROW_GROUP_BYTES = 128L << 20;
  private static final int MAX_PADDING = 8 << 20;

  private final Path path;
  private final MessageType schema;
  private final ParquetFileWriter writer;
  private final CodecFactory codecs;
  private final CompressionCodecName codec;
  private final FileStatistics statistics;
  private boolean ended;

  RowGroupWriter(Path path, MessageType schema, CompressionCodecName codec) throws IOException {
    Configuration configuration = Storage.configuration();
    this.path = path;
    this.schema = schema;
    this.codec = codec;
    this.codecs = new CodecFactory(configuration, DICTIONARY.getPageSizeThreshold());
    this.writer =
        new ParquetFileWriter(
            HadoopOutputFile.fromPath(path, configuration),
            schema,
            ParquetFileWriter.Mode.CREATE,
            ROW_GROUP_BYTES,
            MAX_PADDING,
            DICTIONARY.getColumnIndexTruncateLength(),
            DICTIONARY.getStatisticsTruncateLength(),
            DICTIONARY.getPageWriteChecksumEnabled());
    this.statistics = FileStatistics.of(schema);
    writer.start();
  }

  /** By default all properties of a JVM share one factory, and the last ones that were made win. */
  private static ParquetProperties properties(boolean dictionary) {
    return ParquetProperties.builder()
        .withDictionaryEncoding(dictionary)
        .withValuesWriterFactory(new DefaultV1ValuesWriterFactory())
        .build();
  }

  MessageType schema() {
    return schema;
  }

  void start(long rows) throws IOException {
    writer.startBlock(rows);
  }

  void end() throws IOException {
    writer.endBlock();
  }

  /** Writes the next column of the row group; {@code values} writes one value for each row. */
  void column(ColumnDescriptor column, boolean dictionary, Values values) throws IOException {
    ParquetProperties properties = dictionary ? DICTIONARY : PLAIN;
    MessageType one = new MessageType("column", schema.getType(column.getPath()[0]));
    ColumnChunkPageWriteStore pages =
        new ColumnChunkPageWriteStore(
            codecs.getCompressor(codec),
            one,
            properties.getAllocator(),
            properties.getColumnIndexTruncateLength());
    ColumnWriteStore store = properties.newColumnWriteStore(one, pages);
    values.write(store.getColumnWriter(one.getColumns().get(0)), store);
    store.flush();
    pages.flushToFileWriter(writer);
    store.close();
  }

  /** Copies a row group of a file of the same schema. */
  void copy(SeekableInputStream from, BlockMetaData rowGroup) throws IOException {
    writer.appendRowGroup(from, rowGroup, false);
  }

  /** Tells the bounds of an INT96 column, which has none in a footer. */
  void int96Bounds(ColumnDescriptor column, Binary minimum, Binary maximum) {
    ColumnPath columnPath = ColumnPath.get(column.getPath());
    statistics.addInt96(columnPath, minimum);
    statistics.addInt96(columnPath, maximum);
  }

  /** Closes the file and says what it holds. */
  Written finish(Map<String, String> metadata) throws IOException {
    writer.end(metadata);
    ended = true;
    writer.getFooter().getBlocks().forEach(statistics::add);
    codecs.release();
    long bytes = Storage.of(path).getFileStatus(path).getLen();
    return new Written(statistics.rows(), bytes, statistics.toJson(-1));
  }

  /** Gives up a file that is not finished; nobody has been told of it. */
  @Override
  public void close() throws IOException {
    if (!ended) {
      ended = true;
      codecs.release();
      Storage.of(path).delete(path, false);
    }
  }

  /** Writes the values of one column of a row group. */
  @FunctionalInterface
  interface Values {
    void write(ColumnWriter out, ColumnWriteStore store) throws IOException;
  }

  record Written(long rows, long bytes, String statsJson) {}
}
