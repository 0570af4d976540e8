package io.beamhouse.runners.direct;

import io.beamhouse.pipelines.increment.RunReport;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.zip.GZIPOutputStream;
import org.apache.beam.sdk.values.Row;

/** The IMDb pipeline over two deliveries of small dumps that it brings itself. */
final class ImdbDemo implements Demo {
  private static final List<String> OUTCOMES =
      List.of("inserted", "updated", "unchanged", "superseded");

  /** Elements of lists that are not in the new ones: stored rows, none of what came in. */
  private static final String REMOVED = "removed";

  private static final int TOP = 3;
  private static final long MIN_VOTES = 1000;

  private final DemoRuns runs;
  private final Path landing;
  private final Path bronze;
  private final Path silver;
  private final Path gold;
  private final PrintWriter out;
  private final ImdbDumps dumps = new ImdbDumps();
  private final Set<String> bad = new HashSet<>();
  private final Map<String, Long> lines = new HashMap<>();

  private ImdbDemo(Path home, DemoRuns runs, PrintWriter out) throws IOException {
    this.runs = runs;
    this.landing = Files.createDirectories(home.resolve("landing"));
    this.bronze = runs.spec("imdb/imdb-bronze.yaml");
    this.silver = runs.spec("imdb/imdb-silver.yaml");
    this.gold = runs.spec("imdb/imdb-gold.yaml");
    this.out = out;
  }

  static ImdbDemo open(Path home, String runner, PrintWriter out, PrintWriter err)
      throws IOException {
    return new ImdbDemo(home, new DemoRuns(home, runner, err), out);
  }

  /** Returns whether every table is what the dumps say, after both deliveries. */
  @Override
  public boolean play() throws IOException {
    out.println();
    out.println("Delivery 1: seven dumps, with some rows that no dump should have");
    List<String> all = List.copyOf(ImdbDumps.KEYS.keySet());
    for (String dump : all) {
      List<String> rows = new ArrayList<>(resource(dump));
      rows.addAll(resource("bad/" + dump));
      bad.addAll(resource("bad/" + dump));
      deliver(dump, rows);
    }
    boolean right = runAll(all);
    printQuarantined();
    out.println();
    out.println("Delivery 2: shorter lists, a new title, and one of the bad rows repaired");
    List<String> changed =
        all.stream().filter(dump -> !resource("changed/" + dump).isEmpty()).toList();
    for (String dump : changed) {
      deliver(dump, overlaid(dump));
    }
    right &= runAll(changed);
    out.println();
    String again = run(bronze) + run(silver);
    boolean still = again.lines().allMatch(line -> line.endsWith(": nothing new"));
    out.println(still ? "Once more: nothing new" : "Once more, there was SOMETHING NEW:\n" + again);
    return right && still;
  }

  private String run(Path spec) {
    return runs.run(spec, "landing=" + landing);
  }

  private boolean runAll(List<String> delivered) throws IOException {
    run(bronze);
    run(silver);
    runs.run(gold, "top=" + TOP, "min_votes=" + MIN_VOTES);
    out.printf("%-18s%6s%13s", "", "in", "quarantined");
    OUTCOMES.forEach(outcome -> out.printf("%12s", outcome));
    out.printf("%12s%n", REMOVED);
    boolean right = true;
    for (String dump : delivered) {
      right &= printCounts(dump);
    }
    int tables = 0;
    long rows = 0;
    for (String dump : ImdbDumps.KEYS.keySet()) {
      for (ImdbDumps.Table table : dumps.silver(dump)) {
        right &= isEqual(table, "silver");
        tables++;
        rows += table.rows().size();
      }
    }
    ImdbDumps.Table top = dumps.gold(TOP, MIN_VOTES);
    right &= isEqual(top, "gold");
    if (right) {
      out.printf("silver = dumps (%d tables, %d rows, every column compared)%n", tables, rows);
      out.printf("gold   = dumps (%d places)%n", top.rows().size());
    }
    printTop();
    return right;
  }

  /** Prints what became of a dump's rows and its lists; returns whether all are accounted for. */
  private boolean printCounts(String dump) {
    RunReport report = runs.report("imdb-silver/" + dump);
    Map<String, Map<String, Long>> counts = new LinkedHashMap<>();
    report.sinks().forEach((name, sink) -> counts.put(name, sink.counts()));
    long quarantined = 0;
    for (String sink : List.of("unreadable", "refused", "unflattened")) {
      quarantined += sum(counts.remove(sink));
    }
    Map<String, Long> own = counts.remove("silver");
    out.printf("%-18s%6d%13d", dump, lines.get(dump), quarantined);
    printOutcomes(own);
    counts.forEach(
        (list, outcomes) -> {
          out.printf("  %-35s", list);
          printOutcomes(outcomes);
        });
    boolean complete = lines.get(dump) == quarantined + sum(own);
    if (!complete) {
      out.println(dump + ": in DIFFERS from the sum of outcomes");
    }
    return complete;
  }

