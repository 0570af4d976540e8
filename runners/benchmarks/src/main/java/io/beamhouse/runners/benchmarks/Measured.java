package io.beamhouse.runners.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A whole process with what it cost; sampled from {@code /proc} every 50 ms.
 *
 * @param wall seconds
 * @param cpu user and system seconds of the process
 * @param peakMb largest resident set in MB
 */
record Measured(String label, double wall, double cpu, long peakMb, String output) {
  private static final double TICKS_PER_SECOND = 100;

  /** Runs {@code main} in a new JVM with this JVM's class path. */
  static Measured java(String label, String heap, Path directory, String main, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx" + heap);
    for (String opened :
        List.of("java.lang", "java.lang.invoke", "java.nio", "java.util", "sun.nio.ch")) {
      command.add("--add-opens=java.base/" + opened + "=ALL-UNNAMED");
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main));
    command.addAll(Arrays.asList(arguments));
    Path log = directory.resolve(label.replaceAll("\\W+", "-") + ".log");
    long start = System.nanoTime();
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    double cpu = 0;
    long peak = 0;
    while (!process.waitFor(50, TimeUnit.MILLISECONDS)) {
      cpu = Math.max(cpu, cpuSeconds(process.pid(), cpu));
      peak = Math.max(peak, peakMb(process.pid(), peak));
    }
    double wall = (System.nanoTime() - start) / 1e9;
    if (process.exitValue() != 0) {
      throw new IOException(label + " ended with " + process.exitValue() + ", see " + log);
    }
    return new Measured(label, wall, cpu, peak, Files.readString(log));
  }

  void print() {
    System.out.printf("| %-44s | %7.1f | %7.1f | %6d |%n", label, wall, cpu, peakMb);
  }

  private static double cpuSeconds(long pid, double otherwise) {
    try {
      String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS_PER_SECOND;
    } catch (IOException e) {
      // The process has just ended; the last sample stands.
      return otherwise;
    }
  }

  private static long peakMb(long pid, long otherwise) {
    try {
      return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
          .findFirst()
          .orElse(otherwise);
    } catch (IOException e) {
      return otherwise;
    }
  }
}
