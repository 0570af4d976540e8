package io.beamhouse.io.http;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.options;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.MappingBuilder;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import io.beamhouse.core.row.JsonElements;
import io.beamhouse.core.row.JsonPath;
import io.beamhouse.core.secret.SecretRef;
import io.beamhouse.io.core.increment.Increment;
import io.beamhouse.io.core.increment.PlanRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.apache.beam.sdk.values.Row;

/** A web API on this machine, and readers that plan what it answers. */
final class WebApi implements AutoCloseable {
  static final Instant NOW = Instant.parse("2026-11-21T10:20:30Z");
  static final JsonPath ITEMS = new JsonPath(List.of("items"));

  private final WireMockServer server = new WireMockServer(options().dynamicPort());
  private final Path directory;

  WebApi() throws IOException {
    server.start();
    directory = Files.createTempDirectory("web-api-");
  }

  WireMockServer server() {
    return server;
  }

  String address(String path) {
    return server.baseUrl() + path;
  }

  /** A reader that waits for milliseconds only. */
  HttpRead read(String path) {
    return HttpIO.read(address(path))
        .withRecords(ITEMS)
        .withLimits(
            Limits.defaults()
                .withAttempts(3)
                .withWaits(Duration.ofMillis(1), Duration.ofMillis(20))
                .withTimeout(Duration.ofSeconds(20)));
  }

  /** A request for a page of {@code /items}. */
  static MappingBuilder items() {
    return get(urlPathEqualTo("/items"));
  }

  static ResponseDefinitionBuilder json(String body) {
    return aResponse().withHeader("Content-Type", "application/json").withBody(body);
  }

  /** {@code {"items":[{"id":1},…]<more>}} with ids from {@code from} to before {@code to}. */
  static String page(int from, int to, String more) {
    List<String> records = new ArrayList<>();
    for (int id = from; id < to; id++) {
      records.add("{\"id\": " + id + ".0}");
    }
    return "{\"items\":[" + String.join(", ", records) + "]" + more + "}";
  }

  /** Writes a secret; returns the reference to it. */
  SecretRef secret(String text) throws IOException {
    Path file = Files.writeString(directory.resolve(UUID.randomUUID().toString()), text);
    return SecretRef.parse("${file:" + file + "}");
  }

  Increment plan(HttpRead read, Optional<String> position) {
    return read.plan(
        new PlanRequest(2, position, NOW, Optional.empty(), newDirectory().toString()));
  }

  Path newDirectory() {
    return directory.resolve(UUID.randomUUID().toString());
  }

  /** The pages of an increment, in their order. */
  List<Row> pages(Increment increment) throws IOException {
    List<Row> rows = new ArrayList<>();
    for (String chunk : increment.chunks()) {
      for (var file : new com.fasterxml.jackson.databind.ObjectMapper().readTree(chunk)) {
        PagesFile.read(file.get("path").asText(), file.get("sha256").asText(), 2, rows::add);
      }
    }
    return rows;
  }

  List<Row> pages(HttpRead read) throws IOException {
    return pages(plan(read, Optional.empty()));
  }

  /** The records of pages, as the API wrote them. */
  static List<String> records(List<Row> pages) throws IOException {
    List<String> records = new ArrayList<>();
    for (Row page : pages) {
      JsonElements found = JsonElements.of(page.getString("body"), ITEMS, List.of());
      for (int i = 0; i < found.count(); i++) {
        records.add(found.element(i));
      }
    }
    return records;
  }

  List<String> records(HttpRead read) throws IOException {
    return records(pages(read));
  }

  /** The ids that {@link #page} writes. */
  static List<String> ids(int from, int to) {
    List<String> ids = new ArrayList<>();
    for (int id = from; id < to; id++) {
      ids.add("{\"id\": " + id + ".0}");
    }
    return ids;
  }

  @Override
  public void close() {
    server.stop();
  }
}
