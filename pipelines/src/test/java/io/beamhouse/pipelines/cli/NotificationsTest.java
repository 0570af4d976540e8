package io.beamhouse.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import io.beamhouse.pipelines.testing.FakeProviders;
import io.beamhouse.testing.ChildJvm;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NotificationsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String SECRET = "T0K3N-that-nobody-sees";

  @TempDir Path directory;
  private final List<Call> calls = new CopyOnWriteArrayList<>();
  private HttpServer server;
  private volatile int answer = 204;
  private Path jar;
  private Path spec;

  private record Call(String path, String contentType, String authorization, JsonNode body) {}

  private record Ended(int code, String out, String err) {}

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          String path = exchange.getRequestURI().getPath();
          if (path.equals("/silent")) {
            return;
          }
          String body =
              new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
          if (answer < 300) {
            calls.add(
                new Call(
                    path,
                    exchange.getRequestHeaders().getFirst("Content-Type"),
                    exchange.getRequestHeaders().getFirst("Authorization"),
                    JSON.readTree(body)));
          }
          if (path.equals("/endless")) {
            exchange.sendResponseHeaders(answer, 0);
            return;
          }
          exchange.sendResponseHeaders(answer, -1);
          exchange.close();
        });
    server.start();
    jar = FakeProviders.jar(directory);
    spec = directory.resolve("spec.yaml");
    Files.writeString(directory.resolve("secret"), SECRET + "\n");
    Files.writeString(
        directory.resolve("slack"),
        "http://localhost:" + server.getAddress().getPort() + "/" + SECRET);
    lines("a");
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void lines(String... lines) throws IOException {
    Files.write(directory.resolve("lines.txt"), List.of(lines));
  }

  private void spec(String notify) throws IOException {
    Files.writeString(
        spec,
        """
        name: shop
        state: DIR/state
        notify:
        NOTIFY
        pipeline:
          type: chain
          transforms:
            - {type: ReadFakeLines, name: Lines, config: {path: "DIR/lines.txt"}}
            - {type: WriteFakeLines, name: Out, config: {path: "DIR/out"}}
        """
            .replace("NOTIFY", notify.stripTrailing().indent(2).stripTrailing())
            .replace("URL", "http://localhost:" + server.getAddress().getPort())
            .replace("DIR", directory.toString()));
  }

  private String[] arguments(String... more) {
    List<String> all = new ArrayList<>(List.of("run", spec.toString(), "--jars", jar.toString()));
    all.addAll(List.of(more));
    return all.toArray(String[]::new);
  }

  private Ended run(String... more) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    try {
      int code = Main.execute(new PrintWriter(out), new PrintWriter(err), arguments(more));
      assertThat(out + "" + err).doesNotContain(SECRET);
      return new Ended(code, out.toString(), err.toString());
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  private String stateId() throws IOException {
    return JSON.readTree(directory.resolve("state/shop/state.json").toFile())
        .get("state_id")
        .textValue();
  }

  private static final String WEBHOOK =
      "- {type: webhook, on: [success, failure, gate, nothing_new], url: URL/hook}\n";

  @Test
  void aRunIsToldAsACloudEvent() throws IOException {
    spec("- {type: file, on: [success], path: DIR/events}\n" + WEBHOOK);
    assertThat(run().code()).isZero();

    JsonNode event = calls.get(0).body();
    assertThat(calls.get(0).contentType()).isEqualTo("application/cloudevents+json; charset=UTF-8");
    assertThat(event.fieldNames())
        .toIterable()
        .containsExactly(
            "specversion", "id", "source", "type", "subject", "time", "datacontenttype", "data");
    assertThat(event.get("specversion").textValue()).isEqualTo("1.0");
    assertThat(event.get("id").textValue()).isEqualTo(stateId() + "/1");
    assertThat(event.get("source").textValue()).isEqualTo("/beamhouse/shop");
    assertThat(event.get("type").textValue()).isEqualTo("io.beamhouse.run.completed");
    assertThat(event.get("subject").textValue()).isEqualTo("run/1");
    assertThat(Instant.parse(event.get("time").textValue())).isBefore(Instant.now());
    JsonNode data = event.get("data");
    assertThat(data.get("pipeline").textValue()).isEqualTo("shop");
    assertThat(data.get("outcome").textValue()).isEqualTo("success");
    assertThat(data.get("run").longValue()).isEqualTo(1);
    assertThat(data.at("/sinks/0/name").textValue()).isEqualTo("Out");
    assertThat(data.at("/sinks/0/target").textValue()).isEqualTo("fake " + directory + "/out");
    assertThat(data.at("/sinks/0/version").textValue()).isEqualTo("1");
    assertThat(Path.of(data.get("report").textValue().replace("file:", ""))).exists();

    try (Stream<Path> files = Files.list(directory.resolve("events"))) {
      assertThat(files.map(f -> f.getFileName().toString()).filter(f -> !f.startsWith(".")))
          .containsExactly(stateId() + "_1.json");
    }
    assertThat(JSON.readTree(directory.resolve("events/" + stateId() + "_1.json").toFile()))
        .isEqualTo(event);
  }

  @Test
  void aTargetThatWasDownHearsOfItFromTheNextInvocation() throws IOException {
    spec("- {type: webhook, on: [success], url: URL/hook, name: desk}\n");
    answer = 503;
    Ended down = run();
    assertThat(down.code()).isZero();
    assertThat(down.err()).contains("'desk' took nothing: it answered 503");
    assertThat(calls).isEmpty();

    answer = 200;
    assertThat(run().code()).isZero();
    assertThat(calls)
        .extracting(c -> c.body().get("id").textValue())
        .containsExactly(stateId() + "/1");
    assertThat(run().code()).isZero();
    assertThat(calls).hasSize(1);
  }

  @Test
  void aKillBetweenDoneAndTellingLosesNothing() throws Exception {
    aKillAfterDoneLosesNothing("protocol.done:after:halt");
  }

  @Tag("kill")
  @ParameterizedTest
  @ValueSource(
      strings = {
        "notify.queued:before:halt",
        "notify.queued:after:halt",
        "notify.sent:before:halt",
        "notify.sent:after:halt"
      })
  void aKillAfterDoneLosesNothing(String fault) throws Exception {
    spec("- {type: webhook, on: [success], url: URL/hook}\n");
    try (ChildJvm child =
        ChildJvm.of(Main.class.getName())
            .withProperty("beamhouse.faults", fault)
            .withArguments(arguments())
            .start()) {
      assertThat(child.waitFor(Duration.ofMinutes(1))).isEqualTo(137);
    }
    assertThat(run().code()).isZero();
    assertThat(calls)
        .extracting(c -> c.body().get("id").textValue())
        .containsExactly(stateId() + "/1");
  }

  @Test
  void aFailureBeforeARunIsToldWithoutValuesAndSecrets() throws IOException {
    spec(
        """
        - {type: slack, url: "${file:DIR/slack}"}
        - type: webhook
          url: URL/hook
          format: summary
          headers: {Authorization: "Bearer ${file:DIR/secret}"}
        - {type: oci_notifications, url: URL/oci}
        - {type: webhook, on: [success], url: URL/never}
        """);
    Files.delete(directory.resolve("lines.txt"));
    assertThat(run().code()).isEqualTo(45);

    assertThat(calls)
        .extracting(Call::path)
        .containsExactlyInAnyOrder("/" + SECRET, "/hook", "/oci");
    JsonNode slack = call("/" + SECRET).body();
    assertThat(slack.get("text").textValue()).isEqualTo("shop run 1 failed");
    assertThat(slack.at("/blocks/0/type").textValue()).isEqualTo("section");
    assertThat(slack.at("/blocks/0/text/type").textValue()).isEqualTo("mrkdwn");
    assertThat(slack.at("/blocks/0/text/text").textValue())
        .isEqualTo("*shop run 1 failed*\ncannot read " + directory + "/lines.txt");
    assertThat(call("/hook").authorization()).isEqualTo("Bearer " + SECRET);
    JsonNode summary = call("/hook").body();
    assertThat(summary.get("title").textValue()).isEqualTo("shop run 1 failed");
    assertThat(summary.get("outcome").textValue()).isEqualTo("failure");
    assertThat(summary.get("error").textValue()).contains("lines.txt");
    assertThat(call("/oci").body().fieldNames()).toIterable().containsExactly("title", "body");
    try (Stream<Path> files = Files.walk(directory.resolve("state"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file)).as("%s", file).doesNotContain(SECRET);
      }
    }
  }

  private Call call(String path) {
    return calls.stream().filter(c -> c.path().equals(path)).findFirst().orElseThrow();
  }

  private List<String> outcomes() {
    return calls.stream().map(c -> c.body().at("/data/outcome").textValue()).toList();
  }

  @Test
  void anEndThatDoesNotChangeIsToldOnce() throws IOException {
    spec(WEBHOOK);
    Files.delete(directory.resolve("lines.txt"));
    run();
    run();
    assertThat(outcomes()).containsExactly("failure");

    lines("a");
    run();
    run();
    run();
    Files.delete(directory.resolve("lines.txt"));
    run();
    assertThat(outcomes()).containsExactly("failure", "success", "nothing_new", "failure");
    assertThat(calls.stream().map(c -> c.body().get("id")).distinct()).hasSize(4);
  }

  @Test
  void anEndThatDoesNotChangeIsToldAgainWhenItWasSaidSo() throws IOException {
    spec("- {type: webhook, url: URL/hook, repeat_after: 0s}\n");
    Files.delete(directory.resolve("lines.txt"));
    run();
    run();
    assertThat(outcomes()).containsExactly("failure", "failure");
  }

  @Test
  void continuousRunsTellOfEachIncrementAndOnceOfAFailure() throws IOException {
    spec(WEBHOOK.replace(", nothing_new", ""));
    assertThat(run("--continuous", "--until-idle", "--trigger", "0s").code()).isZero();
    assertThat(outcomes()).containsExactly("success");
    Files.delete(directory.resolve("lines.txt"));
    assertThat(run("--continuous", "--give-up-after", "2s", "--trigger", "0s").code())
        .isEqualTo(45);
    assertThat(outcomes()).containsExactly("success", "failure");
  }

  @Test
  void aRefusalOfAGateIsTold() throws IOException {
    spec(WEBHOOK);
    lines("gate");
    assertThat(run().code()).isEqualTo(50);
    assertThat(outcomes()).containsExactly("gate");
    assertThat(calls.get(0).body().at("/data/error").textValue()).contains("the gate says no");
  }

  @Test
  void aCommandHearsOnItsInputAndCannotKeepARun() throws IOException {
    spec(
        """
        - {type: command, on: [success], command: [tee, DIR/heard.json]}
        - {type: command, on: [success], command: [sleep, "60"], timeout: 200ms, name: slow}
        - {type: command, on: [success], command: ["false"], name: "no"}
        - {type: command, on: [success], command: [/no/such/program], name: none}
        """);
    Ended ended = run();
    assertThat(ended.code()).isZero();
    assertThat(JSON.readTree(directory.resolve("heard.json").toFile()).at("/data/run").intValue())
        .isEqualTo(1);
    assertThat(ended.err())
        .contains("'slow' took nothing: it did not end within 200 ms")
        .contains("'no' took nothing: it ended with 1")
        .contains("'none' took nothing: it could not be started");
  }

  @Test
  @Timeout(30)
  void aWebhookThatDoesNotEndKeepsNoRun() throws IOException {
    answer = 200;
    spec(
        """
        - {type: webhook, on: [success], url: URL/endless}
        - {type: webhook, on: [success], url: URL/silent, timeout: 300ms, name: silent}
        """);
    Ended ended = run();
    assertThat(ended.code()).isZero();
    assertThat(ended.err())
        .contains("'silent' took nothing: it did not answer within 300 ms")
        .doesNotContain("webhook-1");

    // The status was taken for an answer.
    assertThat(run().code()).isZero();
    assertThat(calls).extracting(Call::path).containsExactly("/endless");
  }

  @Test
  @Timeout(30)
  void aCommandThatDoesNotReadKeepsNoRun() throws IOException {
    spec(
        "- {type: command, on: [success], command: [sleep, \"60\"], timeout: 300ms, name: deaf}\n");
    assertThat(run().err()).contains("'deaf' took nothing");
    Path waiting = directory.resolve("state/shop/" + stateId() + "/notifications/waiting");
    Files.writeString(
        waiting.resolve("000000000000-x-deaf.json"),
        JSON.writeValueAsString(
            Map.of(
                "version",
                1,
                "target",
                "deaf",
                "created",
                Instant.now().toString(),
                "event",
                JSON.writeValueAsString(
                    Map.of(
                        "id",
                        "1",
                        "time",
                        "t",
                        "pipeline",
                        "shop",
                        "outcome",
                        "success",
                        "error",
                        "x".repeat(1 << 20))))));

    Ended ended = run();

    assertThat(ended.code()).isZero();
    assertThat(ended.err()).contains("'deaf' took nothing: it did not end within 300 ms. 2 wait");
  }

  @Test
  void nothingThatIsWrongWithNotificationsFailsARun() throws IOException {
    spec(
        """
        - {type: webhook, on: [success], url: "http://localhost:1/", timeout: 1s}
        - {type: webhook, on: [success], url: "${env:NOT_SET_ANYWHERE}", name: unset}
        - {type: webhook, on: [success], url: "${file:DIR/secret}", name: odd}
        - {type: file, on: [success], path: DIR/lines.txt/below}
        """);
    Ended ended = run();
    assertThat(ended.code()).isZero();
    assertThat(ended.out()).contains("shop: run 1 done");
    assertThat(ended.err())
        .contains("'webhook-1' took nothing: it could not be reached")
        .contains("'unset' took nothing: The environment variable of ${env:NOT_SET_ANYWHERE}")
        .contains("'odd' took nothing: IllegalArgumentException")
        .contains("'file-4' took nothing");
  }

  @Test
  void theMessagesAreBounded() throws IOException {
    spec("- {type: webhook, on: [success], url: URL/hook}\n");
    run();
    Path waiting = directory.resolve("state/shop/" + stateId() + "/notifications/waiting");
    Files.createDirectories(waiting);
    for (int i = 0; i < 105; i++) {
      String created = i < 3 ? "2020-01-01T00:00:00Z" : Instant.now().toString();
      Files.writeString(
          waiting.resolve("%012d-x-webhook-1.json".formatted(100 + i)),
          JSON.writeValueAsString(
              Map.of(
                  "version",
                  1,
                  "target",
                  i == 104 ? "gone" : "webhook-1",
                  "created",
                  created,
                  "event",
                  "{\"id\":\""
                      + i
                      + "\",\"time\":\"t\",\"pipeline\":\"shop\",\"outcome\":\"success\"}")));
    }
    calls.clear();
    Ended ended = run();
    assertThat(calls).hasSize(99);
    assertThat(calls.get(0).body().get("id").textValue()).isEqualTo("5");
    assertThat(ended.err())
        .contains("it is older than a week", "more than 100 wait", "has no such target any more");
    try (Stream<Path> files = Files.list(waiting)) {
      assertThat(files).isEmpty();
    }
  }
}
