package io.beamhouse.runners.spark;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamhouse.pipelines.cli.Main;
import io.beamhouse.testing.ChildJvm;
import io.beamhouse.testing.DeltaTables;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.beam.sdk.values.Row;

/**
 * A lake kept by {@code law/accounted.yaml} from files with random mistakes, the same for each
 * seed. Keys of quarantined records are made of positions, so lakes to compare need the same root.
 */
final class AccountedLake {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private static final List<String> TABLES = List.of("rows", "tags", "unread", "broken", "keyless");

  private final Path root;
  private final long lines;
  private String printed = "";

  /** Begins a lake; what is at {@code root} goes. */
  AccountedLake(Path root, long seed) throws IOException {
    this.root = root;
    empty(root);
    Files.createDirectories(root.resolve("in"));
    long count = 0;
    SplittableRandom random = new SplittableRandom(seed);
    for (int file = 0; file < 3; file++) {
      byte[] text = mutated(text(random, 40, file * 25), random);
      Files.write(root.resolve("in/" + file + ".tsv"), text);
      count += records(text);
    }
    this.lines = count;
  }

  private static void empty(Path root) throws IOException {
    if (Files.exists(root)) {
      try (Stream<Path> files = Files.walk(root)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private static String text(SplittableRandom random, int rows, int from) {
    StringBuilder text = new StringBuilder("id\tkind\ttags\tyear\n");
    for (int i = 0; i < rows; i++) {
      String id = random.nextInt(20) == 0 ? "\\N" : String.valueOf(from + i);
      String kind = List.of("a", "b", "c", "d", "e", "\\N").get(random.nextInt(6));
      String tags = List.of("\\N", "", "x", "x,y", "y,,x", "z,z,z").get(random.nextInt(6));
      String year = random.nextInt(15) == 0 ? "\\N" : String.valueOf(1850 + random.nextInt(300));
      text.append(String.join("\t", id, kind, tags, year)).append('\n');
    }
    return text.toString();
  }

  /** Flips bytes behind the header, which may break lines, fields, numbers and characters. */
  private static byte[] mutated(String text, SplittableRandom random) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int header = text.indexOf('\n') + 1;
    for (int i = 0; i < 12; i++) {
      byte[] choice = {'\t', '\n', '"', 'x', (byte) 0xC3, '-', '\\', '9'};
      bytes[header + random.nextInt(bytes.length - header)] = choice[random.nextInt(choice.length)];
    }
    return bytes;
  }

  /** Lines behind the header that are not empty: without quotes each is a record. */
  private static long records(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1)
        .lines()
        .skip(1)
        .filter(line -> !line.isEmpty())
        .count();
  }

  /** Runs the spec; returns the exit code. */
  int run(String... more) throws IOException {
    return execute(arguments(List.of("run", spec()), more));
  }

  /** Replays what the rules put aside, under a rule that lets more pass. */
  int replay(String... more) throws IOException {
    return execute(arguments(replaying(), more));
  }

  private List<String> replaying() throws IOException {
    return List.of("quarantine", spec(), "replay", "--step", "Check", "--set=from_year=1875");
  }

  private String[] arguments(List<String> command, String... more) {
    List<String> arguments = new ArrayList<>(command);
    arguments.add("--set=lake=" + root);
    arguments.addAll(Arrays.asList(more));
    if (arguments.stream().noneMatch(one -> one.startsWith("--runner"))) {
      arguments.addAll(List.of("--runner=DirectRunner", "--targetParallelism=2"));
    }
    return arguments.toArray(String[]::new);
  }

  private int execute(String[] arguments) {
    StringWriter out = new StringWriter();
    PrintWriter printer = new PrintWriter(out);
    int code = SparkMain.execute(printer, printer, arguments);
    printed = out.toString();
    return code;
  }

  String printed() {
    return printed;
  }

  /** Runs, or replays, in a process that {@code faults} end. */
  int inChild(boolean replay, String faults) throws IOException {
    List<String> command = replay ? replaying() : List.of("run", spec());
    try (ChildJvm child =
        ChildJvm.of(Main.class.getName())
            .withJvmArguments("-Xmx400m")
            .withProperty("beamhouse.faults", faults)
            .withArguments(arguments(command))
            .start()) {
      int code = child.waitFor(PATIENCE);
      printed = child.output();
      return code;
    }
  }

  private String spec() throws IOException {
    Path file = root.resolve("law.yaml");
    if (!Files.exists(file)) {
      try (var in = AccountedLake.class.getResourceAsStream("/law/accounted.yaml")) {
        Files.write(file, in.readAllBytes());
      }
    }
    return file.toString();
  }

  /** Rows read = merged + dropped + in one of the quarantines, by the report and by the tables. */
  void everyRowHasOneOutcome() throws IOException {
    JsonNode report = report();
    long merged = sum(report, "Rows", List.of("inserted", "updated", "unchanged", "superseded"));
    long dropped = report.at("/steps/Check/none").asLong();
    long aside = copies("unread") + copies("broken") + copies("keyless");
    assertThat(merged + dropped + aside).as("%s", report).isEqualTo(lines);
    assertThat(report.at("/sinks/Tags/counts/written").asLong()).isEqualTo(table("tags").size());
    assertThat(report.at("/steps/Files/in").asLong()).as("%s", report).isEqualTo(lines);
  }

  private static long sum(JsonNode report, String sink, List<String> outcomes) {
    return outcomes.stream()
        .mapToLong(outcome -> report.at("/sinks/" + sink + "/counts/" + outcome).asLong())
        .sum();
  }

  private long copies(String table) {
    return DeltaTables.at(root.resolve(table)).rows().stream()
        .mapToLong(row -> ((Number) row.getValue("copies")).longValue())
        .sum();
  }

  JsonNode report() throws IOException {
    return JSON.readTree(root.resolve("_state/law/report.json").toFile());
  }

  private List<String> table(String name) {
    DeltaTables table = DeltaTables.at(root.resolve(name));
    return (table.exists() ? table.rows() : List.<Row>of())
        .stream().map(row -> row.toString(true)).sorted().toList();
  }

  /** Every row of every table. */
  TreeMap<String, List<String>> contents() {
    TreeMap<String, List<String>> contents = new TreeMap<>();
    TABLES.forEach(name -> contents.put(name, table(name)));
    return contents;
  }
}
