package io.beamhouse.runners.benchmarks;

import io.beamhouse.quality.DatasetAccumulator;
import io.beamhouse.quality.DatasetCheck;
import io.beamhouse.quality.DatasetResult;
import io.beamhouse.quality.DatasetRule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;

/** How large the measures of a dataset check become, in a JVM whose whole heap is 64 MB. */
public final class Accumulators {
  private static final Schema ROWS =
      Schema.builder()
          .addInt64Field("id")
          .addNullableStringField("name")
          .addDoubleField("amount")
          .build();
  private static final List<DatasetRule> RULES =
      List.of(
          DatasetRule.rowCount(),
          DatasetRule.nullShare("name"),
          DatasetRule.unique("id"),
          DatasetRule.distinct("id"),
          DatasetRule.sum("amount"),
          DatasetRule.mean("amount"));
  private static final int PARTS = 100;

  private Accumulators() {}

  static void run(long rows) throws IOException, InterruptedException {
    Path work = Files.createTempDirectory("beamhouse-bench");
    Measured run =
        Measured.java("accumulators", "64m", work, Accumulators.class.getName(), "" + rows);
    run.output().lines().filter(line -> line.startsWith("|")).forEach(System.out::println);
    System.out.printf(
        "-Xmx64m, %.0f s, %.0f s CPU, peak of the process %d MB%n",
        run.wall(), run.cpu(), run.peakMb());
  }

  /** Measures rows in parts, as bundles do, and adds up what they wrote down. */
  public static void main(String[] args) {
    long rows = Long.parseLong(args[0]);
    DatasetCheck check = DatasetCheck.of(RULES, ROWS);
    System.gc();
    long before = used();
    DatasetAccumulator whole = check.newAccumulator();
    long id = 0;
    int largest = 0;
    for (int i = 1; i <= PARTS; i++) {
      DatasetAccumulator part = check.newAccumulator();
      for (; id < rows * i / PARTS; id++) {
        part.add(row(id));
      }
      byte[] written = part.toBytes();
      largest = Math.max(largest, written.length);
      whole.merge(check.fromBytes(written));
    }
    System.gc();
    System.out.println(
        "| rows | parts | largest part written MB | sum written MB | sum in heap MB |");
    System.out.println("|---|---|---|---|---|");
    System.out.printf(
        "| %d | %d | %.2f | %.2f | %.1f |%n",
        rows, PARTS, mb(largest), mb(whole.toBytes().length), mb(used() - before));
    for (DatasetResult result : check.evaluate(whole, Map.of(), Instant.EPOCH)) {
      System.out.println("| " + result.message() + " |");
    }
  }

  private static Row row(long id) {
    Object name = id % 10 == 0 ? null : "name";
    return Row.withSchema(ROWS).attachValues(Arrays.asList(id, name, id / 4.0));
  }

  private static double mb(long bytes) {
    return bytes / 1e6;
  }

  private static long used() {
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }
}
