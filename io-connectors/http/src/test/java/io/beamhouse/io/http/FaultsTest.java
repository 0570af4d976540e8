package io.beamhouse.io.http;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlEqualTo;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static io.beamhouse.io.http.WebApi.ids;
import static io.beamhouse.io.http.WebApi.items;
import static io.beamhouse.io.http.WebApi.json;
import static io.beamhouse.io.http.WebApi.page;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.Fault;
import io.beamhouse.core.error.SourceFailedException;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FaultsTest {
  private static WebApi api;

  @BeforeAll
  static void start() throws IOException {
    api = new WebApi();
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  @BeforeEach
  void forget() {
    api.server().resetAll();
  }

  /** The first answers, then one that is well. */
  private static void answers(ResponseDefinitionBuilder... bad) {
    String state = "Started";
    for (int i = 0; i <= bad.length; i++) {
      String next = "after " + i;
      api.server()
          .stubFor(
              items()
                  .inScenario("faults")
                  .whenScenarioStateIs(state)
                  .willSetStateTo(next)
                  .willReturn(i < bad.length ? bad[i] : json(page(0, 3, ""))));
      state = next;
    }
  }

  private static void fails(HttpRead read, String... words) {
    assertThatThrownBy(() -> api.pages(read))
        .isInstanceOf(SourceFailedException.class)
        .hasMessageContainingAll(words);
  }

  @Test
  void badMomentsPass() throws IOException {
    answers(
        aResponse().withStatus(429).withHeader("Retry-After", "0"),
        aResponse().withStatus(503),
        aResponse().withFault(Fault.CONNECTION_RESET_BY_PEER),
        aResponse().withStatus(500),
        aResponse().withFault(Fault.MALFORMED_RESPONSE_CHUNK),
        aResponse().withStatus(429).withHeader("Retry-After", "Sat, 21 Nov 2015 10:00:00 GMT"),
        aResponse().withFault(Fault.EMPTY_RESPONSE));
    HttpRead read = api.read("/items");
    HttpRead patient = read.withLimits(read.limits().withAttempts(8));

    assertThat(api.records(patient)).isEqualTo(ids(0, 3));
  }

  @Test
  void attemptsAreCounted() throws IOException {
    answers(aResponse().withStatus(500), aResponse().withStatus(408));
    assertThat(api.plan(api.read("/items"), Optional.empty()).facts())
        .containsEntry("asked_again", "2");

    api.server().resetAll();
    answers(aResponse().withStatus(500), aResponse().withStatus(502), aResponse().withStatus(504));

    fails(api.read("/items"), "Not answered", "the server answered 504, 3 times in a row");
    api.server().verify(3, getRequestedFor(urlPathEqualTo("/items")));
  }

  @Test
  void aWaitThatIsTooLongEndsTheRunAtOnce() {
    api.server()
        .stubFor(items().willReturn(aResponse().withStatus(429).withHeader("Retry-After", "3600")));

    fails(api.read("/items"), "Told to wait", "in 3600 s", "max_wait");
    api.server().verify(1, getRequestedFor(urlPathEqualTo("/items")));
  }

  @Test
  void anAnswerThatDripsIsNotWaitedForForEver() {
    api.server()
        .stubFor(items().willReturn(json(page(0, 50, "")).withChunkedDribbleDelay(50, 20_000)));
    HttpRead read = api.read("/items");

    fails(
        read.withLimits(read.limits().withAttempts(1).withTimeout(Duration.ofMillis(200))),
        "not complete in 0.2 s, 1 time.");
  }

  @Test
  void nobodyThereIsSaidSo() throws IOException {
    int port;
    try (ServerSocket socket = new ServerSocket(0)) {
      port = socket.getLocalPort();
    }
    HttpRead read = api.read("/items");

    fails(
        HttpIO.read("http://localhost:" + port + "/items").withLimits(read.limits()),
        "Not answered",
        "3 times in a row");
  }

  @Test
  void whatStaysIsNotAskedForAgain() {
    api.server().stubFor(get("/gone").willReturn(aResponse().withStatus(404)));
    api.server().stubFor(get("/bad").willReturn(aResponse().withStatus(400)));

    fails(api.read("/gone"), "Not there", "404");
    fails(api.read("/bad"), "Refused", "400");
    api.server().verify(1, getRequestedFor(urlPathEqualTo("/gone")));
    api.server().verify(1, getRequestedFor(urlPathEqualTo("/bad")));
  }

  @Test
  void anAnswerHasALimit() throws IOException {
    answers();
    HttpRead read = api.read("/items");
    int size = page(0, 3, "").length();

    assertThat(api.records(read.withLimits(read.limits().withMaxResponseBytes(size))))
        .isEqualTo(ids(0, 3));
    api.server().resetAll();
    answers();
    fails(
        read.withLimits(read.limits().withMaxResponseBytes(size - 1)),
        "Too long an answer",
        "max_response_bytes");
  }

  /** Jackson's own limit for a text is 20 million characters. */
  @Test
  void anAnswerWithinItsLimitIsReadBackHoweverLongItIs() throws IOException {
    int length = 20_000_001;
    api.server().stubFor(items().willReturn(json("{\"items\":[\"" + "x".repeat(length) + "\"]}")));
    HttpRead read = api.read("/items");

    List<Row> pages = api.pages(read.withLimits(read.limits().withMaxResponseBytes(length + 100)));

    assertThat(pages)
        .extracting(page -> page.getString("body").length())
        .containsExactly(length + 14);
    assertThat(pages).extracting(page -> page.getInt32("records")).containsExactly(1);
  }

  @Test
  void bytesThatAreNoTextAreRefused() {
    api.server()
        .stubFor(
            items()
                .willReturn(
                    aResponse()
                        .withHeader("Content-Type", "application/json")
                        .withBody(new byte[] {'[', '"', (byte) 0xe9, '"', ']'})));

    fails(api.read("/items"), "No text");
  }

  @Test
  void redirectsStayOnTheServer() throws IOException {
    answers(aResponse().withStatus(302).withHeader("Location", "/items?moved=1"));
    assertThat(api.records(api.read("/items"))).isEqualTo(ids(0, 3));

    api.server().resetAll();
    answers(aResponse().withStatus(302).withHeader("Location", "?moved=1"));
    assertThat(api.records(api.read("/items").withParameter("x", "1"))).isEqualTo(ids(0, 3));
    api.server().verify(1, getRequestedFor(urlEqualTo("/items?moved=1")));

    api.server().resetAll();
    answers(
        aResponse()
            .withStatus(302)
            .withHeader("Location", api.address("/items").replace("localhost", "127.0.0.1")));
    fails(api.read("/items"), "Redirected elsewhere", "allowed_hosts");

    api.server().resetAll();
    answers(
        aResponse()
            .withStatus(307)
            .withHeader("Location", api.address("/items").replace("localhost", "127.0.0.1")));
    HttpRead read = api.read("/items");
    assertThat(
            api.records(
                read.withLimits(read.limits().withAllowedHosts(List.of("127.0.0.1")))
                    .withHeader("X-Own", "1")))
        .isEqualTo(ids(0, 3));
    api.server()
        .verify(
            1,
            getRequestedFor(urlPathEqualTo("/items"))
                .withHeader(
                    "Host", com.github.tomakehurst.wiremock.client.WireMock.containing("127"))
                .withoutHeader("X-Own"));

    api.server()
        .stubFor(
            get("/round").willReturn(aResponse().withStatus(301).withHeader("Location", "/round")));
    fails(api.read("/round"), "Redirected in circles");

    api.server().stubFor(get("/away/").willReturn(json(page(0, 3, ""))));
    api.server().stubFor(get("/away/x").willReturn(aResponse().withStatus(302)));
    fails(api.read("/away/x"), "Redirected to nowhere");
  }

  /** Turns are reserved one after the other, by whoever asks, and no burst follows a pause. */
  @Test
  void turnsAreSpreadOverTime() {
    RequestPace pace = RequestPace.of(java.net.URI.create("http://pace.example"));
    long now = System.nanoTime() + 1_000_000_000L;

    assertThat(pace.reserve(now, 10)).isZero();
    assertThat(pace.reserve(now, 10)).isEqualTo(100_000_000L);
    assertThat(pace.reserve(now + 50_000_000L, 20)).isEqualTo(150_000_000L);
    assertThat(pace.reserve(now + 10_000_000_000L, 10)).isZero();
    assertThat(pace.reserve(now + 10_000_000_000L, 10)).isEqualTo(100_000_000L);
    assertThat(RequestPace.of(java.net.URI.create("HTTP://Pace.example:80/x"))).isSameAs(pace);
  }
}
