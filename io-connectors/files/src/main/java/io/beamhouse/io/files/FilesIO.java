package io.beamhouse.io.files;

import io.beamhouse.core.Evolving;
import io.beamhouse.io.core.manifest.CaptureSink;
import io.beamhouse.io.core.manifest.PublishFiles;
import io.beamhouse.io.parquet.ParquetWriteOptions;

/**
 * CSV, JSON lines and Parquet files.
 *
 * <pre>{@code
 * PCollection<Row> users =
 *     pipeline.apply(FilesIO.readCsv("/in/users-*.csv").withSchema(schema)).rows();
 * users.apply(FilesIO.writeParquet("/lake/bronze/users").withRunToken("2026-11-21"));
 * }</pre>
 *
 * <p>Writes go to a directory and become visible together; see {@link PublishFiles}. Reads: {@link
 * ReadFiles}, and {@link ReadManifest} for exactly what a manifest says.
 */
@Evolving
public final class FilesIO {
  private FilesIO() {}

  /** Reads CSV with a header, commas and {@code "} as RFC 4180 says, in UTF-8. */
  public static ReadFiles readCsv(String path) {
    return readCsv(path, CsvOptions.DEFAULT);
  }

  public static ReadFiles readCsv(String path, CsvOptions options) {
    return read(path, new CsvRead(options, ReadFiles.DEFAULT_MAX_RECORD_BYTES), "ReadFromCsv");
  }

  /** Reads one JSON object per line. */
  public static ReadFiles readJson(String path) {
    return read(path, new JsonRead(ReadFiles.DEFAULT_MAX_RECORD_BYTES), "ReadFromJson");
  }

  public static ReadFiles readParquet(String path) {
    return read(path, new ParquetRead(), "ReadFromParquet");
  }

  /** Publishes CSV with a header to {@code directory}; NULL is empty, '' is {@code ""}. */
  public static PublishFiles writeCsv(String directory) {
    return writeCsv(directory, CsvOptions.DEFAULT, false);
  }

  public static PublishFiles writeCsv(String directory, CsvOptions options, boolean gzip) {
    return PublishFiles.to(
        directory, new CsvFormat(options, gzip ? Compression.GZIP : Compression.NONE));
  }

  /** Publishes one JSON object per line to {@code directory}. */
  public static PublishFiles writeJson(String directory, boolean gzip) {
    return PublishFiles.to(directory, new JsonFormat(gzip ? Compression.GZIP : Compression.NONE));
  }

  public static PublishFiles writeJson(String directory) {
    return writeJson(directory, false);
  }

  /** Publishes Parquet to {@code directory}, packed with zstd. */
  public static PublishFiles writeParquet(String directory) {
    return PublishFiles.to(directory, new ParquetFormat(ParquetWriteOptions.defaults()));
  }

  /** A compaction of what was published to {@code directory}; it is run where it is called. */
  public static FilesCompact compact(String directory) {
    return FilesCompact.of(directory);
  }

  /**
   * A sink that captures a source's rows in Parquet files of {@code directory}; read them back with
   * {@link ReadManifest}.
   */
  public static CaptureSink captureTo(String directory) {
    return RunBoundFiles.of(
        directory,
        () -> new ParquetFormat(ParquetWriteOptions.defaults()),
        RunBoundFiles.Layout.DEFAULT);
  }

  private static ReadFiles read(String path, ReadFormat format, String step) {
    return new ReadFiles(path, format, null, ReadColumns.none(step), false);
  }
}
