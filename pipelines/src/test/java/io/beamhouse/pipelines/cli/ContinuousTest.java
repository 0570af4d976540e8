package io.beamhouse.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamhouse.pipelines.testing.FakeProviders;
import io.beamhouse.testing.ChildJvm;
import io.beamhouse.testing.Faults;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContinuousTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  @TempDir Path directory;
  private Path lines;
  private Path spec;
  private Path jar;

  private record Ended(int code, String out, String err) {}

  @BeforeEach
  void write() throws IOException {
    lines = directory.resolve("lines.txt");
    spec = directory.resolve("spec.yaml");
    jar = FakeProviders.jar(directory);
    Files.writeString(
        spec,
        """
        name: shop
        state: DIR/state
        pipeline:
          type: chain
          transforms:
            - {type: ReadFakeLines, name: Lines, config: {path: "DIR/lines.txt"}}
            - {type: WriteFakeLines, name: Out, config: {path: "DIR/out"}}
        """
            .replace("DIR", directory.toString()));
  }

  private void append(String line) {
    try {
      Files.writeString(lines, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Ended run(String... more) {
    StringWriter err = new StringWriter();
    return run(new PrintWriter(err), err, more);
  }

  private Ended run(PrintWriter to, StringWriter err, String... more) {
    StringWriter out = new StringWriter();
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    try {
      int code = Main.execute(new PrintWriter(out), to, arguments(more));
      return new Ended(code, out.toString(), err.toString());
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  private String[] arguments(String... more) {
    List<String> all =
        new ArrayList<>(List.of("run", spec.toString(), "--jars", jar.toString(), "--continuous"));
    all.addAll(List.of(more));
    return all.toArray(new String[0]);
  }

  /** Hears each line of progress, and may change the world before the loop goes on. */
  private static PrintWriter listener(StringWriter err, java.util.function.Consumer<String> heard) {
    return new PrintWriter(err) {
      @Override
      public void println(String line) {
        super.println(line);
        heard.accept(line);
      }
    };
  }

  private List<String> written() throws IOException {
    List<String> all = new ArrayList<>();
    for (long run = 1; Files.exists(directory.resolve("out/" + run)); run++) {
      all.addAll(Files.readAllLines(directory.resolve("out/" + run)));
    }
    return all;
  }

  private ChildJvm child(String faults, String... more) {
    return ChildJvm.of(Main.class.getName())
        .withProperty("beamhouse.faults", faults)
        .withArguments(arguments(more))
        .start();
  }

  @Test
  void takesWhatComesAnIncrementAtATimeUntilNothingIsNew() throws IOException {
    append("1");
    StringWriter err = new StringWriter();
    PrintWriter arriving =
        listener(
            err,
            line -> {
              if (line.contains("run 1:") || line.contains("run 2:")) {
                append(line.contains("run 1:") ? "2" : "3");
              }
            });

    Ended ended = run(arriving, err, "--until-idle", "--trigger", "0s");

    assertThat(ended.code()).as(ended.err()).isZero();
    assertThat(written()).containsExactly("1", "2", "3");
    assertThat(directory.resolve("out/3")).hasContent("3");
    assertThat(ended.err()).contains("shop: run 3: ", "Out at ", "shop: nothing new, last run");
    assertThat(directory.resolve("state/shop/report.html")).exists();
    assertThat(run("--until-idle").err()).contains("shop: nothing new");
  }

  @Test
  void endsAfterSoManyRuns() throws IOException {
    append("0");
    StringWriter err = new StringWriter();

    Ended ended =
        run(listener(err, line -> append("x")), err, "--max-runs", "2", "--trigger", "0s");

    assertThat(ended.code()).isZero();
    assertThat(written()).containsExactly("0", "x");
  }

  @Test
  void aSourceThatFailsIsTriedAgainUntilItHeals() throws IOException {
    StringWriter err = new StringWriter();
    PrintWriter healing =
        listener(
            err,
            line -> {
              if (line.contains("failed (2 times in a row)")) {
                append("1");
              }
            });

    Ended ended = run(healing, err, "--until-idle", "--trigger", "0s");

    assertThat(ended.code()).isZero();
    assertThat(ended.err()).contains("shop: failed: cannot read " + lines);
    assertThat(written()).containsExactly("1");
  }

  @Test
  void givesUpWithTheExitCodeOfTheFailure() {
    Ended ended = run("--give-up-after", "0s");

    assertThat(ended.code()).isEqualTo(45);
    assertThat(ended.err()).contains("shop: gave up (45)", "error: cannot read " + lines);
  }

  @Test
  void aFailureRightAfterTheAttemptWasPutHoldsUpNobody() throws IOException {
    append("1");
    try (Faults.Armed fault = Faults.throwAt("protocol.attempt", "after")) {
      Ended ended = run("--until-idle", "--trigger", "0s");

      assertThat(fault.struck()).isTrue();
      assertThat(ended.err()).contains("failed: InjectedFault").doesNotContain("is held by");
    }
    assertThat(written()).containsExactly("1");
  }

  @Test
  void theStateDoesNotGrow() throws IOException {
    append("0");
    StringWriter err = new StringWriter();

    Ended ended =
        run(
            listener(err, line -> append("x")),
            err,
            "--max-runs",
            "24",
            "--keep-runs",
            "4",
            "--trigger",
            "0s");

    assertThat(ended.code()).isZero();
    assertThat(written()).hasSize(24);
    try (Stream<Path> found = Files.walk(directory.resolve("state"))) {
      List<Path> runs = found.filter(path -> path.endsWith("done.json")).toList();
      assertThat(runs).hasSizeBetween(1, 8);
    }
  }

  @Test
  void tellsHowItFares() throws Exception {
    append("1");
    Path health = directory.resolve("health.json");
    StringWriter err = new StringWriter();
    HttpClient client = HttpClient.newHttpClient();
    List<String> metrics = new ArrayList<>();
    PrintWriter scraping =
        listener(
            err,
            line -> {
              if (line.contains("run 2:")) {
                metrics.add(get(client, port(err.toString())));
              } else {
                append("2");
              }
            });

    Ended ended =
        run(
            scraping,
            err,
            "--max-runs",
            "3",
            "--trigger",
            "0s",
            "--health-file",
            health.toString(),
            "--metrics-port",
            "0");

    assertThat(ended.code()).as(ended.err()).isZero();
    assertThat(metrics.get(0))
        .contains(
            "beamhouse_increments_total{outcome=\"done\",pipeline=\"shop\"} 1.0",
            "beamhouse_failures_in_a_row{pipeline=\"shop\"} 0.0");
    JsonNode told = new ObjectMapper().readTree(health.toFile());
    assertThat(told.at("/status").asText()).isEqualTo("ok");
    assertThat(told.at("/pipelines/shop/runs").asLong()).isEqualTo(3);
  }

  private static int port(String err) {
    String text = err.substring(err.indexOf("metrics at "));
    return URI.create(text.substring("metrics at ".length(), text.indexOf('\n'))).getPort();
  }

  private static String get(HttpClient client, int port) {
    try {
      URI uri = URI.create("http://localhost:" + port + "/metrics");
      return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void sigtermEndsItAfterTheIncrementInHand() throws IOException {
    append("1");
    Path pause = directory.resolve("pause");
    try (ChildJvm child = child("protocol.done:before:pause@" + pause)) {
      child.waitUntil(() -> Files.exists(pause), PATIENCE);
      ProcessHandle.of(child.pid()).orElseThrow().destroy();
      Files.delete(pause);

      assertThat(child.waitFor(PATIENCE)).isZero();
      assertThat(child.output()).contains("shop: run 1: ");
    }
    assertThat(written()).containsExactly("1");
    assertThat(run("--until-idle").err()).contains("nothing new");
  }

  @Test
  void anotherProcessStandsByAndGoesOnAfterAKill() throws IOException {
    append("1");
    Path pause = directory.resolve("pause");
    try (ChildJvm first = child("protocol.applied:after:pause@" + pause)) {
      first.waitUntil(() -> Files.exists(pause), PATIENCE);
      append("2");
      StringWriter err = new StringWriter();
      PrintWriter killing =
          listener(
              err,
              line -> {
                if (line.contains("is held by")) {
                  first.kill();
                  first.waitFor(PATIENCE);
                }
              });

      Ended ended = run(killing, err, "--max-runs", "2", "--trigger", "0s");

      assertThat(ended.code()).isZero();
      assertThat(ended.err())
          .contains("shop: waiting: run 1")
          .containsOnlyOnce("is held by attempt 1")
          .doesNotContain("failed");
    }
    assertThat(written()).containsExactly("1", "2");
  }

  @Test
  void optionsThatMeanNothingAreRefusedTogether() {
    assertThat(run("--from", "1", "--dry-run", "--trigger", "soon").err())
        .contains(
            "--continuous: does not go with --from",
            "--continuous: does not go with --dry-run",
            "--trigger: found 'soon'");
    StringWriter err = new StringWriter();
    assertThat(
            Main.execute(
                new PrintWriter(new StringWriter()),
                new PrintWriter(err),
                "run",
                spec.toString(),
                "--max-runs",
                "2"))
        .isEqualTo(43);
    assertThat(err.toString()).contains("--max-runs: means something with --continuous only");
  }
}
