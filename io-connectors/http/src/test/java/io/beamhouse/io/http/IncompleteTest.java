package io.beamhouse.io.http;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.absent;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static io.beamhouse.io.http.WebApi.ids;
import static io.beamhouse.io.http.WebApi.items;
import static io.beamhouse.io.http.WebApi.json;
import static io.beamhouse.io.http.WebApi.page;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.error.SourceChangedException;
import io.beamhouse.core.error.SourceFailedException;
import io.beamhouse.core.row.JsonPath;
import io.beamhouse.io.core.increment.PlanRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A part is never taken for the whole. */
class IncompleteTest {
  private static final JsonPath TOTAL = new JsonPath(List.of("total"));
  private static final JsonPath PAGES = new JsonPath(List.of("pages"));
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

  private static void pages(String... bodies) {
    for (int i = 0; i < bodies.length; i++) {
      api.server()
          .stubFor(
              items().withQueryParam("page", equalTo("" + (i + 1))).willReturn(json(bodies[i])));
    }
  }

  private static HttpRead paged() {
    return api.read("/items").withPagination(Pagination.pages("page", 1));
  }

  private static HttpRead total() {
    return paged().withCompleteness(Completeness.ofPagination().withTotal(TOTAL));
  }

  private static void fails(HttpRead read, String... words) {
    assertThatThrownBy(() -> api.pages(read))
        .isInstanceOf(SourceFailedException.class)
        .hasMessageContainingAll(words)
        .hasMessageContaining("Nothing was published");
  }

  @Test
  void aServerThatIgnoresThePageNumberRepeatsItsPage() {
    api.server().stubFor(items().willReturn(json(page(0, 3, ""))));

    fails(paged(), "Repeated page: page 2", "the records of page 1", "pagination");
  }

  @Test
  void aServerThatGivesItsLastPageAgainRepeatsIt() {
    pages(page(0, 2, ",\"n\":1"), page(2, 4, ",\"n\":2"), page(2, 4, ",\"n\":3"));

    fails(paged(), "Repeated page: page 3", "page 2");
  }

  @Test
  void aShortPageBeforeTheLastIsFoundOut() {
    pages(page(0, 2, ""), page(2, 3, ""), page(4, 6, ""), page(6, 6, ""));

    fails(paged(), "Short page: page 2", "1 records where a full page has 2");
    fails(
        paged().withPagination(Pagination.pages("page", 1).withSize("per_page", 5)),
        "Short page: page 1",
        "2 records where a full page has 5",
        "pagination.size");
  }

  @Test
  void anEmptyPageBeforeTheDeclaredEndIsShort() {
    pages(page(0, 2, ",\"total\": 5"), page(2, 2, ",\"total\": 5"));

    fails(total(), "Short page: page 2", "0 records");
  }

  /** An offset after what was asked for would jump over what the API held back. */
  @Test
  void anApiThatGivesLessThanItIsAskedForIsFoundOut() {
    api.server()
        .stubFor(items().withQueryParam("offset", equalTo("0")).willReturn(json(page(0, 2, ""))));
    api.server()
        .stubFor(items().withQueryParam("offset", equalTo("2")).willReturn(json(page(2, 4, ""))));
    api.server()
        .stubFor(items().withQueryParam("offset", equalTo("500")).willReturn(json(page(0, 0, ""))));

    fails(
        api.read("/items").withPagination(Pagination.offsets("offset", "limit", 500)),
        "Short page: page 1");
  }

  @Test
  void theDeclaredTotalMustCome() {
    api.server().stubFor(items().willReturn(json(page(0, 2, ",\"total\": 3"))));
    HttpRead one =
        api.read("/items").withCompleteness(Completeness.ofPagination().withTotal(TOTAL));

    fails(one, "Total missed: items declares 3 records at total, and 2 came");
  }

  @Test
  void theDeclaredPagesMustCome() {
    api.server().stubFor(items().willReturn(json(page(0, 2, ",\"pages\": 2, \"next\": null"))));
    HttpRead one =
        api.read("/items")
            .withPagination(Pagination.nextUrl(NEXT))
            .withCompleteness(Completeness.ofPagination().withPages(PAGES));

    fails(one, "Total missed: items declares 2 pages at pages, and 1 came");
  }

  @Test
  void aPageThatDeclaresNothingProvesNothing() {
    pages(page(0, 2, ",\"total\": 3"), page(2, 3, ",\"total\": \"many\""));

    fails(total(), "No total", "total");
  }

