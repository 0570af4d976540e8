package io.beamhouse.runners.direct;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.zip.GZIPInputStream;

/**
 * The IMDb dumps as anybody would read them, by lines and tabs, and what must become of them:
 * Beamhouse's results are held against it.
 */
final class ImdbDumps {
  /** How many columns name a row, by dump. */
  static final Map<String, Integer> KEYS = new LinkedHashMap<>();

  /** The child table of a column's list and the column of its elements. */
  private static final Map<String, List<String>> CHILDREN =
      Map.of(
          "genres", List.of("title.genres", "genre"),
          "directors", List.of("title.directors", "nconst"),
          "writers", List.of("title.writers", "nconst"),
          "primaryProfession", List.of("name.professions", "profession"),
          "knownForTitles", List.of("name.known_for", "tconst"));

  private static final List<String> JSON_LISTS = List.of("types", "attributes");
  private static final List<String> TRUTHS = List.of("isAdult", "isOriginalTitle");

  static {
    KEYS.put("title.basics", 1);
    KEYS.put("title.akas", 2);
    KEYS.put("title.crew", 1);
    KEYS.put("title.episode", 1);
    KEYS.put("title.principals", 2);
    KEYS.put("title.ratings", 1);
    KEYS.put("name.basics", 1);
  }

  /** A table as it must be, its values as text. */
  record Table(String name, List<String> columns, List<List<String>> rows) {}

  private final Map<String, List<String>> columns = new HashMap<>();
  private final Map<String, Map<List<String>, Map<String, String>>> newest = new LinkedHashMap<>();

  /**
   * Takes what a dump says; rows that earlier ones had too are as this one has them.
   *
   * @param bad tells the lines that must not come through
   * @return how many lines there are, bad ones too
   */
  long take(String name, Path dump, Predicate<String> bad) throws IOException {
    long lines = 0;
    Map<List<String>, Map<String, String>> rows =
        newest.computeIfAbsent(name, any -> new LinkedHashMap<>());
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                new GZIPInputStream(Files.newInputStream(dump)), StandardCharsets.UTF_8))) {
      List<String> header = List.of(in.readLine().split("\t"));
      columns.put(name, header);
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        lines++;
        if (!bad.test(line)) {
          List<String> fields = List.of(line.split("\t", -1));
          Map<String, String> row = new HashMap<>();
          for (int i = 0; i < header.size(); i++) {
            row.put(header.get(i), fields.get(i).equals("\\N") ? null : fields.get(i));
          }
          rows.put(fields.subList(0, KEYS.get(name)), row);
        }
      }
    }
    return lines;
  }

  /** The silver tables of one dump: its own, then those of its lists. */
  List<Table> silver(String name) {
    List<String> own = columns.get(name);
    Collection<Map<String, String>> rows = newest.get(name).values();
    List<Table> tables = new ArrayList<>();
    tables.add(
        new Table(
            name,
            own.stream().map(c -> CHILDREN.containsKey(c) ? c + "__count" : c).toList(),
            rows.stream().map(row -> values(own, row)).toList()));
    for (String column : own) {
      if (CHILDREN.containsKey(column)) {
        List<String> child = CHILDREN.get(column);
        List<List<String>> elements = new ArrayList<>();
        rows.forEach(row -> elements(row.get(own.get(0)), row.get(column), elements));
        tables.add(new Table(child.get(0), List.of(own.get(0), "_index", child.get(1)), elements));
      }
    }
    return tables;
  }

  private static List<String> values(List<String> columns, Map<String, String> row) {
    List<String> values = new ArrayList<>();
    for (String column : columns) {
      String value = row.get(column);
      if (value != null && CHILDREN.containsKey(column)) {
        value = Integer.toString(list(value, ",").size());
      } else if (value != null && JSON_LISTS.contains(column)) {
        value = "[\"" + String.join("\",\"", list(value, "\u0002")) + "\"]";
      } else if (value != null && TRUTHS.contains(column)) {
        value = Boolean.toString(value.equals("1"));
      }
      values.add(value);
    }
    return values;
  }

  private static void elements(String key, String list, List<List<String>> into) {
    List<String> all = list == null ? List.of() : list(list, ",");
    for (int i = 0; i < all.size(); i++) {
      into.add(List.of(key, Integer.toString(i), all.get(i)));
    }
  }

  private static List<String> list(String text, String delimiter) {
    return text.isEmpty() ? List.of() : Arrays.asList(text.split(delimiter, -1));
  }

  /** The best {@code top} movies of each genre and decade. */
  Table gold(int top, long minVotes) {
    Map<List<String>, List<Map<String, String>>> groups = new HashMap<>();
    for (Map<String, String> title : newest.get("title.basics").values()) {
      Map<String, String> rating = newest.get("title.ratings").get(List.of(title.get("tconst")));
      if (rating == null
          || Long.parseLong(rating.get("numVotes")) < minVotes
          || !"movie".equals(title.get("titleType"))
          || title.get("startYear") == null
          || title.get("genres") == null) {
        continue;
      }
      Map<String, String> rated = new HashMap<>(title);
      rated.putAll(rating);
      String decade = title.get("startYear").replaceFirst(".$", "0");
      for (String genre : list(title.get("genres"), ",")) {
        groups.computeIfAbsent(List.of(genre, decade), any -> new ArrayList<>()).add(rated);
      }
    }
    Comparator<Map<String, String>> best =
        Comparator.comparing(
                (Map<String, String> row) -> -Double.parseDouble(row.get("averageRating")))
            .thenComparing(row -> -Long.parseLong(row.get("numVotes")))
            .thenComparing(row -> row.get("tconst"));
    List<List<String>> rows = new ArrayList<>();
    groups.forEach(
        (group, titles) -> {
          titles.sort(best);
          for (int place = 1; place <= Math.min(top, titles.size()); place++) {
            String title = titles.get(place - 1).get("tconst");
            rows.add(List.of(group.get(0), group.get(1), Integer.toString(place), title));
          }
        });
    return new Table("top_titles", List.of("genre", "decade", "place", "tconst"), rows);
  }
}
