package io.beamhouse.io.core.manifest;

import io.beamhouse.core.error.StorageFailedException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.beam.sdk.coders.RowCoder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rows of partitions for which no file can be open, in one file of the temp directory until the
 * bundle ends. Memory: the partitions' names.
 */
final class PartitionSpill {
  private static final Logger LOG = LoggerFactory.getLogger(PartitionSpill.class);

  private final RowCoder coder;
  private final Map<String, Integer> partitions = new LinkedHashMap<>();
  private final ByteArrayOutputStream buffer = new ByteArrayOutputStream();
  private Path file;
  private DataOutputStream out;

  PartitionSpill(Schema schema) {
    this.coder = RowCoder.of(schema);
  }

  void add(String partition, Row row) {
    try {
      if (out == null) {
        file = Files.createTempFile("beamhouse-partitions", ".rows");
        out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16));
      }
      buffer.reset();
      coder.encode(row, buffer);
      out.writeInt(partitions.computeIfAbsent(partition, name -> partitions.size()));
      out.writeInt(buffer.size());
      buffer.writeTo(out);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** The partitions that have rows here, {@code atOnce} of them together. */
  List<List<String>> groups(int atOnce) {
    List<String> names = new ArrayList<>(partitions.keySet());
    List<List<String>> groups = new ArrayList<>();
    for (int from = 0; from < names.size(); from += atOnce) {
      groups.add(names.subList(from, Math.min(names.size(), from + atOnce)));
    }
    return groups;
  }

  /** Gives the rows of {@code group}, one of {@link #groups}, in the order in which they came. */
  void read(List<String> group, BiConsumer<String, Row> to) {
    int first = partitions.get(group.get(0));
    try {
      out.flush();
      try (DataInputStream in =
          new DataInputStream(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
        for (long left = Files.size(file); left > 0; ) {
          int partition = in.readInt() - first;
          int bytes = in.readInt();
          left -= 2L * Integer.BYTES + bytes;
          if (partition >= 0 && partition < group.size()) {
            Row row = coder.decode(new ByteArrayInputStream(in.readNBytes(bytes)));
            to.accept(group.get(partition), row);
          } else {
            in.skipNBytes(bytes);
          }
        }
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Forgets everything. */
  void clear() {
    partitions.clear();
    if (out == null) {
      return;
    }
    try {
      out.close();
      Files.deleteIfExists(file);
    } catch (IOException e) {
      LOG.warn("{} could not be deleted", file, e);
    }
    out = null;
  }

  private static StorageFailedException failed(IOException e) {
    return new StorageFailedException(
        "Could not keep rows in the temp directory "
            + System.getProperty("java.io.tmpdir")
            + ": "
            + e.getMessage()
            + ". Nothing was published. Give it space, or choose a coarser partition_path, and run"
            + " again.",
        e);
  }
}
