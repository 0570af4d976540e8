package io.beamhouse.io.core.pane;

import io.beamhouse.core.Internal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.beam.sdk.coders.RowCoder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;

/**
 * What tells the rows of a pane from others: a replay is skipped only when they are the same.
 *
 * @param rows how many
 * @param bytes as a coder writes them
 * @param digest of number and rows, whatever their order
 */
@Internal
public record PaneContent(long rows, long bytes, String digest) implements Serializable {

  /** Looks at all of {@code rows}, one at a time. */
  static PaneContent of(Schema schema, Iterable<Row> rows) {
    RowCoder coder = RowCoder.of(schema);
    MessageDigest sha = sha();
    ByteArrayOutputStream buffer = new ByteArrayOutputStream();
    long count = 0;
    long bytes = 0;
    long high = 0;
    long low = 0;
    for (Row row : rows) {
      buffer.reset();
      try {
        coder.encode(row, buffer);
      } catch (IOException e) {
        throw new UncheckedIOException("a row of a pane cannot be encoded", e);
      }
      ByteBuffer hash = ByteBuffer.wrap(sha.digest(buffer.toByteArray()));
      // A sum, so that the order does not matter and equal rows do not cancel each other out.
      high += hash.getLong();
      low += hash.getLong();
      count++;
      bytes += buffer.size();
    }
    byte[] sums = ByteBuffer.allocate(16).putLong(high).putLong(low).array();
    return new PaneContent(count, bytes, count + "-" + HexFormat.of().formatHex(sums));
  }

  private static MessageDigest sha() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
