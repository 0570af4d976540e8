package io.beamhouse.runners.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What must be equal in the lakes of two contenders. */
enum Compared {
  ROWS {
    @Override
    String say(Path work, Path ours, Path theirs) throws IOException, InterruptedException {
      return table(
          work,
          ours.resolve("rows"),
          theirs.resolve("rows"),
          TITLE + ", genres, cast(transform(_warnings, w -> w.rule) AS string)",
          TITLE + ", genres, cast(_warnings AS string)");
    }
  },

  /** Keys are other hashes, so only their number per title is compared, by the rows. */
  TABLES {
    @Override
    String say(Path work, Path ours, Path theirs) throws IOException, InterruptedException {
      String titles = table(work, ours.resolve("titles"), theirs.resolve("titles"), TITLE, TITLE);
      String child = "tconst, _index, value";
      String genres = table(work, ours.resolve("genres"), theirs.resolve("genres"), child, child);
      String refused =
          table(
              work,
              ours.resolve("refused"),
              theirs.resolve("refused"),
              "failed_row.tconst, failed_row.genres, cast(transform(failures, f -> f.rule) AS string)",
              "tconst, genres, cast(failures AS string)");
      String unread =
          Files.exists(theirs.resolve("unread/_SUCCESS")) ? "" : " (theirs has no unread)";
      return titles.equals(EQUAL) && genres.equals(EQUAL) && refused.equals(EQUAL)
          ? EQUAL + unread
          : "titles: " + titles + "; genres: " + genres + "; refused: " + refused + unread;
    }
  },

  /** The rules of this case refuse nothing, so the rows are the same with and without. */
  RULES {
    @Override
    String say(Path work, Path ours, Path theirs) throws IOException, InterruptedException {
      return table(work, ours.resolve("rows"), theirs.resolve("rows"), TITLE, TITLE);
    }
  };

  private static final String EQUAL = "equal";
  private static final String TITLE =
      "tconst, titleType, primaryTitle, originalTitle, isAdult, startYear, endYear, runtimeMinutes";

  abstract String say(Path work, Path ours, Path theirs) throws IOException, InterruptedException;

  private static String table(
      Path work, Path ours, Path theirs, String ourColumns, String theirColumns)
      throws IOException, InterruptedException {
    return Measured.java(
            "compare",
            "2g",
            work,
            "io.beamhouse.runners.benchmarks.CompareParquet",
            ours.toString(),
            theirs.toString(),
            ourColumns,
            theirColumns)
        .output()
        .lines()
        .filter(line -> line.startsWith("tables "))
        .map(line -> line.startsWith("tables equal") ? EQUAL : line)
        .findFirst()
        .orElse("not compared");
  }
}
