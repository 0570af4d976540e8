package io.beamhouse.testing;

import io.beamhouse.core.Evolving;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/**
 * The seven IMDb dumps, made up: {@code title.basics.tsv.gz} and so on, with the real ones' columns
 * and oddities.
 *
 * <p>Tabs between fields, {@code \N} for NULL, no quoting and no escaping: titles begin with a
 * quote that nobody closes, hold backslashes, other scripts and thousands of characters; lists are
 * separated by commas or, in {@code akas}, by U+0002; {@code characters} look like JSON. One name
 * in a hundred that principals refer to does not exist. The same seed and size give the same bytes;
 * rows are written as they are made, so that millions need no memory.
 */
@Evolving
public final class ImdbFiles {
  public static final List<String> TABLES =
      List.of(
          "title.basics",
          "title.akas",
          "title.crew",
          "title.episode",
          "title.principals",
          "title.ratings",
          "name.basics");

  private final ImdbRows rows;
  private final long titles;

  private ImdbFiles(long seed, long titles) {
    this.rows = new ImdbRows(seed, titles);
    this.titles = titles;
  }

  /**
   * @param titles how many rows title.basics has; akas has some 3 times as many, principals some 4
   *     times, name.basics as many
   */
  public static ImdbFiles of(long seed, long titles) {
    if (titles < 1) {
      throw new IllegalArgumentException("titles is " + titles + "; allowed is 1 or more");
    }
    return new ImdbFiles(seed, titles);
  }

  /** The columns of a table, in the order of its file. */
  public static List<String> columns(String table) {
    return switch (table) {
      case "title.basics" ->
          List.of(
              "tconst",
              "titleType",
              "primaryTitle",
              "originalTitle",
              "isAdult",
              "startYear",
              "endYear",
              "runtimeMinutes",
              "genres");
      case "title.akas" ->
          List.of(
              "titleId",
              "ordering",
              "title",
              "region",
              "language",
              "types",
              "attributes",
              "isOriginalTitle");
      case "title.crew" -> List.of("tconst", "directors", "writers");
      case "title.episode" -> List.of("tconst", "parentTconst", "seasonNumber", "episodeNumber");
      case "title.principals" ->
          List.of("tconst", "ordering", "nconst", "category", "job", "characters");
      case "title.ratings" -> List.of("tconst", "averageRating", "numVotes");
      case "name.basics" ->
          List.of(
              "nconst",
              "primaryName",
              "birthYear",
              "deathYear",
              "primaryProfession",
              "knownForTitles");
      default -> throw new IllegalArgumentException("no such table: " + table);
    };
  }

  /** Writes all seven files into {@code directory}. */
  public void writeTo(Path directory) throws IOException {
    Files.createDirectories(directory);
    for (String table : TABLES) {
      write(table, directory.resolve(table + ".tsv.gz"));
    }
  }

  /** Writes one table, packed with gzip; returns how many rows it has. */
  public long write(String table, Path file) throws IOException {
    try (OutputStream out = Files.newOutputStream(file);
        Writer writer =
            new BufferedWriter(
                new OutputStreamWriter(new GZIPOutputStream(out), StandardCharsets.UTF_8))) {
      return write(table, writer);
    }
  }

  /** Writes one table as text; returns how many rows it has. */
  public long write(String table, Writer to) throws IOException {
    return write(table, 1, titles, to);
  }

  /**
   * Writes a part of a table, with the header, as text; returns how many rows it has.
   *
   * @param first title of the part, from 1
   * @param last title of the part
   */
  public long write(String table, long first, long last, Writer to) throws IOException {
    to.write(String.join("\t", columns(table)));
    to.write('\n');
    long written = 0;
    for (long title = first; title <= last; title++) {
      for (String line : rows.lines(table, title)) {
        to.write(line);
        to.write('\n');
        written++;
      }
    }
    return written;
  }
}
