package io.beamhouse.io.http;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.absent;
import static com.github.tomakehurst.wiremock.client.WireMock.containing;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.post;
import static com.github.tomakehurst.wiremock.client.WireMock.postRequestedFor;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static io.beamhouse.io.http.WebApi.ids;
import static io.beamhouse.io.http.WebApi.items;
import static io.beamhouse.io.http.WebApi.json;
import static io.beamhouse.io.http.WebApi.page;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.error.SourceFailedException;
import io.beamhouse.core.row.JsonPath;
import io.beamhouse.core.secret.SecretRef;
import io.beamhouse.io.core.increment.Increment;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.transforms.display.DisplayData;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AuthenticationTest {
  private static final String SECRET = "s3cr+t/key=42";
  private static final JsonPath NEXT = new JsonPath(List.of("next"));

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

  private static HttpRead read(Authentication how) {
    return api.read("/items").withAuthentication(how);
  }

  @Test
  void aTokenGoesIntoTheHeader() throws IOException {
    api.server()
        .stubFor(
            items()
                .withHeader("Authorization", equalTo("Bearer " + SECRET))
                .willReturn(json(page(0, 2, ""))));

    assertThat(api.records(read(Authentication.bearer(api.secret(SECRET))))).isEqualTo(ids(0, 2));
  }

  @Test
  void aKeyGoesIntoItsHeader() throws IOException {
    api.server()
        .stubFor(items().withHeader("X-Key", equalTo(SECRET)).willReturn(json(page(0, 2, ""))));

    assertThat(api.records(read(Authentication.keyInHeader("X-Key", api.secret(SECRET)))))
        .isEqualTo(ids(0, 2));
  }

  @Test
  void userAndPasswordGoIntoTheHeader() throws IOException {
    api.server().stubFor(items().withBasicAuth("etl", SECRET).willReturn(json(page(0, 2, ""))));

    assertThat(api.records(read(Authentication.basic("etl", api.secret(SECRET)))))
        .isEqualTo(ids(0, 2));
  }

  /** Also where the API repeats the key in the address of the next page and in the records. */
  @Test
  void aKeyInTheAddressIsAskedWithAndNeverKept() throws IOException {
    String link = "/items?at=2&key=" + Addresses.encoded(SECRET);
    api.server()
        .stubFor(
            items()
                .withQueryParam("key", equalTo(SECRET))
                .withQueryParam("at", absent())
                .willReturn(
                    json(page(0, 1, ",\"next\":\"" + link + "\",\"k\":\"" + SECRET + "\""))));
    api.server()
        .stubFor(
            items()
                .withQueryParam("key", equalTo(SECRET))
                .withQueryParam("at", equalTo("2"))
                .willReturn(json(page(1, 2, ""))));
    HttpRead read =
        read(Authentication.keyInParameter("key", api.secret(SECRET)))
            .withPagination(Pagination.nextUrl(NEXT));

    Increment increment = api.plan(read, Optional.empty());

    assertThat(WebApi.records(api.pages(increment))).isEqualTo(ids(0, 2));
    assertThat(api.pages(increment))
        .extracting(row -> row.getString("url"))
        .containsExactly(api.address("/items"), api.address("/items?at=2"));
    assertThat(increment + " " + api.pages(increment) + DisplayData.from(read))
        .doesNotContain(SECRET)
        .doesNotContain(Addresses.encoded(SECRET))
        .contains("\"k\":\"***\"");
  }

  private static void tokens(String expires) {
    api.server()
        .stubFor(
            post("/token")
                .inScenario("tokens")
                .whenScenarioStateIs("Started")
                .willSetStateTo("second")
                .willReturn(
                    json("{\"access_token\":\"first-t0ken\",\"expires_in\":" + expires + "}")));
    api.server()
        .stubFor(
            post("/token")
                .inScenario("tokens")
                .whenScenarioStateIs("second")
                .willReturn(json("{\"access_token\":\"second-t0ken\",\"expires_in\":3600}")));
  }

  private static HttpRead client(Authentication how) {
    return read(how).withPagination(Pagination.pages("page", 1));
  }

  @Test
  void aTokenIsGotOnceAndAgainWhenItIsRefused() throws IOException {
    tokens("3600");
    for (int i = 1; i <= 3; i++) {
      api.server()
          .stubFor(
              items()
                  .withQueryParam("page", equalTo("" + i))
                  .withHeader(
                      "Authorization",
                      equalTo("Bearer " + (i == 3 ? "second" : "first") + "-t0ken"))
                  .willReturn(json(page(2 * i - 2, i == 3 ? 4 : 2 * i, ""))));
    }
    api.server()
        .stubFor(
            items()
                .withQueryParam("page", equalTo("3"))
                .withHeader("Authorization", equalTo("Bearer first-t0ken"))
                .willReturn(aResponse().withStatus(401)));

    assertThat(
            api.records(
                client(
                    Authentication.clientCredentials(
                        api.address("/token"), "me", api.secret(SECRET), "read all"))))
        .isEqualTo(ids(0, 4));
    api.server()
        .verify(
            2,
            postRequestedFor(urlPathEqualTo("/token"))
                .withBasicAuth(
                    new com.github.tomakehurst.wiremock.client.BasicCredentials(
                        "me", Addresses.encoded(SECRET)))
                .withRequestBody(equalTo("grant_type=client_credentials&scope=read%20all")));
    api.server().verify(4, getRequestedFor(urlPathEqualTo("/items")));
  }

  @Test
  void aTokenThatExpiresIsGotAgainInTime() throws IOException {
    tokens("1");
    api.server()
        .stubFor(items().withQueryParam("page", equalTo("1")).willReturn(json(page(0, 2, ""))));
    api.server()
        .stubFor(
            items()
                .withQueryParam("page", equalTo("2"))
                .withHeader("Authorization", equalTo("Bearer second-t0ken"))
                .willReturn(json(page(2, 2, ""))));

    assertThat(
            api.records(
                client(
                    Authentication.clientCredentials(
                            api.address("/token"), "me", api.secret(SECRET), "")
                        .withSecretInForm())))
        .isEqualTo(ids(0, 2));
    api.server()
        .verify(
            postRequestedFor(urlPathEqualTo("/token"))
                .withoutHeader("Authorization")
                .withRequestBody(
                    containing("client_id=me&client_secret=" + Addresses.encoded(SECRET))));
  }

  @ParameterizedTest
  @ValueSource(strings = {"9223372036854775807", "1e300", "-9223372036854775808", "0"})
  void aTokenMayExpireWhenever(String seconds) throws IOException {
    tokens(seconds);
    api.server().stubFor(items().willReturn(json(page(0, 2, ""))));

    assertThat(
            api.records(
                read(
                    Authentication.clientCredentials(
                        api.address("/token"), "me", api.secret(SECRET), ""))))
        .isEqualTo(ids(0, 2));
  }

  @Test
  void credentialsStayWithTheirServer() throws IOException {
    String elsewhere = api.address("/items?at=2").replace("localhost", "127.0.0.1");
    api.server()
        .stubFor(
            items()
                .withQueryParam("at", absent())
                .willReturn(json(page(0, 1, ",\"next\":\"" + elsewhere + "\""))));
    api.server()
        .stubFor(items().withQueryParam("at", equalTo("2")).willReturn(json(page(1, 2, ""))));
    HttpRead read =
        read(Authentication.bearer(api.secret(SECRET))).withPagination(Pagination.nextUrl(NEXT));

    assertThatThrownBy(() -> api.records(read))
        .hasMessageContainingAll("Next page elsewhere", "allowed_hosts");
    assertThat(api.records(read.withLimits(read.limits().withAllowedHosts(List.of("127.0.0.1")))))
        .isEqualTo(ids(0, 2));
    api.server()
        .verify(
            getRequestedFor(urlPathEqualTo("/items"))
                .withQueryParam("at", equalTo("2"))
                .withoutHeader("Authorization"));
  }

  @Test
  void whatCannotBeSentIsNotShown() throws IOException {
    SecretRef broken = api.secret(SECRET + "\nsecond line");

    assertThatThrownBy(() -> api.records(read(Authentication.bearer(broken))))
        .isInstanceOf(SourceFailedException.class)
        .hasMessageContaining("line breaks")
        .hasMessageNotContaining(SECRET);
  }

  /** Every failure is looked through: its message, its causes and all that was logged. */
  @Test
  void noSecretIsEverPrinted() throws IOException {
    SecretRef secret = api.secret(SECRET);
    List<Authentication> all =
        List.of(
            Authentication.bearer(secret),
            Authentication.keyInHeader("X-Key", secret),
            Authentication.keyInParameter("key", secret),
            Authentication.basic("etl", secret),
            Authentication.clientCredentials(api.address("/token"), "me", secret, ""));
    PrintStream before = System.err;
    ByteArrayOutputStream logged = new ByteArrayOutputStream();
    StringWriter failures = new StringWriter();
    System.setErr(new PrintStream(logged, true, StandardCharsets.UTF_8));
    try {
      for (int status : new int[] {401, 403, 404, 500, 302, 200}) {
        api.server().resetAll();
        api.server()
            .stubFor(
                items()
                    .willReturn(
                        aResponse()
                            .withStatus(status)
                            .withHeader("Location", "/items?key=" + Addresses.encoded(SECRET))
                            .withBody(SECRET)));
        api.server()
            .stubFor(
                post("/token")
                    .willReturn(
                        status == 403
                            ? aResponse().withStatus(400).withBody(SECRET)
                            : json("{\"access_token\":\"t0ken-" + SECRET + "\"}")));
        for (Authentication how : all) {
          assertThatThrownBy(() -> api.records(read(how)))
              .isInstanceOf(SourceFailedException.class)
              .satisfies(e -> e.printStackTrace(new PrintWriter(failures)));
        }
      }
    } finally {
      System.setErr(before);
    }

    assertThat(failures + logged.toString(StandardCharsets.UTF_8))
        .contains("Credentials refused", "Not there", "Not answered", "No JSON", "asking again")
        .contains("gave no token for the client me")
        .doesNotContain(SECRET)
        .doesNotContain(Addresses.encoded(SECRET));
  }
}
