package io.beamhouse.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;

/** The lines of {@link ImdbFiles}; each depends on seed, table and title only. */
final class ImdbRows {
  private static final String NULL = "\\N";
  private static final List<String> TYPES =
      List.of("movie", "short", "tvSeries", "tvEpisode", "tvMiniSeries", "video", "videoGame");
  private static final List<String> GENRES =
      List.of("Drama", "Comedy", "Talk-Show", "Sci-Fi", "Film-Noir", "Adult", "Reality-TV", "News");
  private static final List<String> WORDS =
      List.of(
          "The",
          "Night",
          "of",
          "Amélie",
          "Straße",
          "Кино",
          "東京",
          "🎬",
          "L'été",
          "\"Weird Al\"",
          "Rolling",
          "Deep",
          "¿Qué?",
          "and",
          "2",
          "Å",
          "a",
          "#1",
          "N\\A",
          "O'Neil",
          "&",
          "مرحبا");
  private static final List<String> ODD =
      List.of(
          "\"Rolling in the Deep Dish",
          "\"",
          "''",
          "\\",
          "NULL",
          "NaN",
          "007",
          "1E5",
          "true",
          "-",
          "Say \"Hello\", World",
          "'Tis",
          "#",
          " leading",
          "trailing ",
          "a,b;c|d",
          "e\u0301 not é");
  private static final List<String> REGIONS = List.of("US", "DE", "JP", "XWW", "SUHH", "BR");
  private static final List<String> LANGUAGES = List.of("en", "de", "ja", "cmn", "qbn");
  private static final List<String> AKA_TYPES =
      List.of("imdbDisplay", "original", "working", "dvd", "tv", "festival", "alternative");
  private static final List<String> ATTRIBUTES =
      List.of("literal title", "new title", "short title", "YIVO translation", "dubbed version");
  private static final List<String> CATEGORIES =
      List.of(
          "actor", "actress", "self", "director", "writer", "cinematographer", "archive_footage");
  private static final List<String> PROFESSIONS =
      List.of("actor", "actress", "producer", "miscellaneous", "soundtrack", "music_department");

  private final long seed;
  private final long titles;

  ImdbRows(long seed, long titles) {
    this.seed = seed;
    this.titles = titles;
  }

  List<String> lines(String table, long title) {
    SplittableRandom random =
        new SplittableRandom(seed * 31 + title * 1_000_003 + table.hashCode());
    return switch (table) {
      case "title.basics" -> List.of(basics(title, random));
      case "title.akas" -> akas(title, random);
      case "title.crew" -> List.of(line(tconst(title), names(random, 3), names(random, 4)));
      case "title.episode" -> isEpisode(title) ? List.of(episode(title, random)) : List.of();
      case "title.principals" -> principals(title, random);
      case "title.ratings" -> title % 3 == 0 ? List.of(rating(title, random)) : List.of();
      default -> List.of(name(title, random));
    };
  }

