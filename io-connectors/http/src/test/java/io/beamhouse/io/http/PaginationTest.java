package io.beamhouse.io.http;

import static com.github.tomakehurst.wiremock.client.WireMock.absent;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.urlMatching;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static io.beamhouse.io.http.WebApi.ids;
import static io.beamhouse.io.http.WebApi.items;
import static io.beamhouse.io.http.WebApi.json;
import static io.beamhouse.io.http.WebApi.page;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.tomakehurst.wiremock.client.MappingBuilder;
import io.beamhouse.core.row.JsonPath;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PaginationTest {
  private static final JsonPath NEXT = new JsonPath(List.of("meta", "next"));

  private static WebApi api;

  @BeforeContainer
  @BeforeAll
  static void start() throws IOException {
    if (api == null) {
      api = new WebApi();
    }
  }

  @AfterContainer
  @AfterAll
  static void stop() {
    if (api != null) {
      api.close();
      api = null;
    }
  }

  @BeforeEach
  void forget() {
    api.server().resetAll();
  }

  private static void answer(MappingBuilder request, String body) {
    api.server().stubFor(request.willReturn(json(body)));
  }

  @Test
  void aPageIsARowWithWhereItCameFrom() throws IOException {
    String body = " {\"items\" : [{\"id\": 1.50 , \"title\": \"\\u00c9\uD83D\uDE00\"}],\"x\":null}";
    api.server()
        .stubFor(
            items()
                .willReturn(
                    json(body)
                        .withHeader("ETag", "\"a\"")
                        .withHeader("Last-Modified", "Sat, 21 Nov 2026 10:00:00 GMT")));

    Row page =
        api.pages(api.read("/items").withParameter("q", "a b&c").withHeader("X-Lang", "de")).get(0);

    assertThat(page.getString("request")).isEqualTo("items");
    assertThat(page.getInt32("page")).isEqualTo(1);
    assertThat(page.getString("url")).isEqualTo(api.address("/items?q=a%20b%26c"));
    assertThat(page.getInt32("status")).isEqualTo(200);
    assertThat(page.getString("content_type")).isEqualTo("application/json");
    assertThat(page.getString("etag")).isEqualTo("\"a\"");
    assertThat(page.getString("last_modified")).startsWith("Sat, 21 Nov");
    assertThat(page.getInt32("records")).isEqualTo(1);
    assertThat(page.getString("body")).isEqualTo(body);
    assertThat(page.getInt64("_run")).isEqualTo(2);
    assertThat(page.getString("_source")).isEqualTo("items/000001");
    api.server()
        .verify(
            com.github.tomakehurst.wiremock.client.WireMock.getRequestedFor(
                    urlPathEqualTo("/items"))
                .withQueryParam("q", equalTo("a b&c"))
                .withHeader("X-Lang", equalTo("de")));
  }

  @Test
  void severalListsAreOneSource() throws IOException {
    answer(get(urlPathEqualTo("/movie/popular")), page(0, 2, ""));
    answer(get(urlPathEqualTo("/movie/top")), page(2, 3, ""));

    List<Row> pages =
        api.pages(api.read("/movie/{list}").withEach("list", List.of("popular", "top")));

    assertThat(pages)
        .extracting(page -> page.getString("_source"))
        .containsExactly("popular/000001", "top/000001");
    assertThat(WebApi.records(pages)).isEqualTo(ids(0, 3));
  }

  @Test
  void withoutADeclarationAnEmptyPageIsTheProof() throws IOException {
    answer(items().withQueryParam("page", equalTo("0")), page(0, 2, ""));
    answer(items().withQueryParam("page", equalTo("1")), page(2, 3, ""));
    answer(items().withQueryParam("page", equalTo("2")), page(3, 3, ""));
    HttpRead read = api.read("/items").withPagination(Pagination.pages("page", 0));

    assertThat(api.records(read)).isEqualTo(ids(0, 3));
    assertThat(api.plan(read, Optional.empty()).facts())
        .containsEntry("complete", "items: 3 records, 3 pages (an empty page after the last)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "</other>; rel=\"prev\"; title=\"a\", </items?p=2>; title=x; rel=\"last next\"",
        "</items?p=2>; rel=next",
        "</items?p=2>;rel=\"next\",</other>;rel=\"last\"",
        "</items?p=2>; Rel=\"Next\"",
        "</items?p=2>; REL=NEXT; title=\"b\"",
        "</items?p=2> ; rel = \"next\"",
        "</items?p=2> ;\trel = next , </other>; rel=first",
        "</other>; title=\"; rel=next\"; rel=prev, </items?p=2>; rel=\"https://x.org/a,b;c next\"",
        "</other>; rel=\"https://x.org/next\", </other>; rel=nextra, </items?p=2>;; rel=next"
      })
  void aLinkIsFoundAmongOthers(String header) throws IOException {
    api.server()
        .stubFor(
            items()
                .withQueryParam("p", absent())
                .willReturn(json(page(0, 1, "")).withHeader("Link", header)));
    api.server()
        .stubFor(
            items()
                .withQueryParam("p", equalTo("2"))
                .willReturn(
                    json(page(1, 2, "")).withHeader("Link", "</items?p=1>; rel=\"first\"")));

    assertThat(api.records(api.read("/items").withPagination(Pagination.linkHeader())))
        .isEqualTo(ids(0, 2));
  }

  /** As RFC 3986 resolves what is relative. */
  @ParameterizedTest
  @CsvSource({
    "/v1/items?x=1, ?p=2, /v1/items?p=2",
    "/v1/items?x=1, more, /v1/more",
    "/v1/items?x=1, /items?p=2, /items?p=2",
    "?x=1, ?p=2, /?p=2",
    "?x=1, more, /more"
  })
  void theNextPageIsRelativeToItsOwn(String first, String next, String asked) throws IOException {
    answer(any(urlMatching(".*[?]x=1")), page(0, 1, ", \"meta\": {\"next\": \"" + next + "\"}"));
    answer(get(asked), page(1, 2, ""));

    assertThat(api.records(api.read(first).withPagination(Pagination.nextUrl(NEXT))))
        .isEqualTo(ids(0, 2));
  }

  /** Whatever the paginator and the size of its pages, the records are the same. */
  @Property(tries = 40)
  void everyWayOfPagingGivesTheSameRecords(
      @ForAll @IntRange(max = 12) int records,
      @ForAll @IntRange(min = 1, max = 5) int size,
      @ForAll Pagination.Kind kind,
      @ForAll boolean declared)
      throws IOException {
    api.server().resetAll();
    int all = kind == Pagination.Kind.NONE ? Math.max(1, records) : size;
    int pages = Math.max(1, (records + all - 1) / all);
    for (int page = 0; page <= pages; page++) {
      int from = Math.min(records, page * all);
      int to = Math.min(records, from + all);
      boolean last = page + 1 >= pages;
      String next = last ? "null" : "\"" + next(kind, page + 1) + "\"";
      String body =
          page(from, to, ", \"meta\": {\"next\": " + next + ", \"total\": " + records + "}");
      MappingBuilder request = request(kind, page, from);
      if (page < pages
          || kind == Pagination.Kind.PAGE
          || (kind == Pagination.Kind.OFFSET && from > 0)) {
        var response = json(body);
        api.server()
            .stubFor(
                request.willReturn(
                    kind == Pagination.Kind.LINK_HEADER && !last
                        ? response.withHeader("Link", "<" + next(kind, page + 1) + ">; rel=next")
                        : response));
      }
    }
    HttpRead read = api.read("/items").withPagination(pagination(kind, size));
    if (declared) {
      read =
          read.withCompleteness(
              Completeness.ofPagination().withTotal(new JsonPath(List.of("meta", "total"))));
    }

    assertThat(api.records(read)).isEqualTo(ids(0, records));
  }

  private static String next(Pagination.Kind kind, int page) {
    return kind == Pagination.Kind.CURSOR ? "c/" + page + "=" : "/items?at=" + page;
  }

  private static MappingBuilder request(Pagination.Kind kind, int page, int from) {
    return switch (kind) {
      case NONE -> items();
      case PAGE -> items().withQueryParam("page", equalTo("" + (page + 1)));
      case OFFSET -> items().withQueryParam("offset", equalTo("" + from));
      case CURSOR ->
          items().withQueryParam("cursor", page == 0 ? absent() : equalTo(next(kind, page)));
      case LINK_HEADER, NEXT_URL ->
          items().withQueryParam("at", page == 0 ? absent() : equalTo("" + page));
    };
  }

  private static Pagination pagination(Pagination.Kind kind, int size) {
    return switch (kind) {
      case NONE -> Pagination.none();
      case PAGE -> Pagination.pages("page", 1).withSize("size", size);
      case OFFSET -> Pagination.offsets("offset", "limit", size);
      case CURSOR -> Pagination.cursor("cursor", NEXT);
      case LINK_HEADER -> Pagination.linkHeader();
      case NEXT_URL -> Pagination.nextUrl(NEXT);
    };
  }
}
