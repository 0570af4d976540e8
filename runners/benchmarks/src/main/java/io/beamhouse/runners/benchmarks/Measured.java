package io.beamhouse.runners.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A whole process tree with what it cost; one at a time.
 *
 * @param wall seconds
 * @param cpu user and system seconds of the process and of all that it waited for
 * @param peakMb largest resident set of the process in MB, sampled every 50 ms
 */
record Measured(String label, double wall, double cpu, long peakMb, String output) {
  private static final double TICKS_PER_SECOND = 100;

  /** Runs {@code main} in a new JVM with this JVM's class path. */
  static Measured java(String label, String heap, Path directory, String main, String... arguments)
      throws IOException, InterruptedException {
    Path log = directory.resolve(label.replaceAll("\\W+", "-") + ".log");
    double before = childrenCpuSeconds();
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(command(heap, main, arguments))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    long peak = 0;
    while (!process.waitFor(50, TimeUnit.MILLISECONDS)) {
      peak = Math.max(peak, peakMb(process.pid(), peak));
    }
    double wall = (System.nanoTime() - start) / 1e9;
    if (process.exitValue() != 0) {
      throw new IOException(label + " ended with " + process.exitValue() + ", see " + log);
    }
    double cpu = childrenCpuSeconds() - before;
    return new Measured(label, wall, cpu, peak, Files.readString(log));
  }

  /** How {@code main} is started in a new JVM with this JVM's class path. */
  static List<String> command(String heap, String main, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx" + heap);
    for (String opened :
        List.of("java.lang", "java.lang.invoke", "java.nio", "java.util", "sun.nio.ch")) {
      command.add("--add-opens=java.base/" + opened + "=ALL-UNNAMED");
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
    command.addAll(Arrays.asList(arguments));
    return command;
  }

  /** The median of each figure by itself. */
  static Measured median(List<Measured> runs) {
    double[] wall = runs.stream().mapToDouble(Measured::wall).sorted().toArray();
    double[] cpu = runs.stream().mapToDouble(Measured::cpu).sorted().toArray();
    long[] peak = runs.stream().mapToLong(Measured::peakMb).sorted().toArray();
    int middle = wall.length / 2;
    return new Measured(runs.get(0).label, wall[middle], cpu[middle], peak[middle], "");
  }

  void print() {
    System.out.printf("| %-44s | %7.1f | %7.1f | %6d |%n", label, wall, cpu, peakMb);
  }

  /** What all processes have cost that this one started and that have ended. */
  private static double childrenCpuSeconds() throws IOException {
    String stat = Files.readString(Path.of("/proc/self/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return (Long.parseLong(fields[13]) + Long.parseLong(fields[14])) / TICKS_PER_SECOND;
  }

  private static long peakMb(long pid, long otherwise) {
    long bytes = status(pid, "VmHWM:");
    return bytes < 0 ? otherwise : bytes >> 20;
  }

  /** Resident memory of a process; -1 when it has ended. */
  static long residentBytes(long pid) {
    return status(pid, "VmRSS:");
  }

  private static long status(long pid, String field) {
    try {
      return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
          .filter(line -> line.startsWith(field))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
          .findFirst()
          .orElse(-1);
    } catch (IOException e) {
      return -1;
    }
  }
}