  private static long sum(Map<String, Long> counts) {
    return OUTCOMES.stream().mapToLong(outcome -> counts.getOrDefault(outcome, 0L)).sum();
  }

  private void printOutcomes(Map<String, Long> counts) {
    OUTCOMES.forEach(outcome -> out.printf("%12d", counts.getOrDefault(outcome, 0L)));
    out.printf("%12d%n", counts.getOrDefault(REMOVED, 0L));
  }

  private boolean isEqual(ImdbDumps.Table expected, String layer) {
    Path path = runs.lake().resolve(layer + "/imdb/" + expected.name());
    List<String> found = new ArrayList<>();
    for (Row row : runs.rows(path, expected.columns())) {
      found.add(row.getValues().stream().map(String::valueOf).collect(Collectors.joining("\t")));
    }
    List<String> wanted = new ArrayList<>();
    expected.rows().forEach(row -> wanted.add(String.join("\t", row)));
    boolean equal = found.stream().sorted().toList().equals(wanted.stream().sorted().toList());
    if (!equal) {
      out.println(layer + " DIFFERS from the dumps in " + expected.name());
    }
    return equal;
  }

  private void printTop() {
    List<String> columns =
        List.of("genre", "decade", "place", "primaryTitle", "averageRating", "numVotes");
    out.println("Some of gold, the best movies of each genre and decade:");
    runs.rows(runs.lake().resolve("gold/imdb/top_titles"), columns).stream()
        .filter(row -> row.getString("genre").equals("Drama"))
        .map(row -> String.format("  %s %ss %d. %s (%s, %d votes)", row.getValues().toArray()))
        .sorted()
        .limit(6)
        .forEach(out::println);
  }

  private void printQuarantined() {
    out.println("Quarantined, where and why:");
    runs.rows(runs.lake().resolve("quarantine"), List.of("position", "step", "rule")).stream()
        .map(
            row ->
                String.format(
                    "  %-32s %s: %s",
                    row.getString("position").replaceFirst(".*/", ""),
                    row.getString("step"),
                    row.getString("rule")))
        .sorted()
        .forEach(out::println);
  }

  private void deliver(String dump, List<String> rows) throws IOException {
    Path file = landing.resolve(dump + ".tsv.gz");
    try (OutputStream gzip = new GZIPOutputStream(Files.newOutputStream(file))) {
      gzip.write((String.join("\n", rows) + "\n").getBytes(StandardCharsets.UTF_8));
    }
    lines.put(dump, dumps.take(dump, file, bad::contains));
  }

  /** The first dump's good rows, in their places those of the second one, and its new ones. */
  private static List<String> overlaid(String dump) {
    Map<List<String>, String> rows = new LinkedHashMap<>();
    for (String resource : List.of(dump, "changed/" + dump)) {
      for (String line : resource(resource)) {
        rows.put(List.of(line.split("\t", -1)).subList(0, ImdbDumps.KEYS.get(dump)), line);
      }
    }
    return List.copyOf(rows.values());
  }

  /** Lines of a resource; none when there is no such one. */
  private static List<String> resource(String name) {
    try (InputStream in = ImdbDemo.class.getResourceAsStream("/demo/imdb/" + name + ".tsv")) {
      return in == null
          ? List.of()
          : List.of(new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n"));
    } catch (IOException e) {
      throw new DemoFailedException("The demo's own files cannot be read: " + e.getMessage());
    }
  }

  @Override
  public void sayHowToGoOn(boolean stay) {
    String set = " --set landing=" + landing + " --set lake=" + runs.lake();
    Path pages = runs.lake().resolve("_state");
    out.println();
    out.println("The dumps  " + landing);
    out.println(
        "The lake   " + runs.lake() + "  (bronze: Parquet; silver, gold, quarantine: Delta)");
    out.println("The specs  " + silver.getParent());
    out.println("Reports    " + pages.resolve("imdb-bronze/title.basics/report.html"));
    out.println("           " + pages.resolve("imdb-silver/title.basics/report.html"));
    out.println("           " + pages.resolve("imdb-gold/report.html"));
    out.println("Look       ./beamhouse quarantine " + silver + set);
    out.println("Go on      change a dump, then ./beamhouse run " + silver + set);
    out.flush();
  }

  /** There is nothing to stop. */
  @Override
  public void close() {}
}
