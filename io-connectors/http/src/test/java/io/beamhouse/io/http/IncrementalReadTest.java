package io.beamhouse.io.http;

import static com.github.tomakehurst.wiremock.client.WireMock.absent;
import static com.github.tomakehurst.wiremock.client.WireMock.equalTo;
import static com.github.tomakehurst.wiremock.client.WireMock.get;
import static com.github.tomakehurst.wiremock.client.WireMock.urlPathEqualTo;
import static io.beamhouse.io.http.WebApi.items;
import static io.beamhouse.io.http.WebApi.json;
import static io.beamhouse.io.http.WebApi.page;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.error.SourceChangedException;
import io.beamhouse.core.error.SourceFailedException;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.error.StateRefusedException;
import io.beamhouse.core.row.JsonPath;
import io.beamhouse.io.core.increment.Increment;
import io.beamhouse.io.core.increment.PlanRequest;
import io.beamhouse.io.core.increment.PlanRequest.Backfill;
import io.beamhouse.testing.BeamTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(BeamTest.class)
class IncrementalReadTest {
  private static final JsonPath UPDATED = new JsonPath(List.of("updated_at"));

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

  private static HttpRead since(Incremental how) {
    return api.read("/items").withIncremental(how);
  }

  private static void answer(String since, String body) {
    api.server()
        .stubFor(
            items()
                .withQueryParam("since", since.isEmpty() ? absent() : equalTo(since))
                .willReturn(json(body)));
  }

  private static String updated(String... values) {
    return "{\"items\":["
        + String.join(",", Stream.of(values).map(v -> "{\"updated_at\":" + v + "}").toList())
        + "]}";
  }

  @Test
  void theNextRunBeginsAtTheLargestValue() throws IOException {
    HttpRead read = since(Incremental.byRecords("since", UPDATED));
    answer(
        "",
        updated(
            "\"2026-11-21T10:00:00+02:00\"",
            "\"2026-11-21T09:59:59Z\"",
            "null",
            "\"2026-11-20T23:00:00Z\""));
    Increment first = api.plan(read, Optional.empty());
    assertThat(first.facts()).containsEntry("from", "the beginning").containsEntry("records", "4");

    answer("2026-11-21T09:59:59Z", updated());
    Increment second = api.plan(read, Optional.of(first.position()));
    assertThat(second.nothingNew()).isTrue();

    answer("2026-11-21T09:59:59Z", updated("\"2026-11-22T00:00:00Z\""));
    Increment third = api.plan(read, Optional.of(first.position()));
    assertThat(third.facts()).containsEntry("from", "2026-11-21T09:59:59Z");
    assertThat(HttpPosition.parse(third.position()).since("items"))
        .isEqualTo("2026-11-22T00:00:00Z");

    // An API whose bound is inclusive gives the last record again and again.
    answer("2026-11-22T00:00:00Z", updated("\"2026-11-22T00:00:00Z\""));
    assertThat(api.plan(read, Optional.of(third.position())).nothingNew()).isTrue();
  }

  @Test
  void numbersAreNumbersAndOtherTextsKeepTheirOrder() throws IOException {
    HttpRead read = since(Incremental.byRecords("since", UPDATED).startingAt("0"));
    answer("0", updated("9", "10", "2"));
    assertThat(HttpPosition.parse(api.plan(read, Optional.empty()).position()).since("items"))
        .isEqualTo("10");

    answer("0", updated("\"2026-11-09\"", "\"2026-11-10\"", "\"2026-02-30\""));
    assertThat(HttpPosition.parse(api.plan(read, Optional.empty()).position()).since("items"))
        .isEqualTo("2026-11-10");

    answer("0", updated("\"2026-11-09\"", "10"));
    assertThatThrownBy(() -> api.plan(read, Optional.empty()))
        .isInstanceOf(SourceFailedException.class)
        .hasMessageContaining("Mixed values")
        .hasMessageNotContaining("2026-11-09");
  }

  private static void list(String name, String since, String... values) {
    api.server()
        .stubFor(
            get(urlPathEqualTo("/" + name))
                .withQueryParam("since", equalTo(since))
                .willReturn(json(updated(values))));
  }

  private static HttpRead lists(String... names) {
    return api.read("/{list}")
        .withEach("list", List.of(names))
        .withIncremental(Incremental.byRecords("since", UPDATED).startingAt("0"));
  }

  @Test
  void eachListHasItsOwnPosition() throws IOException {
    list("a", "0", "7");
    list("b", "0", "3");
    Increment first = api.plan(lists("a", "b"), Optional.empty());
    assertThat(first.facts()).containsEntry("from", "0");

    list("a", "7");
    list("b", "3", "5");
    list("new", "0", "1");
    Increment second = api.plan(lists("a", "b", "new"), Optional.of(first.position()));
    assertThat(WebApi.records(api.pages(second)))
        .containsExactly("{\"updated_at\":5}", "{\"updated_at\":1}");
    assertThat(second.facts()).containsEntry("from", "a: 7; b: 3; new: 0");
    HttpPosition position = HttpPosition.parse(second.position());
    assertThat(List.of(position.since("a"), position.since("b"), position.since("new")))
        .containsExactly("7", "5", "1");
  }