  @Test
  void aTotalThatChangesMeansThatRecordsMoved() throws IOException {
    pages(page(0, 2, ",\"total\": 3"), page(2, 4, ",\"total\": 4"));

    assertThatThrownBy(() -> api.pages(total()))
        .isInstanceOf(SourceChangedException.class)
        .hasMessageContainingAll("declared 3 records at first and 4 on page 2", "Run again");
    HttpRead accepted =
        paged().withCompleteness(Completeness.ofPagination().withTotal(TOTAL).withChangingTotal());
    assertThat(api.records(accepted)).isEqualTo(ids(0, 4));
  }

  @Test
  void anEndlessPaginationEnds() {
    for (int page = 1; page <= 9; page++) {
      api.server()
          .stubFor(
              items()
                  .withQueryParam("cursor", page == 1 ? absent() : equalTo("c" + page))
                  .willReturn(json(page(page, page + 1, ",\"next\":\"c" + (page + 1) + "\""))));
    }
    HttpRead read = api.read("/items").withPagination(Pagination.cursor("cursor", NEXT));

    fails(
        read.withCompleteness(Completeness.ofPagination().withMax(5)),
        "Endless pagination: items still names more after 5 pages",
        "max_pages");
  }

  @Test
  void theFirstPagesCanBeTakenOnPurpose() throws IOException {
    pages(page(0, 2, ",\"pages\": 500"), page(2, 4, ",\"pages\": 500"));
    HttpRead read =
        paged().withCompleteness(Completeness.ofPagination().withPages(PAGES).withTake(2));

    assertThat(api.records(read)).isEqualTo(ids(0, 4));
    assertThat(api.plan(read, Optional.empty()).facts())
        .containsEntry(
            "complete", "items: 4 records, 2 pages (first 2 pages by take_pages of 500)");
  }

  @Test
  void nextPagesThatLeadInACircleAreALoop() {
    api.server()
        .stubFor(
            items()
                .withQueryParam("at", absent())
                .willReturn(json(page(0, 1, ",\"next\":\"/items?at=2\""))));
    api.server()
        .stubFor(
            items()
                .withQueryParam("at", equalTo("2"))
                .willReturn(json(page(1, 2, ",\"next\":\"/items\""))));

    fails(
        api.read("/items").withPagination(Pagination.nextUrl(NEXT)),
        "Loop: the next page that page 2");
  }

  @Test
  void ofAFailedFetchNothingIsLeft() throws IOException {
    pages(page(0, 2, ",\"total\": 3"), page(2, 4, ",\"total\": 4"));
    Path work = api.newDirectory();
    PlanRequest request =
        new PlanRequest(1, Optional.empty(), WebApi.NOW, Optional.empty(), work.toString());

    assertThatThrownBy(() -> total().plan(request)).isInstanceOf(SourceChangedException.class);
    assertThat(work).doesNotExist();
  }

  @Test
  void anErrorInTheBodyIsAnError() {
    api.server()
        .stubFor(items().willReturn(json("{\"success\": false, \"message\": \"s3cret row\"}")));
    HttpRead read = api.read("/items");

    fails(
        read.withCompleteness(
            Completeness.ofPagination().withErrorWhen(new JsonPath(List.of("success")), "false")),
        "Error in the body",
        "success is 'false'");
    fails(
        read.withCompleteness(
            Completeness.ofPagination().withErrorWhen(new JsonPath(List.of("message")), "")),
        "Error in the body",
        "message says");
    fails(read, "No records", "no array at items");
  }

  @Test
  void aPageForPeopleIsNoAnswer() {
    api.server()
        .stubFor(
            items()
                .willReturn(
                    aResponse()
                        .withHeader("Content-Type", "text/html")
                        .withBody("<html>Log in, please</html>")));

    fails(api.read("/items"), "A page for people", "login");
  }

  @Test
  void whatIsNoJsonIsNoAnswer() {
    api.server().stubFor(items().willReturn(json("id;name\n1;x")));

    assertThatThrownBy(() -> api.pages(api.read("/items")))
        .hasMessageContaining("No JSON")
        .hasMessageNotContaining("name")
        .hasNoCause();
  }

  @Test
  void halfAPageIsAskedForAgainAndThenAnError() throws IOException {
    String whole = page(0, 5, "");
    api.server()
        .stubFor(
            items()
                .inScenario("half")
                .whenScenarioStateIs("Started")
                .willSetStateTo("whole")
                .willReturn(json(whole.substring(0, 30))));
    api.server()
        .stubFor(items().inScenario("half").whenScenarioStateIs("whole").willReturn(json(whole)));
    assertThat(api.records(api.read("/items"))).isEqualTo(ids(0, 5));

    api.server().resetAll();
    api.server().stubFor(items().willReturn(json(whole.substring(0, 30))));
    fails(api.read("/items"), "Half a page", "3 times in a row");
  }
}
