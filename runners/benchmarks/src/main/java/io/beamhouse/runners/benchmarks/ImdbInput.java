package io.beamhouse.runners.benchmarks;

import io.beamhouse.testing.ImdbFiles;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.GZIPOutputStream;

/** Made-up {@code title.basics} files, the same bytes for the same number of rows. */
final class ImdbInput {
  private static final long SEED = 20_240_131;

  /** More than cores, since neither engine can divide a file that is packed. */
  private static final int FILES = 4;

  private ImdbInput() {}

  /** Returns the directory of the files, which are made unless they are there. */
  static Path plain(Path data, long rows) throws IOException {
    return files(data.resolve("plain-" + rows), rows, false);
  }

  static Path gzip(Path data, long rows) throws IOException {
    return files(data.resolve("gzip-" + rows), rows, true);
  }

  private static Path files(Path directory, long rows, boolean packed) throws IOException {
    Path done = directory.resolve("_done");
    if (Files.exists(done)) {
      return directory;
    }
    Files.createDirectories(directory);
    ImdbFiles imdb = ImdbFiles.of(SEED, rows);
    for (int i = 0; i < FILES; i++) {
      Path file = directory.resolve("title.basics-" + i + ".tsv" + (packed ? ".gz" : ""));
      try (OutputStream out = Files.newOutputStream(file);
          OutputStream bytes = packed ? new GZIPOutputStream(out, 1 << 16) : out;
          Writer text =
              new BufferedWriter(new OutputStreamWriter(bytes, StandardCharsets.UTF_8), 1 << 16)) {
        imdb.write("title.basics", rows * i / FILES + 1, rows * (i + 1) / FILES, text);
      }
    }
    Files.createFile(done);
    return directory;
  }
}
