package io.beamhouse.runners.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The flatten specs beside Spark SQL and DuckDB doing the same work: cold JVMs in turn, each of the
 * same heap, CPU of the whole process tree, medians.
 */
final class FlattenBench {
  /**
   * @param data where input is kept from one bench to the next
   * @param json null for none
   * @param only names of cases, with commas between; empty for all
   */
  record Options(
      long rows, int runs, String heap, Path data, Path json, String only, boolean keep) {}

  private static final String CLI = "io.beamhouse.runners.spark.SparkMain";
  private static final String SPARK = "io.beamhouse.runners.benchmarks.SparkFlatten";
  private static final String DUCKDB = "io.beamhouse.runners.benchmarks.DuckDbFlatten";

  /** DuckDB, as little as it can be; no promise to be as fast. */
  private static final String FLOOR = "rows duckdb floor";

  /** Our own pipeline with and without rules. */
  private static final String RULES = "20 rules";

  private final Options options;
  private final Path work;
  private final List<Case> cases = new ArrayList<>();

  private FlattenBench(Options options, Path work) {
    this.options = options;
    this.work = work;
  }

  /** One of two contenders: how to run it into a lake, once. */
  interface Contender {
    Measured run(Path lake) throws IOException, InterruptedException;
  }

  /**
   * What a case has shown.
   *
   * @param ours medians
   * @param theirs medians
   */
  record Case(String name, Measured ours, Measured theirs, String outputs) {
    double cpuRatio() {
      return theirs.cpu() / ours.cpu();
    }

    double wallRatio() {
      return theirs.wall() / ours.wall();
    }
  }

  static void run(Options options) throws IOException, InterruptedException {
    Path work = Files.createTempDirectory("beamhouse-bench");
    FlattenBench bench = new FlattenBench(options, work);
    System.out.printf(
        "%d rows of title.basics, %d runs each in turn, -Xmx%s, local[2], cold JVMs, snappy%n",
        options.rows(), options.runs(), options.heap());
    bench.all();
    bench.print();
    if (options.json() != null) {
      bench.write(options.json());
    }
    if (!options.keep()) {
      delete(work);
    }
  }

  private void all() throws IOException, InterruptedException {
    if (wanted("rows")) {
      Path plain = ImdbInput.plain(options.data(), options.rows());
      compare("rows", spec("flatten-rows", plain), spark("rows", plain), Compared.ROWS);
    }
    if (wanted(FLOOR)) {
      Path plain = ImdbInput.plain(options.data(), options.rows());
      compare(FLOOR, spec("flatten-rows", plain), duckDb(plain), Compared.ROWS);
    }
    if (wanted("rows gzip")) {
      Path gzip = ImdbInput.gzip(options.data(), options.rows());
      compare("rows gzip", spec("flatten-rows", gzip), spark("rows", gzip), Compared.ROWS);
    }
    if (wanted("tables")) {
      Path plain = ImdbInput.plain(options.data(), options.rows());
      compare("tables", spec("flatten-tables", plain), spark("tables", plain), Compared.TABLES);
    }
    if (wanted(RULES)) {
      Path plain = ImdbInput.plain(options.data(), options.rows());
      compare(RULES, spec("rules-20", plain), spec("rules-none", plain), Compared.RULES);
    }
  }

  private boolean wanted(String name) {
    return options.only().isEmpty() || List.of(options.only().split(",")).contains(name);
  }

  private Contender spec(String name, Path landing) {
    return lake ->
        java(
            name,
            CLI,
            "run",
            "bench/" + name + ".yaml",
            "--set",
            "landing=" + landing,
            "--set",
            "lake=" + lake,
            "--runner=SparkRunner",
            "--sparkMaster=local[2]");
  }

  private Contender spark(String job, Path landing) {
    return lake -> java("spark " + job, SPARK, job, landing.toString(), lake.toString());
  }

  private Contender duckDb(Path landing) {
    return lake -> java("duckdb", DUCKDB, landing.toString(), lake.toString());
  }

  private Measured java(String label, String main, String... arguments)
      throws IOException, InterruptedException {
    return Measured.java(label, options.heap(), work, main, arguments);
  }

  private void compare(String name, Contender ours, Contender theirs, Compared compared)
      throws IOException, InterruptedException {
    List<Measured> first = new ArrayList<>();
    List<Measured> second = new ArrayList<>();
    Path lake = work.resolve("ours");
    Path peer = work.resolve("theirs");
    for (int run = 0; run < options.runs(); run++) {
      delete(lake);
      delete(peer);
      first.add(ours.run(lake));
      second.add(theirs.run(peer));
      System.err.printf(
          "%s %d: ours %.1f s CPU, %.1f s; theirs %.1f s CPU, %.1f s%n",
          name,
          run + 1,
          first.get(run).cpu(),
          first.get(run).wall(),
          second.get(run).cpu(),
          second.get(run).wall());
    }
    String outputs = compared.say(work, lake, peer);
    cases.add(new Case(name, Measured.median(first), Measured.median(second), outputs));
  }

  private void print() {
    System.out.println(
        "| case | CPU ratio | wall ratio | ours CPU s | theirs CPU s | ours peak MB | theirs peak MB"
            + " | outputs |");
    System.out.println("|---|---|---|---|---|---|---|---|");
    for (Case one : cases) {
      System.out.printf(
          "| %s | %.2f | %.2f | %.1f | %.1f | %d | %d | %s |%n",
          one.name(),
          one.cpuRatio(),
          one.wallRatio(),
          one.ours().cpu(),
          one.theirs().cpu(),
          one.ours().peakMb(),
          one.theirs().peakMb(),
          one.outputs());
    }
  }

  /** The cases beside Spark SQL; what else was measured stands in each of them. */
  private void write(Path file) throws IOException {
    ObjectMapper json = new ObjectMapper();
    ArrayNode all = json.createArrayNode();
    for (Case one : cases) {
      if (one.name().equals(FLOOR) || one.name().equals(RULES)) {
        continue;
      }
      Map<String, Object> values = new LinkedHashMap<>();
      values.put("name", one.name());
      values.put("cpu_ratio", rounded(one.cpuRatio()));
      values.put("wall_ratio", rounded(one.wallRatio()));
      values.put("ours_cpu_s", rounded(one.ours().cpu()));
      values.put("theirs_cpu_s", rounded(one.theirs().cpu()));
      values.put("peak_mb", one.ours().peakMb());
      values.put("theirs_peak_mb", one.theirs().peakMb());
      values.put("rows", options.rows());
      values.put("runs", options.runs());
      values.put("outputs", one.outputs());
      named(FLOOR).ifPresent(floor -> values.put("floor_cpu_s", rounded(floor.theirs().cpu())));
      named(RULES)
          .ifPresent(rules -> values.put("rules_cpu_share", rounded(1 / rules.cpuRatio() - 1)));
      all.addPOJO(values);
    }
    json.writerWithDefaultPrettyPrinter().writeValue(file.toFile(), all);
  }

  private Optional<Case> named(String name) {
    return cases.stream().filter(one -> one.name().equals(name)).findFirst();
  }

  private static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }

  private static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> all = Files.walk(directory)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }
}