  private static String line(Object... fields) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < fields.length; i++) {
      line.append(i == 0 ? "" : "\t").append(fields[i]);
    }
    return line.toString();
  }

  /** Seven digits, and more of them for the newest. */
  private static String tconst(long title) {
    return String.format(Locale.ROOT, "tt%07d", title);
  }

  private static String nconst(long name) {
    return String.format(Locale.ROOT, "nm%07d", name);
  }

  private static boolean isEpisode(long title) {
    return title % TYPES.size() == TYPES.indexOf("tvEpisode");
  }

  private String basics(long title, SplittableRandom random) {
    String name = title(random);
    int year = 1874 + random.nextInt(155);
    boolean series = title % TYPES.size() == TYPES.indexOf("tvSeries");
    return line(
        tconst(title),
        TYPES.get((int) (title % TYPES.size())),
        name,
        random.nextInt(4) == 0 ? title(random) : name,
        random.nextInt(20) == 0 ? 1 : 0,
        or(random, 8, year),
        series && random.nextBoolean() ? Math.min(2031, year + random.nextInt(20)) : NULL,
        or(random, 3, 1 + random.nextInt(random.nextInt(100) == 0 ? 60_000 : 200)),
        list(GENRES, random, 3, ","));
  }

  private List<String> akas(long title, SplittableRandom random) {
    List<String> lines = new ArrayList<>();
    int count = 1 + random.nextInt(5);
    for (int ordering = 1; ordering <= count; ordering++) {
      lines.add(
          line(
              tconst(title),
              ordering,
              title(random),
              or(random, 4, any(REGIONS, random)),
              or(random, 2, any(LANGUAGES, random)),
              list(AKA_TYPES, random, 2, "\u0002"),
              random.nextInt(4) == 0 ? list(ATTRIBUTES, random, 3, "\u0002") : NULL,
              random.nextInt(50) == 0 ? NULL : ordering == 1 ? 1 : 0));
    }
    return lines;
  }

  private String episode(long title, SplittableRandom random) {
    long parent = Math.max(1, title - title % TYPES.size() + TYPES.indexOf("tvSeries"));
    boolean numbered = random.nextInt(5) > 0;
    return line(
        tconst(title),
        tconst(parent),
        numbered ? 1 + random.nextInt(random.nextInt(50) == 0 ? 2024 : 12) : NULL,
        numbered ? random.nextInt(random.nextInt(50) == 0 ? 15_000 : 30) : NULL);
  }

  private List<String> principals(long title, SplittableRandom random) {
    List<String> lines = new ArrayList<>();
    int count = 1 + random.nextInt(7);
    for (int ordering = 1; ordering <= count; ordering++) {
      String category = any(CATEGORIES, random);
      boolean acts = category.startsWith("act") || category.equals("self");
      lines.add(
          line(
              tconst(title),
              ordering,
              person(random),
              category,
              acts
                  ? NULL
                  : or(random, 2, any(List.of("co-director", "novel \"Æon\"", "(as é)"), random)),
              acts ? characters(random) : NULL));
    }
    return lines;
  }

  private String characters(SplittableRandom random) {
    return switch (random.nextInt(5)) {
      case 0 -> NULL;
      case 1 -> "[\"Self\"]";
      case 2 -> "[\"Narrator (segment \\\"" + any(WORDS, random).replace("\"", "") + "\\\")\"]";
      case 3 -> "[\"Zoë\",\"Man in Black\"]";
      default -> "[\"" + any(WORDS, random).replace("\"", "").replace("\\", "\\\\") + "\"]";
    };
  }

  private String rating(long title, SplittableRandom random) {
    String average = String.format(Locale.ROOT, "%.1f", (10 + random.nextInt(91)) / 10.0);
    return line(
        tconst(title), average, 5 + random.nextInt(random.nextInt(9) == 0 ? 3_000_000 : 900));
  }

  private String name(long number, SplittableRandom random) {
    int born = random.nextInt(200) == 0 ? 1564 : 1850 + random.nextInt(165);
    return line(
        nconst(number),
        any(
                List.of("Fred Astaire", "Björk", "宮崎 駿", "\"Weird Al\" Yankovic", "50 Cent", "Ö"),
                random)
            + (random.nextInt(3) == 0 ? "" : " " + number),
        or(random, 2, born),
        random.nextInt(4) == 0 ? Math.min(2026, born + random.nextInt(100)) : NULL,
        // Both ways of nothing are found in the real file.
        random.nextInt(6) == 0 ? "" : list(PROFESSIONS, random, 3, ","),
        titles(random));
  }

  private String titles(SplittableRandom random) {
    int count = random.nextInt(5);
    List<String> some = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      some.add(tconst(1 + random.nextLong(titles)));
    }
    return some.isEmpty() ? NULL : String.join(",", some);
  }

  private String names(SplittableRandom random, int max) {
    int count = random.nextInt(max);
    List<String> some = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      some.add(person(random));
    }
    return some.isEmpty() ? NULL : String.join(",", some);
  }

  private String person(SplittableRandom random) {
    long number = 1 + random.nextLong(titles);
    return nconst(random.nextInt(100) == 0 ? 9_000_000 + number : number);
  }

  private static String title(SplittableRandom random) {
    if (random.nextInt(12) == 0) {
      return any(ODD, random);
    }
    int words = random.nextInt(400) == 0 ? 300 + random.nextInt(700) : 1 + random.nextInt(6);
    StringBuilder title = new StringBuilder();
    for (int i = 0; i < words; i++) {
      title.append(i == 0 ? "" : " ").append(any(WORDS, random));
    }
    return title.toString();
  }

  private static String list(List<String> from, SplittableRandom random, int max, String between) {
    int count = random.nextInt(max + 1);
    int first = random.nextInt(from.size());
    List<String> some = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      some.add(from.get((first + i) % from.size()));
    }
    return some.isEmpty() ? NULL : String.join(between, some);
  }

  private static Object or(SplittableRandom random, int oneIn, Object value) {
    return random.nextInt(oneIn) == 0 ? NULL : value;
  }

  private static String any(List<String> from, SplittableRandom random) {
    return from.get(random.nextInt(from.size()));
  }
}
