package io.beamhouse.runners.direct;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamhouse.io.parquet.ParquetRowReader;
import io.beamhouse.pipelines.increment.RunReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;

/** Lists of movies from an API that stands in for The Movie Database, in good moods and in bad. */
final class TmdbDemo implements Demo {
  private static final List<String> TEXTS =
      List.of(
          "id",
          "title",
          "original_title",
          "original_language",
          "overview",
          "popularity",
          "vote_average",
          "vote_count",
          "adult",
          "video",
          "poster_path",
          "backdrop_path");
  private static final Schema ENTRY =
      Schema.builder()
          .addStringField("request")
          .addInt64Field("_run")
          .addStringField("_source")
          .addInt64Field("id")
          .addNullableStringField("title")
          .addNullableStringField("release_date")
          .addNullableField("popularity", Schema.FieldType.DOUBLE)
          .addNullableStringField("genre_ids")
          .build();

  private final TmdbMovies movies;
  private final TmdbStandIn api;
  private final DemoRuns runs;
  private final Path bronze;
  private final Path silver;
  private final Path token;
  private final PrintWriter out;

  /** What each finished load must have left in the files, as text. */
  private final List<String> seen = new ArrayList<>();

  private final Set<Path> known = new HashSet<>();
  private long loads;

  private TmdbDemo(TmdbMovies movies, TmdbStandIn api, DemoRuns runs, Path home, PrintWriter out)
      throws IOException {
    this.movies = movies;
    this.api = api;
    this.runs = runs;
    this.bronze = runs.spec("tmdb/tmdb-bronze.yaml");
    this.silver = runs.spec("tmdb/tmdb-silver.yaml");
    this.token = Files.writeString(home.resolve("token"), TmdbStandIn.TOKEN);
    this.out = out;
  }

  static TmdbDemo open(Path home, String runner, PrintWriter out, PrintWriter err)
      throws IOException {
    TmdbMovies movies = TmdbMovies.fromDumps();
    return new TmdbDemo(
        movies, TmdbStandIn.start(movies), new DemoRuns(home, runner, err), home, out);
  }

  /** Returns whether every table is what the API has, and a part of it never came through. */
  @Override
  public boolean play() throws IOException {
    out.println();
    out.println("Load 1: four lists and the genres, page by page");
    boolean right = load();

    movies.nextDay();
    out.println();
    out.println("Load 2: a new day; a page lacks three movies, and only the API's own total tells");
    api.is(TmdbStandIn.Mood.FORGETFUL);
    right &= refused();

    out.println();
    out.println("Load 2 again: now every third answer is an error, a break or half a page");
    api.is(TmdbStandIn.Mood.SHAKY);
    right &= load();

    out.println();
    out.println("Once more: the API says what it said, so nothing is new");
    api.is(TmdbStandIn.Mood.FAIR);
    return nothingNew() && right;
  }

  private String[] values() {
    return new String[] {"api=" + api.address(), "token=${file:" + token + "}"};
  }

  private boolean load() throws IOException {
    print(runs.run(bronze, values()));
    loads++;
    for (Path event : newEvents()) {
      out.println("  event " + event.getFileName() + " starts silver");
      print(runs.run(silver, List.of("--on-event", event.toString()), List.of()));
    }
    for (String list : TmdbMovies.LISTS) {
      List<ObjectNode> entries = movies.list(list);
      for (int i = 0; i < entries.size(); i++) {
        seen.add(entry(list, i, entries.get(i)));
      }
    }
    RunReport report = runs.report("tmdb-bronze");
    out.println("The API        " + api.counts());
    for (String proof : report.sources().get("lists").facts().get("complete").split("; ", -1)) {
      out.println("  " + proof);
    }
    return compare();
  }

  /** The events that bronze left since the last call: one for each load. */
  private List<Path> newEvents() throws IOException {
    try (Stream<Path> files = Files.list(runs.lake().resolve("events/tmdb-bronze"))) {
      return files.filter(known::add).sorted().toList();
    }
  }

  private boolean nothingNew() {
    String again = runs.run(bronze, values()) + runs.run(silver);
    print(again);
    api.counts();
    return again.lines().allMatch(line -> line.endsWith(": nothing new"));
  }

