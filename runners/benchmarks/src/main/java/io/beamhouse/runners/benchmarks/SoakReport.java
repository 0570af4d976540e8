package io.beamhouse.runners.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/** Lines of a table as time goes by, and at the end whether they are alike. */
final class SoakReport {
  private static final double MB = 1 << 20;

  private final Path lake;
  private final List<SoakedRun> runs;
  private final Instant start = Instant.now();
  private final List<Line> lines = new ArrayList<>();
  private final List<SoakedRun.Sample> before = new ArrayList<>();

  /** One pipeline in the time since the line before it. */
  private record Line(
      String name,
      long minute,
      long increments,
      double secondsEach,
      double cpuEach,
      double liveMb,
      double residentMb,
      long stateFiles,
      double stateMb,
      long logFiles) {}

  SoakReport(Path lake, List<SoakedRun> runs) {
    this.lake = lake;
    this.runs = runs;
    System.out.println(
        "| minute | pipeline | increments | s each | CPU s each | live MB | resident MB |"
            + " failed | lag | state files | state MB | log files |");
    System.out.println("|---|---|---|---|---|---|---|---|---|---|---|---|");
  }

  void sample() throws IOException, InterruptedException {
    for (int i = 0; i < runs.size(); i++) {
      SoakedRun.Sample now = runs.get(i).sample();
      SoakedRun.Sample last =
          before.size() > i ? before.get(i) : new SoakedRun.Sample(0, 0, 0, 0, 0, 0, 0);
      long increments = now.increments() - last.increments();
      List<Path> state = files(lake.resolve("_state"), runs.get(i).name());
      Line line =
          new Line(
              runs.get(i).name(),
              Duration.between(start, Instant.now()).toMinutes(),
              increments,
              (now.seconds() - last.seconds()) / increments,
              (now.cpu() - last.cpu()) / increments,
              now.liveBytes() / MB,
              now.residentBytes() / MB,
              state.size(),
              bytes(state) / MB,
              files(lake, "_delta_log").size());
      lines.add(line);
      System.out.printf(
          "| %d | %s | %d | %.2f | %.2f | %.1f | %.0f | %d | %d | %d | %.2f | %d |%n",
          line.minute(),
          line.name(),
          line.increments(),
          line.secondsEach(),
          line.cpuEach(),
          line.liveMb(),
          line.residentMb(),
          now.failed(),
          now.lag(),
          line.stateFiles(),
          line.stateMb(),
          line.logFiles());
      if (before.size() > i) {
        before.set(i, now);
      } else {
        before.add(now);
      }
    }
  }

  /** The last quarter beside the second, since the first one warms up; and errors of the logs. */
  void print() throws IOException {
    System.out.println();
    System.out.println("| pipeline, last quarter / second quarter | ratio |");
    System.out.println("|---|---|");
    for (SoakedRun run : runs) {
      print(run, "seconds an increment", Line::secondsEach);
      print(run, "CPU seconds an increment", Line::cpuEach);
      print(run, "live heap", Line::liveMb);
      print(run, "resident memory", Line::residentMb);
      print(run, "state files", Line::stateFiles);
      print(run, "state bytes", Line::stateMb);
    }
    System.out.println();
    for (SoakedRun run : runs) {
      List<String> errors = run.errors();
      System.out.println(run.name() + ": " + errors.size() + " errors in its log");
      errors.stream().limit(5).forEach(System.out::println);
    }
  }

  private void print(SoakedRun run, String what, ToDoubleFunction<Line> figure) {
    List<Line> own = lines.stream().filter(line -> line.name().equals(run.name())).toList();
    int quarter = own.size() / 4;
    double second = mean(own.subList(quarter, 2 * quarter), figure);
    double last = mean(own.subList(own.size() - quarter, own.size()), figure);
    System.out.printf(
        "| %s: %s, %.2f / %.2f | %.2f |%n", run.name(), what, last, second, last / second);
  }

  private static double mean(List<Line> lines, ToDoubleFunction<Line> figure) {
    return lines.stream().mapToDouble(figure).average().orElse(Double.NaN);
  }

  /** Files whose path has {@code part} in it; one that is deleted meanwhile does not count. */
  private static List<Path> files(Path root, String part) throws IOException {
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        root,
        new java.nio.file.SimpleFileVisitor<>() {
          @Override
          public java.nio.file.FileVisitResult visitFile(Path file, BasicFileAttributes is) {
            if (root.relativize(file).toString().contains(part)) {
              files.add(file);
            }
            return java.nio.file.FileVisitResult.CONTINUE;
          }

          @Override
          public java.nio.file.FileVisitResult visitFileFailed(Path file, IOException e) {
            return java.nio.file.FileVisitResult.CONTINUE;
          }
        });
    return files;
  }

  private static long bytes(List<Path> files) {
    try (Stream<Path> all = files.stream()) {
      return all.mapToLong(file -> file.toFile().length()).sum();
    }
  }
}
