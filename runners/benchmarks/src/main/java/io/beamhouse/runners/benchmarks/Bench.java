package io.beamhouse.runners.benchmarks;

import java.nio.file.Path;
import java.util.Arrays;

/** Runs one benchmark by name and prints a table of figures. */
public final class Bench {
  private static final String USAGE =
      """
      usage: bench main-job [--rows N] [--heap 1g]
             bench flatten [--quick] [--rows N] [--runs N] [--heap 1g] [--json FILE]
                           [--case NAME] [--data DIRECTORY] [--keep]
             bench accumulators [--rows N]
             bench stream [--quick] [--heap 2g] [--json FILE] [--case append|merge]
             bench soak [--minutes 120] [--rate 100] [--trigger 5s] [--runner SparkRunner]
                        [--heap 512m] [--sample 5]
      """;

  private Bench() {}

  public static void main(String[] args) throws Exception {
    switch (args.length == 0 ? "" : args[0]) {
      case "main-job" ->
          MainJob.run(option(args, "--rows", "1000000"), option(args, "--heap", "1g"));
      case "flatten" -> FlattenBench.run(flatten(args));
      case "accumulators" -> Accumulators.run(Long.parseLong(option(args, "--rows", "100000000")));
      case "stream" -> StreamBench.run(stream(args));
      case "soak" -> Soak.run(soak(args));
      default -> {
        System.err.print(USAGE);
        System.exit(2);
      }
    }
  }

  private static FlattenBench.Options flatten(String[] args) {
    boolean quick = Arrays.asList(args).contains("--quick");
    String json = option(args, "--json", "");
    return new FlattenBench.Options(
        Long.parseLong(option(args, "--rows", quick ? "1000000" : "5000000")),
        Integer.parseInt(option(args, "--runs", quick ? "3" : "5")),
        option(args, "--heap", "1g"),
        Path.of(
            option(args, "--data", System.getProperty("java.io.tmpdir") + "/beamhouse-bench-data")),
        json.isEmpty() ? null : Path.of(json),
        option(args, "--case", ""),
        Arrays.asList(args).contains("--keep"));
  }

  private static StreamBench.Options stream(String[] args) {
    String json = option(args, "--json", "");
    return StreamBench.options(
        args,
        option(args, "--heap", "2g"),
        option(args, "--case", ""),
        json.isEmpty() ? null : Path.of(json));
  }

  private static Soak.Options soak(String[] args) {
    return new Soak.Options(
        Integer.parseInt(option(args, "--minutes", "120")),
        Integer.parseInt(option(args, "--rate", "100")),
        option(args, "--trigger", "5s"),
        option(args, "--runner", "SparkRunner"),
        option(args, "--heap", "512m"),
        Integer.parseInt(option(args, "--sample", "5")));
  }

  private static String option(String[] args, String name, String otherwise) {
    int at = Arrays.asList(args).indexOf(name);
    return at >= 0 && at + 1 < args.length ? args[at + 1] : otherwise;
  }
}
