package io.beamhouse.io.http;

import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static io.beamhouse.io.http.WebApi.json;
import static io.beamhouse.io.http.WebApi.page;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.beamhouse.core.error.Problem;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.io.core.increment.IncrementalSource;
import io.beamhouse.io.core.increment.PlanRequest;
import io.beamhouse.io.http.ReadFromHttp.Config;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;

class ReadFromHttpTest {
  private static final String URL = "https://api.example.com/movies";

  private static List<String> problems(UnaryOperator<Config.Builder> change) {
    Config config = change.apply(Config.builder().setUrl(URL)).build();
    SpecException refused =
        catchThrowableOfType(SpecException.class, () -> new ReadFromHttp().from(config));
    return refused == null
        ? List.of()
        : refused.problems().stream().map(Problem::toString).toList();
  }

  private static void refused(UnaryOperator<Config.Builder> change, String... each) {
    List<String> found = problems(change);
    assertThat(found).hasSameSizeAs(each);
    for (int i = 0; i < each.length; i++) {
      assertThat(found.get(i)).contains(each[i]);
    }
  }

  @Test
  void theLeastIsAnAddress() {
    refused(c -> c);
    refused(c -> c.setUrl("ftp://x/y"), "url: must begin with https:// or http://");
    refused(c -> c.setUrl("https://me:pw@x/y"), "url: holds a user or password");
    refused(c -> c.setUrl("https://x/y z"), "url: is no address");
    refused(c -> c.setUrl(URL + "?lang=de&api_key=abc"), "'api_key' looks like a secret");
    refused(
        c ->
            c.setParameters(Map.of("access_token", "abc"))
                .setHeaders(Map.of("Authorization", "abc")),
        "parameters.access_token: 'access_token' looks like a secret",
        "headers.Authorization: 'Authorization' looks like a secret");
    refused(c -> c.setHeaders(Map.of("Host", "x")), "headers.Host: cannot be sent");
  }

  @Test
  void placesAndValuesBelongTogether() {
    refused(
        c -> c.setUrl(URL + "/{list}/{id}").setEach(Map.of("list", List.of())),
        "url: has a place {id} for which each gives no values",
        "each.list: has no values");
    refused(c -> c.setEach(Map.of("x", List.of("1"))), "each.x: has no place {x}");
    refused(
        c -> c.setUrl(URL + "/{id}").setEach(Map.of("id", List.of("a/b", "a b"))),
        "each: gives two requests the name a_b");
    refused(
        c ->
            c.setUrl("https://{shop}.example.com/orders")
                .setEach(Map.of("shop", List.of("a", "b"))),
        "each: asks https://a.example.com:443 and https://b.example.com:443; all requests of one"
            + " source ask one server, which alone gets credentials and headers; use for_each");
    refused(
        c ->
            c.setUrl("https://{shop}.example.com/{list}")
                .setEach(Map.of("shop", List.of("a"), "list", List.of("new", "top"))));
  }

  @Test
  void aKeyThatMeansNothingIsRefused() {
    AuthKeys.Builder auth = AuthKeys.builder().setType("bearer").setToken("${env:T}");
    refused(c -> c.setAuth(auth.build()));
    refused(c -> c.setAuth(auth.setScope("all").build()), "auth.scope: means nothing for bearer");
    refused(
        c -> c.setAuth(AuthKeys.builder().setType("bearer").setToken("abc").build()),
        "auth.token: a secret must be a reference");
    refused(
        c -> c.setAuth(AuthKeys.builder().setType("bearr").build()),
        "auth.type: is 'bearr' - did you mean 'bearer'?");
    refused(
        c -> c.setAuth(AuthKeys.builder().setType("oauth2").build()),
        "auth: needs client_id",
        "auth: needs the secret",
        "auth.token_url: must be the address");
    refused(
        c -> c.setAuth(AuthKeys.builder().setType("api_key").setApiKey("${env:K}").build()),
        "auth: needs header or parameter");
  }