  @Test
  void aListThatIsAddedBeginsAtTheStartByTheClockToo() throws IOException {
    Incremental clock = Incremental.byClock("since", Incremental.Form.EPOCH_SECONDS);
    String now = "" + WebApi.NOW.getEpochSecond();
    list("a", "0", "1");
    Increment first = api.plan(lists("a").withIncremental(clock.startingAt("0")), Optional.empty());

    list("a", now, "2");
    list("b", "0", "3");
    Increment second =
        api.plan(
            lists("a", "b").withIncremental(clock.startingAt("0")), Optional.of(first.position()));
    assertThat(second.facts()).containsEntry("records", "2");
  }

  @Test
  void thePositionOfAnEarlierVersionHoldsForAllLists() throws IOException {
    list("a", "4", "7");
    list("b", "4");
    String earlier = "{\"version\":1,\"since\":\"4\",\"digest\":\"\"}";

    Increment next = api.plan(lists("a", "b"), Optional.of(earlier));

    assertThat(next.facts()).containsEntry("from", "4");
    HttpPosition position = HttpPosition.parse(next.position());
    assertThat(List.of(position.since("a"), position.since("b"), position.since("new")))
        .containsExactly("7", "4", "");
  }

  @Test
  void theClockOfTheLastRunLessAnOverlap() throws IOException {
    HttpRead read =
        since(
            Incremental.byClock("since", Incremental.Form.EPOCH_SECONDS)
                .startingAt("0")
                .withUntil("until")
                .withOverlap(Duration.ofMinutes(1)));
    answer("0", page(0, 2, ""));
    Increment first = api.plan(read, Optional.empty());
    long now = WebApi.NOW.getEpochSecond();
    assertThat(first.facts()).containsEntry("from", "0").containsEntry("to", "" + now);

    api.server()
        .stubFor(
            items()
                .withQueryParam("since", equalTo("" + (now - 60)))
                .withQueryParam("until", equalTo("" + now))
                .willReturn(json(page(7, 8, ""))));
    Increment second = api.plan(read, Optional.of(first.position()));
    assertThat(WebApi.records(api.pages(second))).isEqualTo(WebApi.ids(7, 8));
  }

  @Test
  void aBackfillAsksForItsRange() throws IOException {
    HttpRead read = since(Incremental.byClock("since", Incremental.Form.DATE).withUntil("until"));
    api.server()
        .stubFor(
            items()
                .withQueryParam("since", equalTo("2026-01-01"))
                .withQueryParam("until", equalTo("2026-02-01"))
                .willReturn(json(page(0, 3, ""))));
    PlanRequest request =
        new PlanRequest(
            1,
            Optional.empty(),
            WebApi.NOW,
            Optional.of(new Backfill("2026-01-01", Optional.of("2026-02-01"))),
            api.newDirectory().toString());

    assertThat(read.plan(request).facts()).containsEntry("records", "3");
    assertThatThrownBy(() -> api.read("/items").plan(request)).isInstanceOf(SpecException.class);
  }

  @Test
  void theSameAnswerAgainIsNothingNew() throws IOException {
    HttpRead read = api.read("/items");
    answer("", page(0, 2, ",\"served\":1"));
    Increment first = api.plan(read, Optional.empty());
    answer("", page(0, 2, ",\"served\":2"));
    assertThat(api.plan(read, Optional.of(first.position())).nothingNew()).isTrue();
    answer("", page(0, 3, ",\"served\":3"));
    assertThat(api.plan(read, Optional.of(first.position())).nothingNew()).isFalse();

    assertThatThrownBy(() -> api.plan(read, Optional.of("{\"seen\":[]}")))
        .isInstanceOf(StateRefusedException.class);
  }

  @Test
  void aPreviewAsksNobody() {
    HttpRead read = since(Incremental.byRecords("since", UPDATED).startingAt("x"));

    Increment preview =
        read.preview(new PlanRequest(1, Optional.empty(), WebApi.NOW, Optional.empty(), ""));

    assertThat(preview.facts()).containsEntry("requests", "1").containsEntry("from", "x");
    assertThat(preview.schema()).isEqualTo(PageRows.SCHEMA);
    assertThat(api.server().getAllServeEvents()).isEmpty();
  }

  /** What was planned is read without the API, as often as need be, and nothing else is. */
  @Test
  void plannedPagesAreReadWithoutTheApi(TestPipeline pipeline) throws IOException {
    answer("", page(0, 2, ""));
    Increment increment = api.plan(api.read("/items"), Optional.empty());
    List<Row> pages = api.pages(increment);
    api.server().resetAll();

    PAssert.that(pipeline.apply(api.read("/items").open(increment, 0, 2).rows()))
        .containsInAnyOrder(pages);
    pipeline.run();

    assertThat(api.server().getAllServeEvents()).isEmpty();
    Path file =
        Path.of(
            java.net.URI.create(
                new com.fasterxml.jackson.databind.ObjectMapper()
                    .readTree(increment.chunks().get(0))
                    .get(0)
                    .get("path")
                    .asText()));
    Files.writeString(file, Files.readAllLines(file).get(0) + "\n", StandardOpenOption.APPEND);
    assertThatThrownBy(() -> api.pages(increment))
        .isInstanceOf(SourceChangedException.class)
        .hasMessageContaining("not the ones that were fetched");
  }

  @Test
  void anEmbedderReadsInAPipeline(TestPipeline pipeline) {
    answer("", page(0, 2, ""));

    PAssert.that(pipeline.apply(api.read("/items")))
        .satisfies(
            rows -> {
              Row row = rows.iterator().next();
              assertThat(row.getString("body")).isEqualTo(page(0, 2, ""));
              assertThat(row.getString("_source")).isEqualTo("items/000001");
              return null;
            });
    pipeline.run();
  }
}
