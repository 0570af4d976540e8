package io.beamhouse.runners.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Collectors;

/** What a stream left in its table, as a few numbers, read by DuckDB for both engines. */
final class StreamOutputs {
  private static final List<String> EVENTS =
      List.of(
          "event_id",
          "type",
          "session_id",
          "user_id",
          "title_id",
          "epoch_us(started_at)",
          "epoch_us(\"at\")",
          "device",
          "app_version");
  private static final List<String> SESSIONS =
      List.of(
          "session_id",
          "user_id",
          "title_id",
          "epoch_us(started_at)",
          "epoch_us(stopped_at)",
          "start_event",
          "stop_event");

  private StreamOutputs() {}

  /** {@code equal}, or both: number of rows, xor and sum of a hash of each. */
  static String compare(Path one, Path other, boolean sessions) throws IOException, SQLException {
    String left = of(one, sessions);
    String right = of(other, sessions);
    return left.equals(right) ? "equal" : left + " and " + right;
  }

  private static String of(Path table, boolean sessions) throws IOException, SQLException {
    String files =
        CommitTimes.active(table).stream()
            .map(file -> "'" + table.resolve(file).toString().replace("'", "''") + "'")
            .collect(Collectors.joining(","));
    String hash = "hash(" + String.join(", ", sessions ? SESSIONS : EVENTS) + ")";
    String sql =
        "SELECT count(*), bit_xor(%s), sum(%s) FROM read_parquet([%s])"
            .formatted(hash, hash, files);
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duck.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return "%,d rows %s %s".formatted(row.getLong(1), row.getString(2), row.getString(3));
    }
  }
}
