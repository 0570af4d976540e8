package io.beamhouse.runners.direct;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.beamhouse.runners.direct.StreamRuns.Ended;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a user sees of an API that answers, and not what was asked for. */
class BadApiTest {
  private static final String SPEC =
      """
      name: shop
      parameters: {lake: {required: true}}
      state: ${lake}/_state
      pipeline:
        type: chain
        transforms:
          - type: ReadFromHttp
            name: api
            config:
              url: http://localhost:PORT/items
              auth: {type: bearer, token: "${file:HOME/token}"}
              pagination: {type: next_url, next: next}
              records: items
              max_pages: 4
              error_when: {path: error}
              attempts: 2
              backoff: 1ms
          - {type: WriteToJson, name: bronze, config: {path: "${lake}/bronze"}}
      """;

  private static final String TOKEN = "t0ken-of-nobody";
  private static final String GOOD = "{\"items\": [{\"id\": 1}, {\"id\": 2}]}";

  @TempDir Path home;
  private StreamRuns runs;
  private Path spec;
  private HttpServer server;
  private volatile int status;
  private volatile String type;
  private volatile String body;

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    runs = new StreamRuns(home);
    Files.writeString(home.resolve("token"), TOKEN);
    spec =
        runs.spec(
            SPEC.replace("PORT", "" + server.getAddress().getPort())
                .replace("HOME", home.toString()));
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answers(int withStatus, String withType, String withBody) {
    status = withStatus;
    type = withType;
    body = withBody;
  }

  /** {@code NEXT} in a body is a number that never comes again. */
  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String query = exchange.getRequestURI().getRawQuery();
      int page = query == null ? 0 : Integer.parseInt(query.replaceAll("\\D", ""));
      byte[] bytes = body.replace("NEXT", "" + (page + 1)).getBytes(StandardCharsets.UTF_8);
      exchange.getResponseHeaders().add("Content-Type", type);
      exchange.sendResponseHeaders(status, bytes.length);
      exchange.getResponseBody().write(bytes);
    }
  }

  private Set<String> published() throws IOException {
    Set<String> published = new TreeSet<>();
    try (Stream<Path> files = Files.walk(runs.lake().resolve("bronze"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        published.add(file + " " + Files.size(file));
      }
    }
    return published;
  }

  private record Bad(int status, String type, String body, String... words) {}

  @Test
  void whateverIsWrongAPartIsNeverPublishedAndTheMessageSaysWhy() throws IOException {
    answers(200, "application/json", GOOD);
    Ended good = runs.run(spec);
    assertThat(good.code()).as(good.said()).isZero();
    Set<String> before = published();
    String json = "application/json";
    for (Bad bad :
        List.of(
            new Bad(200, "text/html", "<html>Log in</html>", "A page for people"),
            new Bad(200, json, GOOD.substring(0, 20), "Half a page", "2 times in a row"),
            new Bad(200, json, "{\"error\": \"quota s3cret\"}", "Error in the body", "error"),
            new Bad(200, json, "{\"items\": {}}", "No records"),
            new Bad(
                200,
                json,
                "{\"items\": [{\"id\": NEXT}], \"next\": \"/items?p=NEXT\"}",
                "Endless pagination",
                "max_pages"),
            new Bad(200, json, "{\"items\": [{\"id\": 1}], \"next\": \"/items\"}", "Loop"),
            new Bad(200, json, "{\"items\": " + "[".repeat(100_000), "items"),
            new Bad(401, json, "{}", "Credentials refused"),
            new Bad(503, json, "{}", "Not answered", "2 times in a row"))) {
      answers(bad.status(), bad.type(), bad.body());
      Ended ended = runs.run(spec);
      assertThat(ended.code()).as(ended.said()).isEqualTo(45);
      assertThat(ended.said())
          .contains(bad.words())
          .doesNotContain("s3cret")
          .doesNotContain(TOKEN)
          .doesNotContain("\tat ");
      assertThat(published()).isEqualTo(before);
    }
    answers(200, json, GOOD.replace("2", "3"));
    assertThat(runs.run(spec).code()).isZero();
    assertThat(published()).hasSizeGreaterThan(before.size()).containsAll(before);
  }
}
