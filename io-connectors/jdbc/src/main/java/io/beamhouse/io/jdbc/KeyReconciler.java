package io.beamhouse.io.jdbc;

import io.beamhouse.core.error.GateRefusedException;
import io.beamhouse.core.error.StateRefusedException;
import io.beamhouse.core.error.StorageFailedException;
import io.beamhouse.core.step.DurableSteps;
import io.beamhouse.io.core.storage.Storage;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.apache.hadoop.fs.Path;

/**
 * Finds keys that vanished since the last run: reads all keys, writes them to bucket files by their
 * hash and compares bucket by bucket.
 *
 * <p>Memory: one fetch, and one bucket of about {@link #BUCKET_KEYS} keys. Files are in a new
 * directory of the plan, so an attempt that dies leaves nothing that another one reads.
 */
final class KeyReconciler {
  private static final int BUCKET_KEYS = 200_000;
  private static final int MAX_BUCKETS = 1024;

  /** Fewer vanished keys than this never look like an accident, unless none is left. */
  private static final int FEW = 10;

  /** What a run found. */
  record Result(Optional<String> deletes, Position.KeyFiles files, Map<String, String> facts) {
    static Result none() {
      return new Result(Optional.empty(), null, Map.of());
    }
  }

  private final Shape shape;
  private final Path directory;
  private final KeyCodec codec;

  KeyReconciler(Shape shape, String workDirectory) {
    this.shape = shape;
    directory = new Path(Storage.path(workDirectory), "keys-" + UUID.randomUUID());
    codec = new KeyCodec(shape.keys());
  }

  /** {@code previous} is null when no run has read keys yet. */
  Result reconcile(Connection connection, Position.KeyFiles previous) {
    checkSame(previous);
    DurableSteps.before("jdbc.keys");
    Position.KeyFiles now = write(connection, previous == null ? 1 : previous.buckets());
    Optional<String> deletes = Optional.empty();
    long vanished = 0;
    if (previous != null) {
      Path file = new Path(directory, "deleted");
      vanished = compare(previous, now, file);
      guard(previous.count(), now.count(), vanished);
      deletes = vanished == 0 ? Optional.empty() : Optional.of(file.toString());
    }
    DurableSteps.after("jdbc.keys");
    String fact = previous == null ? "seen from the next run on" : vanished + " keys vanished";
    return new Result(deletes, now, Map.of("hard_deletes", fact));
  }

  private void checkSame(Position.KeyFiles previous) {
    List<String> names = shape.keys().stream().map(Column::name).toList();
    if (previous != null && !previous.columns().equals(names)) {
      throw new StateRefusedException(
          "The keys of "
              + shape.relation().label()
              + " were "
              + previous.columns()
              + " and are "
              + names
              + ", so deleted rows cannot be found. Put the keys back, or reset the state.");
    }
  }

  private void guard(long before, long now, long vanished) {
    double share = shape.spec().maxDeleteShare();
    boolean many = vanished > share * before && (vanished > FEW || now == 0);
    if (many) {
      throw new GateRefusedException(
          vanished
              + " of "
              + before
              + " keys of "
              + shape.relation().label()
              + " vanished since the last run, more than max_delete_share "
              + share
              + " allows. If the table was emptied by mistake, restore it; if the deletes are"
              + " meant, raise deletes.max_delete_share for one run.");
    }
  }

  private Position.KeyFiles write(Connection connection, int atLeast) {
    SqlConnection database = shape.spec().database();
    TableRead read = shape.read();
    Split all = Split.range(List.of(), List.of(), false);
    try {
      int buckets = buckets(ChangesPlan.count(connection, read, all), atLeast);
      Transactions.beginRead(connection, shape.dialect(), "");
      Sql sql = new Sql(shape.dialect()).add("SELECT ").names(shape.keys());
      long count;
      try (PreparedStatement statement = read.where(sql, all).prepare(connection, database)) {
        statement.setFetchSize(read.fetchSize());
        try (ResultSet rows = statement.executeQuery()) {
          count = write(rows, buckets);
        }
      }
      connection.rollback();
      connection.setAutoCommit(true);
      return new Position.KeyFiles(
          directory.toString(), buckets, count, shape.keys().stream().map(Column::name).toList());
    } catch (SQLException e) {
      throw SqlFailures.of(e, database, "reading the keys of " + shape.relation().label());
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private long write(ResultSet rows, int buckets) throws SQLException, IOException {
    RowMapper mapper =
        new RowMapper(
            shape.relation().label(), shape.keys(), rows, shape.dialect(), shape.spec().numeric());
    List<DataOutputStream> out = new ArrayList<>();
    try {
      for (int bucket = 0; bucket < buckets; bucket++) {
        out.add(create(bucket(directory.toString(), bucket)));
      }
      long count = 0;
      while (rows.next()) {
        byte[] key = codec.encode(mapper.read(rows));
        DataOutputStream to = out.get(KeyCodec.bucket(key, buckets));
        to.writeInt(key.length);
        to.write(key);
        count++;
      }
      return count;
    } finally {
      for (DataOutputStream one : out) {
        one.close();
      }
    }
  }

  /** Writes the keys that are in {@code before} and not in {@code now}; returns how many. */
  private long compare(Position.KeyFiles before, Position.KeyFiles now, Path file) {
    long vanished = 0;
    try (DataOutputStream out = create(file)) {
      for (int bucket = 0; bucket < now.buckets(); bucket++) {
        Set<ByteBuffer> left = new HashSet<>();
        // Bucket counts are powers of two that only grow, so one old bucket holds all of these.
        Path old = bucket(before.directory(), bucket % before.buckets());
        for (byte[] key : KeyCodec.read(old)) {
          if (KeyCodec.bucket(key, now.buckets()) == bucket) {
            left.add(ByteBuffer.wrap(key));
          }
        }
        for (byte[] key : KeyCodec.read(bucket(now.directory(), bucket))) {
          left.remove(ByteBuffer.wrap(key));
        }
        for (ByteBuffer key : left) {
          out.writeInt(key.array().length);
          out.write(key.array());
        }
        vanished += left.size();
      }
    } catch (IOException e) {
      throw failed(e);
    }
    return vanished;
  }

  private static int buckets(long keys, int atLeast) {
    int buckets = atLeast;
    while (buckets < MAX_BUCKETS && keys / buckets > BUCKET_KEYS) {
      buckets *= 2;
    }
    return buckets;
  }

  private static DataOutputStream create(Path path) throws IOException {
    return new DataOutputStream(
        new BufferedOutputStream(Storage.of(path).create(path, false), 1 << 14));
  }

  private static Path bucket(String directory, int number) {
    return new Path(directory, "bucket-" + number);
  }

  private StorageFailedException failed(IOException e) {
    return new StorageFailedException(
        "The key files of "
            + shape.relation().label()
            + " cannot be written to "
            + directory
            + " or read from where the state's position says. Repair access and space and run"
            + " again; if files of the last run are gone, reset the state.",
        e);
  }
}
