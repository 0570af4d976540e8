package io.beamhouse.io.http;

import io.beamhouse.core.error.SourceChangedException;
import io.beamhouse.core.error.StorageFailedException;
import io.beamhouse.core.step.DurableSteps;
import io.beamhouse.io.core.storage.Storage;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.function.Consumer;
import org.apache.beam.sdk.values.Row;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.Path;

/** A file with the pages of one request, one line each, that a plan names by its checksum. */
final class PagesFile {
  /** The durable step of such a file: written whole, known to nobody. */
  static final String STEP = "http.pages";

  private PagesFile() {}

  /** Writes pages as they come. */
  static final class Writer implements AutoCloseable {
    private final Path path;
    private final MessageDigest digest = Page.sha256();
    private final FSDataOutputStream file;
    private final BufferedWriter out;
    private long bytes;

    Writer(Path path) throws IOException {
      this.path = path;
      DurableSteps.before(STEP);
      file = Storage.of(path).create(path, false);
      out =
          new BufferedWriter(
              new OutputStreamWriter(new DigestOutputStream(file, digest), StandardCharsets.UTF_8));
    }

    void write(String line) throws IOException {
      out.write(line);
      out.write('\n');
      bytes += line.length() + 1L;
    }

    /** About so many bytes. */
    long size() {
      return bytes;
    }

    /** Ends the file; returns its checksum. */
    String end() throws IOException {
      out.flush();
      file.hsync();
      out.close();
      DurableSteps.after(STEP);
      return HexFormat.of().formatHex(digest.digest());
    }

    Path path() {
      return path;
    }

    @Override
    public void close() throws IOException {
      out.close();
    }
  }

  /** Gives the rows of a file; throws when it is not the one that was planned. */
  static void read(String name, String sha256, long run, Consumer<Row> rows) {
    Path path = Storage.path(name);
    MessageDigest digest = Page.sha256();
    try (DigestInputStream in =
            new DigestInputStream(Storage.of(path).open(path, 1 << 16), digest);
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        rows.accept(PageRows.row(line, run));
      }
    } catch (IOException e) {
      throw new StorageFailedException(
          "The pages that the plan keeps in "
              + path
              + " cannot be read. Restore the file, or reset the state to ask the API again.",
          e);
    }
    if (!HexFormat.of().formatHex(digest.digest()).equals(sha256)) {
      throw new SourceChangedException(
          "The pages that the plan keeps in "
              + path
              + " are not the ones that were fetched. Nothing was published. Restore the file, or"
              + " reset the state to ask the API again.");
    }
  }
}
