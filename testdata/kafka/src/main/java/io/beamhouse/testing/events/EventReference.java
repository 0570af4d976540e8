package io.beamhouse.testing.events;

import io.beamhouse.core.Evolving;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;

/**
 * The users and titles that good events refer to, as CSV for {@code LookupRows}: {@code users.csv}
 * (user_id, name, country, plan) and {@code titles.csv} (title_id, title, genre, minutes).
 */
@Evolving
public final class EventReference {
  /**
   * A spec on the class path that brings both files to Delta tables: {@code from} their directory,
   * {@code lake} the root under which they are {@code silver/youflix/users} and {@code titles}.
   */
  public static final String SPEC = "events/reference.yaml";

  private static final List<String> COUNTRIES = List.of("DE", "AT", "CH", "FR", "ES", "US", "JP");
  private static final List<String> PLANS = List.of("basic", "standard", "premium");
  private static final List<String> GENRES =
      List.of("Drama", "Comedy", "Documentary", "Action", "Crime");
  private static final int SHORTEST = 20;
  private static final int LONGEST = 160;

  private EventReference() {}

  static String titleId(int title) {
    return String.format(Locale.ROOT, "tt%07d", title);
  }

  /** Writes both files into {@code directory}, which is made when it does not exist. */
  public static void write(EventGenerator events, Path directory) throws IOException {
    Files.createDirectories(directory);
    write(
        directory.resolve("users.csv"),
        "user_id,name,country,plan",
        events.users(),
        i -> i + ",User " + i + "," + of(COUNTRIES, i) + "," + of(PLANS, i / 3));
    write(
        directory.resolve("titles.csv"),
        "title_id,title,genre,minutes",
        events.titles(),
        i ->
            titleId(i)
                + ",Title "
                + i
                + ","
                + of(GENRES, i)
                + ","
                + (SHORTEST + i % (LONGEST - SHORTEST)));
  }

  private static String of(List<String> values, int i) {
    return values.get(i % values.size());
  }

  private static void write(Path file, String header, int rows, IntFunction<String> row)
      throws IOException {
    try (Writer out = new BufferedWriter(Files.newBufferedWriter(file, StandardCharsets.UTF_8))) {
      out.write(header + "\n");
      for (int i = 1; i <= rows; i++) {
        out.write(row.apply(i) + "\n");
      }
    }
  }
}