  private boolean refused() throws IOException {
    DemoRuns.Ended ended = runs.end(bronze, List.of(values()));
    out.println("  exit code " + ended.code() + ": " + ended.said().strip().replace("\n", "\n  "));
    String still = runs.run(silver);
    print(still);
    api.counts();
    return ended.code() == 45
        && ended.said().contains("Total missed")
        && still.strip().endsWith(": nothing new")
        && entries().equals(seen.stream().sorted().toList());
  }

  private void print(String summary) {
    summary
        .lines()
        .filter(line -> line.startsWith("tmdb-"))
        .forEach(line -> out.println("  " + line));
  }

  private boolean compare() throws IOException {
    List<String> now = new ArrayList<>();
    List<String> genres = new ArrayList<>();
    for (ObjectNode movie : movies.all().values()) {
      now.add(
          TEXTS.stream().map(name -> text(movie.get(name))).collect(Collectors.joining("|"))
              + "|"
              + text(movie.get("release_date")).replaceFirst("^$", "null"));
      for (int i = 0; i < movie.get("genre_ids").size(); i++) {
        genres.add(movie.get("id") + "|" + i + "|" + movie.get("genre_ids").get(i));
      }
    }
    List<String> names = new ArrayList<>();
    movies.genres().forEach((id, name) -> names.add(id + "|" + name));
    List<String> columns = new ArrayList<>(TEXTS);
    columns.add("released");
    boolean right = isEqual("movies", delta("movies", columns), now);
    right &=
        isEqual(
            "movies.genres", delta("movies.genres", List.of("id", "_index", "genre_id")), genres);
    right &= isEqual("genres", delta("genres", List.of("id", "name")), names);
    return isEqual("list_entries", entries(), seen) && right;
  }

  private boolean isEqual(String table, List<String> found, List<String> wanted) {
    boolean equal = found.stream().sorted().toList().equals(wanted.stream().sorted().toList());
    out.printf(
        "%-14s %s%n",
        table, equal ? "= the API (" + found.size() + " rows, every column compared)" : "DIFFERS");
    return equal;
  }

  private List<String> delta(String table, List<String> columns) {
    return runs.rows(runs.lake().resolve("silver/tmdb/" + table), columns).stream()
        .map(row -> row.getValues().stream().map(String::valueOf).collect(Collectors.joining("|")))
        .toList();
  }

  /** All rows of the Parquet files, as {@link #entry} has them, sorted. */
  private List<String> entries() throws IOException {
    List<String> entries = new ArrayList<>();
    try (Stream<Path> files = Files.list(runs.lake().resolve("silver/tmdb/list_entries"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".parquet")).toList()) {
        try (ParquetRowReader rows =
            ParquetRowReader.read(new org.apache.hadoop.fs.Path(file.toUri()), ENTRY)) {
          rows.forEachRemaining(row -> entries.add(text(row)));
        }
      }
    }
    return entries.stream().sorted().toList();
  }

  private static String text(Row row) {
    return row.getValues().stream().map(String::valueOf).collect(Collectors.joining("|"));
  }

  private String entry(String list, int index, ObjectNode movie) {
    int size = TmdbStandIn.PAGE_SIZE;
    return String.join(
        "|",
        list,
        String.valueOf(loads),
        String.format("%s/%06d:%06d", list, index / size + 1, index % size + 1),
        text(movie.get("id")),
        text(movie.get("title")),
        text(movie.get("release_date")),
        text(movie.get("popularity")),
        movie.get("genre_ids").toString());
  }

  private static String text(JsonNode value) {
    return value.isNull() ? "null" : value.asText();
  }

  @Override
  public void sayHowToGoOn(boolean stay) {
    out.println();
    out.println("The lake   " + runs.lake() + "  (bronze: JSON; silver: Delta and Parquet)");
    out.println("The specs  " + bronze);
    out.println("           " + silver);
    out.println("Reports    " + runs.lake().resolve("_state/tmdb-bronze/report.html"));
    out.println("           " + runs.lake().resolve("_state/tmdb-silver/report.html"));
    if (stay) {
      out.println("The API    " + api.address() + "  (Ctrl-C here stops it)");
      out.println(
          "Go on      ./beamhouse run "
              + bronze
              + " --set lake="
              + runs.lake()
              + " --set api="
              + api.address()
              + " --set 'token=${file:"
              + token
              + "}'");
    }
    out.flush();
  }

  @Override
  public void close() {
    api.close();
  }
}
