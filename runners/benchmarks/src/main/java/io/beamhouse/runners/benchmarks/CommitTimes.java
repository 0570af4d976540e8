package io.beamhouse.runners.benchmarks;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * When each row of a Delta table became visible: the time at which the log file of the first commit
 * was written that holds it. Read from the log and the data files, so that it is the same for every
 * engine that writes such a table.
 */
final class CommitTimes {
  private static final ObjectMapper JSON = new ObjectMapper();

  private CommitTimes() {}

  /**
   * One row.
   *
   * @param key of the row
   * @param at its event time
   * @param visible when it could be read first
   */
  record Seen(String key, Instant at, Instant visible) {
    double latency() {
      return (visible.toEpochMilli() - at.toEpochMilli()) / 1000.0;
    }
  }

  /** All rows of {@code table}, in the order in which they became visible. */
  static List<Seen> of(Path table, String key, String at) throws IOException, SQLException {
    Map<String, Seen> seen = new HashMap<>();
    List<Seen> ordered = new ArrayList<>();
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duck.createStatement()) {
      for (Path commit : commits(table)) {
        Instant visible = Files.getLastModifiedTime(commit).toInstant();
        for (String file : paths(commit, "add")) {
          String sql =
              "SELECT CAST(\"%s\" AS VARCHAR), epoch_ms(CAST(\"%s\" AS TIMESTAMPTZ))"
                      .formatted(key, at)
                  + " FROM read_parquet('"
                  + table.resolve(file).toString().replace("'", "''")
                  + "')";
          try (ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
              String id = rows.getString(1);
              if (!seen.containsKey(id)) {
                Seen row = new Seen(id, Instant.ofEpochMilli(rows.getLong(2)), visible);
                seen.put(id, row);
                ordered.add(row);
              }
            }
          }
        }
      }
    }
    return ordered;
  }

  private static List<Path> commits(Path table) throws IOException {
    try (Stream<Path> files = Files.list(table.resolve("_delta_log"))) {
      return files
          .filter(file -> file.getFileName().toString().matches("\\d{20}\\.json"))
          .sorted()
          .toList();
    }
  }

  /** The data files that the table has now. */
  static Set<String> active(Path table) throws IOException {
    Set<String> active = new LinkedHashSet<>();
    for (Path commit : commits(table)) {
      paths(commit, "remove").forEach(active::remove);
      active.addAll(paths(commit, "add"));
    }
    return active;
  }

  private static List<String> paths(Path commit, String action) throws IOException {
    List<String> files = new ArrayList<>();
    for (String line : Files.readAllLines(commit)) {
      JsonNode path = JSON.readTree(line).path(action).path("path");
      if (!path.isMissingNode()) {
        files.add(URLDecoder.decode(path.asText(), StandardCharsets.UTF_8));
      }
    }
    return files;
  }
}
