package io.beamhouse.io.parquet;

import io.beamhouse.core.Internal;
import io.beamhouse.core.error.SpecException;
import java.io.Serializable;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;

/**
 * How a Parquet file is written.
 *
 * <p>Row groups are small (12 MiB) so that a later merge can copy the untouched ones as they are.
 *
 * @param compression of pages
 * @param rowGroupBytes encoded size at which a row group is closed; also what the writer buffers
 * @param pageBytes size at which a page is closed
 * @param pageRows rows at which a page is closed
 * @param statisticsColumns how many leading leaf columns get statistics; -1 for all
 */
@Internal
public record ParquetWriteOptions(
    Compression compression, long rowGroupBytes, int pageBytes, int pageRows, int statisticsColumns)
    implements Serializable {

  /** Codecs that Spark 3.5 reads everywhere. */
  public enum Compression {
    ZSTD(CompressionCodecName.ZSTD),
    SNAPPY(CompressionCodecName.SNAPPY),
    NONE(CompressionCodecName.UNCOMPRESSED);

    final CompressionCodecName codec;

    Compression(CompressionCodecName codec) {
      this.codec = codec;
    }

    /** Parses a name as specs write it: {@code zstd}, {@code snappy}, {@code none}. */
    public static Compression of(String name) {
      for (Compression one : values()) {
        if (one.name().equals(name.toUpperCase(Locale.ROOT))) {
          return one;
        }
      }
      throw new SpecException(
          "compression",
          "unknown '"
              + name
              + "'; allowed: "
              + Arrays.stream(values())
                  .map(one -> one.name().toLowerCase(Locale.ROOT))
                  .collect(Collectors.joining(", ")));
    }
  }

  public ParquetWriteOptions {
    if (rowGroupBytes < 1024 || pageBytes < 64 || pageRows < 1 || statisticsColumns < -1) {
      throw new IllegalArgumentException(
          "row groups need 1024 bytes, pages 64 bytes and a row, statistics -1 or more columns");
    }
  }

  /** Zstd, row groups of 12 MiB, pages of 1 MiB or 20,000 rows, statistics of 32 columns. */
  public static ParquetWriteOptions defaults() {
    return new ParquetWriteOptions(Compression.ZSTD, 12L << 20, 1 << 20, 20_000, 32);
  }

  public ParquetWriteOptions withCompression(Compression value) {
    return new ParquetWriteOptions(value, rowGroupBytes, pageBytes, pageRows, statisticsColumns);
  }

  public ParquetWriteOptions withRowGroupBytes(long value) {
    return new ParquetWriteOptions(compression, value, pageBytes, pageRows, statisticsColumns);
  }

  public ParquetWriteOptions withPages(int bytes, int rows) {
    return new ParquetWriteOptions(compression, rowGroupBytes, bytes, rows, statisticsColumns);
  }

  public ParquetWriteOptions withStatisticsColumns(int value) {
    return new ParquetWriteOptions(compression, rowGroupBytes, pageBytes, pageRows, value);
  }
}
