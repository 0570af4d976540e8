package io.beamhouse.runners.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/** The floor: the same work in DuckDB, a vectorized engine of native code, on two threads. */
public final class DuckDbFlatten {
  private static final String QUERY =
      """
      COPY (
        SELECT *, CASE WHEN len(broken) > 0 THEN broken END AS _warnings
        FROM (
          SELECT *, list_filter([
              CASE WHEN tconst IS NULL THEN 'key present' END,
              CASE WHEN NOT regexp_full_match(tconst, 'tt[0-9]+') THEN 'key shape' END,
              CASE WHEN titleType NOT IN ('movie', 'short', 'tvSeries', 'tvEpisode', 'tvMiniSeries',
                'video') THEN 'known type' END,
              CASE WHEN startYear NOT BETWEEN 1880 AND 2035 THEN 'year sane' END,
              CASE WHEN runtimeMinutes NOT BETWEEN 1 AND 600 THEN 'runtime sane' END,
              CASE WHEN startYear > endYear THEN 'years in order' END,
              CASE WHEN length(primaryTitle) NOT BETWEEN 1 AND 200 THEN 'title length' END,
              CASE WHEN genres NOT IN ('Drama', 'Comedy', 'Talk-Show', 'Sci-Fi', 'Film-Noir',
                'Reality-TV', 'News') THEN 'known genre' END
            ], lambda rule: rule IS NOT NULL) AS broken
          FROM (
            SELECT * EXCLUDE (genres, isAdult), isAdult = 1 AS isAdult, unnest(
              CASE WHEN genres IS NULL THEN [NULL] ELSE string_split(genres, ',') END) AS genres
            FROM read_csv('%s/title.basics*', delim = '\\t', quote = '', escape = '', header = true,
              nullstr = '\\N', auto_detect = false, max_line_size = 20000000, columns = {
                tconst: 'VARCHAR', titleType: 'VARCHAR', primaryTitle: 'VARCHAR',
                originalTitle: 'VARCHAR', isAdult: 'INT', startYear: 'INT', endYear: 'INT',
                runtimeMinutes: 'INT', genres: 'VARCHAR'})))
      ) TO '%s/rows.parquet' (FORMAT parquet, COMPRESSION snappy)
      """;

  private DuckDbFlatten() {}

  public static void main(String[] args) throws IOException, SQLException {
    Path rows = Files.createDirectories(Path.of(args[1], "rows"));
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute("SET threads = 2");
      statement.execute("SET preserve_insertion_order = false");
      statement.execute(QUERY.formatted(args[0], rows));
    }
  }
}
