package io.beamhouse.runners.benchmarks;

import java.util.Arrays;

/** Runs one benchmark by name and prints a table of figures. */
public final class Bench {
  private Bench() {}

  public static void main(String[] args) throws Exception {
    if (args.length == 0 || !args[0].equals("main-job")) {
      System.err.println("usage: bench main-job [--rows N] [--heap 1g]");
      System.exit(2);
    }
    MainJob.run(option(args, "--rows", "1000000"), option(args, "--heap", "1g"));
  }

  private static String option(String[] args, String name, String otherwise) {
    int at = Arrays.asList(args).indexOf(name);
    return at >= 0 && at + 1 < args.length ? args[at + 1] : otherwise;
  }
}
