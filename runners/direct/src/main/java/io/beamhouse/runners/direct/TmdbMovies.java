package io.beamhouse.runners.direct;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Movies as The Movie Database would list them, made of the titles of the IMDb demo; from day to
 * day they become more or less popular, get votes, and one comes out.
 */
final class TmdbMovies {
  static final List<String> LISTS = List.of("popular", "top_rated", "upcoming", "now_playing");
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A title of the dumps; year 0 and empty texts where a dump has nothing. */
  private record Title(
      int id, String title, String original, boolean adult, int year, List<String> genres) {}

  private final List<Title> titles = new ArrayList<>();
  private final Map<Integer, double[]> ratings = new HashMap<>();
  private final Map<String, Integer> genres = new TreeMap<>();
  private int day = 1;

  static TmdbMovies fromDumps() throws IOException {
    TmdbMovies movies = new TmdbMovies();
    for (String[] title : rows("title.basics")) {
      List<String> genres = title[8].equals("\\N") ? List.of() : List.of(title[8].split(","));
      movies.titles.add(
          new Title(
              id(title[0]),
              title[2],
              title[3],
              title[4].equals("1"),
              title[5].equals("\\N") ? 0 : Integer.parseInt(title[5]),
              genres));
      genres.forEach(name -> movies.genres.put(name, 0));
    }
    movies.genres.replaceAll((name, none) -> 10 + name.charAt(0) * 31 + name.length());
    for (String[] rating : rows("title.ratings")) {
      movies.ratings.put(
          id(rating[0]), new double[] {Double.parseDouble(rating[1]), Long.parseLong(rating[2])});
    }
    return movies;
  }

  private static int id(String tconst) {
    return Integer.parseInt(tconst.substring(2));
  }

  private static List<String[]> rows(String dump) throws IOException {
    List<String[]> rows = new ArrayList<>();
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                TmdbMovies.class.getResourceAsStream("/demo/imdb/" + dump + ".tsv"),
                StandardCharsets.UTF_8))) {
      in.readLine();
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        rows.add(line.split("\t", -1));
      }
    }
    return rows;
  }

  void nextDay() {
    day++;
  }

  /** Genre names by id. */
  Map<Integer, String> genres() {
    Map<Integer, String> byId = new TreeMap<>();
    genres.forEach((name, id) -> byId.put(id, name));
    return byId;
  }

  /** The movies of a list in its order; empty for a list that there is not. */
  List<ObjectNode> list(String name) {
    Comparator<ObjectNode> order = Comparator.comparing(m -> -m.get("popularity").asDouble());
    Predicate<Title> in =
        switch (name) {
          case "popular" -> title -> true;
          case "top_rated" -> title -> ratings.containsKey(title.id());
          case "upcoming" -> title -> title.year() >= 2020;
          case "now_playing" -> title -> title.year() >= 2010 && title.year() < 2020;
          default -> title -> false;
        };
    if (name.equals("top_rated")) {
      order = Comparator.comparing(m -> -m.get("vote_average").asDouble());
    }
    return titles.stream()
        .filter(in)
        // The last one comes out on the second day.
        .filter(title -> day > 1 || title.id() < titles.size())
        .map(this::movie)
        .sorted(order.thenComparing(m -> m.get("id").asInt()))
        .toList();
  }

  private ObjectNode movie(Title title) {
    double[] rating = ratings.getOrDefault(title.id(), new double[2]);
    ObjectNode movie = JSON.createObjectNode();
    movie.put("adult", title.adult());
    movie.putNull("backdrop_path");
    ArrayNode ids = movie.putArray("genre_ids");
    title.genres().forEach(name -> ids.add(genres.get(name)));
    movie.put("id", title.id());
    movie.put("original_language", "en");
    movie.put("original_title", title.original());
    movie.put(
        "overview",
        title.year() == 0
            ? ""
            : "\u201c" + title.title() + "\u201d, made in " + title.year() + ".");
    movie.put("popularity", (title.id() * 7919L + day * 104_729L) % 100_000 / 1000.0);
    movie.putNull("poster_path");
    movie.put(
        "release_date",
        title.year() == 0
            ? ""
            : String.format(
                "%04d-%02d-%02d", title.year(), 1 + title.id() % 12, 1 + title.id() % 28));
    movie.put("title", title.title());
    movie.put("video", false);
    movie.put("vote_average", rating[0]);
    movie.put("vote_count", (long) rating[1] + (rating[1] == 0 ? 0 : day));
    return movie;
  }

  /** A page as the API gives it. */
  ObjectNode page(String list, int number, int size) {
    List<ObjectNode> all = list(list);
    ObjectNode page = JSON.createObjectNode();
    if (list.equals("upcoming") || list.equals("now_playing")) {
      page.putObject("dates").put("maximum", "2029-12-31").put("minimum", "2010-01-01");
    }
    page.put("page", number);
    ArrayNode results = page.putArray("results");
    all.stream().skip((number - 1L) * size).limit(size).forEach(results::add);
    page.put("total_pages", (all.size() + size - 1) / size);
    page.put("total_results", all.size());
    return page;
  }

  ObjectNode genreList() {
    ObjectNode answer = JSON.createObjectNode();
    ArrayNode list = answer.putArray("genres");
    genres().forEach((id, name) -> list.addObject().put("id", id).put("name", name));
    return answer;
  }

  /** Each movie of the lists, by id. */
  Map<Integer, ObjectNode> all() {
    Map<Integer, ObjectNode> all = new LinkedHashMap<>();
    LISTS.forEach(list -> list(list).forEach(movie -> all.put(movie.get("id").asInt(), movie)));
    return all;
  }
}