  @Test
  void pagesNeedWhatTellsTheirEnd() {
    PaginationKeys.Builder page = PaginationKeys.builder().setType("page");
    refused(c -> c.setPagination(page.build()), "records: is missing");
    refused(
        c ->
            c.setPagination(page.build())
                .setComplete(CompleteKeys.builder().setPages("total_pages").build()));
    refused(
        c -> c.setPagination(page.setSizeParameter("n").build()).setRecords("items"),
        "pagination.size: is missing");
    refused(
        c -> c.setPagination(PaginationKeys.builder().setType("cursor").build()),
        "pagination.next: is missing");
    refused(
        c -> c.setPagination(PaginationKeys.builder().setType("link_header").setFirst(1L).build()),
        "pagination.first: means nothing for link_header");
    refused(
        c -> c.setRecords("a..b").setTimeout("soon"),
        "records: is 'a..b'; allowed: names of members",
        "timeout: found 'soon'");
    refused(
        c -> c.setComplete(CompleteKeys.builder().setTotal("total").build()),
        "complete.total: is held against records");
    refused(c -> c.setFormat("any").setRecords("items"), "format: any means");
    refused(
        c ->
            c.setIncremental(
                IncrementalKeys.builder().setParameter("since").setFrom("updated_at").build()),
        "incremental.from: is looked for in records");
    refused(
        c ->
            c.setTakePages(3)
                .setIncremental(
                    IncrementalKeys.builder().setParameter("since").setFrom("clock").build()),
        "take_pages: leaves pages out, and with incremental no later run would ask for them");
    refused(
        c -> c.setAttempts(0).setRequestsPerSecond(-1.0).setMaxPages(0),
        "max_pages",
        "attempts",
        "requests_per_second");
  }

  /** The keys as a spec gives them, by name and nested. */
  @Test
  void theRowOfASpecIsRead() throws IOException {
    try (WebApi api = new WebApi()) {
      api.server()
          .stubFor(
              get(urlPathEqualTo("/movie/popular"))
                  .withQueryParam("lang", equalTo("de"))
                  .withQueryParam("p", equalTo("0"))
                  .withHeader("X-Key", equalTo("abc-def"))
                  .willReturn(json(page(0, 2, ",\"n\": {\"total\": 2}"))));
      ReadFromHttp provider = new ReadFromHttp();
      Row.FieldValueBuilder config =
          Row.withSchema(provider.configurationSchema())
              .withFieldValue("url", api.address("/movie/{list}"))
              .withFieldValue("each", Map.of("list", List.of("popular")))
              .withFieldValue("parameters", Map.of("lang", "de"))
              .withFieldValue("records", "items");
      nested(
          config,
          provider,
          "auth",
          Map.of(
              "type", "api_key", "api_key", api.secret("abc-def").toString(), "header", "X-Key"));
      nested(config, provider, "pagination", Map.of("type", "page", "parameter", "p", "first", 0L));
      nested(config, provider, "complete", Map.of("total", "n.total"));
      IncrementalSource source = (IncrementalSource) provider.from(config.build());

      assertThat(
              source
                  .plan(
                      new PlanRequest(
                          1,
                          Optional.empty(),
                          WebApi.NOW,
                          Optional.empty(),
                          api.newDirectory().toString()))
                  .facts())
          .containsEntry("complete", "popular: 2 records, 1 page (declared total)");
      assertThat(source.replayable()).isFalse();
    }
  }

  private static void nested(
      Row.FieldValueBuilder config, ReadFromHttp provider, String key, Map<String, Object> values) {
    var schema = provider.configurationSchema().getField(key).getType().getRowSchema();
    Object[] all = schema.getFieldNames().stream().map(values::get).toArray();
    config.withFieldValue(key, Row.withSchema(schema).attachValues(java.util.Arrays.asList(all)));
  }
}
