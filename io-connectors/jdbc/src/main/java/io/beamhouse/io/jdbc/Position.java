package io.beamhouse.io.jdbc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamhouse.core.error.StateRefusedException;
import java.util.List;

/**
 * Where the next run goes on.
 *
 * @param version of this format; 1
 * @param source database, relation and cursor; another one is refused
 * @param tableId the database's own identity of the table; empty when it has none
 * @param columns that rows had
 * @param to upper bound of the range that was read; null when nothing was read yet
 * @param newest the largest cursor value that the table held; null when it was empty
 * @param floor the tenth largest, or the smallest of a smaller table
 * @param witnesses the rows that held the largest values; empty without keys
 * @param observed largest cursor values and when they were seen, for bounds of later runs
 * @param seen the rows of the next run's overlap
 * @param keys the key files of {@code reconcile: keys}; null without
 */
record Position(
    int version,
    String source,
    String tableId,
    List<Stored> columns,
    String to,
    String newest,
    String floor,
    List<Witness> witnesses,
    List<Observation> observed,
    Seen seen,
    KeyFiles keys) {
  Position {
    witnesses = witnesses == null ? List.of() : witnesses;
  }

  static final int VERSION = 1;
  private static final ObjectMapper JSON =
      new ObjectMapper().configure(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES, false);

  /** A column as the database described it. */
  record Stored(String name, String type) {
    static List<Stored> of(List<Column> columns) {
      return columns.stream().map(c -> new Stored(c.name(), c.databaseType())).toList();
    }
  }

  /** A row by its keys, and the cursor it had. */
  record Witness(List<String> keys, String cursor) {}

  /** The largest cursor value at a time of the database's clock. */
  record Observation(String at, String max) {}

  /**
   * Keys of the last run with their cursors, in bucket files.
   *
   * @param format of the files; those of another one are not read
   * @param directory of the files {@code live-<n>}, and {@code gone-<n>} for what was deleted
   */
  record KeyFiles(int format, String directory, int buckets, long count, List<String> columns) {
    static final int FORMAT = 2;
  }

  /** One chunk of an increment. */
  record Chunk(List<Split> splits, int first, String upTo, Seen seen) {}

  static String json(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  static Chunk chunk(String json) {
    return parse(json, Chunk.class);
  }

  static Position parse(String json) {
    Position position = parse(json, Position.class);
    if (position.version != VERSION) {
      throw new StateRefusedException(
          "The state's position has version "
              + position.version
              + "; this Beamhouse reads version "
              + VERSION
              + ". Use the Beamhouse that wrote it, or reset the state.");
    }
    return position;
  }

  private static <T> T parse(String json, Class<T> type) {
    try {
      return JSON.readValue(json, type);
    } catch (JsonProcessingException e) {
      throw new StateRefusedException(
          "The state holds a position that is not one of ReadChangesFromJdbc: "
              + e.getOriginalMessage()
              + ". Restore the state, or reset it.",
          e);
    }
  }
}
