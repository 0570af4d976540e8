package io.beamhouse.io.http;

import com.google.auto.value.AutoValue;
import io.beamhouse.core.Evolving;
import io.beamhouse.core.error.Problems;
import io.beamhouse.core.row.JsonPath;
import io.beamhouse.io.core.increment.Increment;
import io.beamhouse.io.core.increment.IncrementalSource;
import io.beamhouse.io.core.increment.PlanRequest;
import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.display.DisplayData;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Reads all pages of an API's answer, each as it came, or fails.
 *
 * <p>Output: a row for each page, bounded, in the global window: {@code request}, {@code page} from
 * 1, {@code url} without secrets, {@code status}, {@code fetched_at}, {@code content_type}, {@code
 * etag}, {@code last_modified}, {@code records}, {@code body}, {@code _run}, {@code _source}
 * ({@code request/000001}). The body is untouched but for a secret that it repeats, which is
 * masked.
 *
 * <p>A part is never taken for the whole: what the API declares (a total, pages, a next page) is
 * held against what came, and doubt fails the read with nothing published, see {@link
 * Completeness}.
 *
 * <p>Under the increment protocol <b>the plan asks the API</b>: it reads every page into files in
 * the plan's directory, so that the plan knows the position of the next run and how completeness
 * was shown, and fails before anything is planned. What is captured and applied comes from these
 * files; a run that is repeated does not ask again, and one whose plan was cut off asks for
 * everything again. Not replayable: the pages are captured, by a file sink behind the source if
 * there is one. All pages are read in one place, the driver, one after the other; the rate holds
 * for all sources of that process that ask the same server, and not across processes. As a plain
 * transform it is one element of one worker that asks, anew in each try.
 *
 * <p>The JDK's HttpClient asks, and not Beam's RequestResponseIO: a page's address stands in the
 * page before, so there is nothing to call in parallel, and completeness is a matter of the
 * sequence, while RequestResponseIO calls for elements that are known beforehand and leaves
 * pagination, its proof and a rate without a Redis server to the caller.
 *
 * <p>Memory: one page, as bytes and as text, at most {@link Limits#maxResponseBytes} long. Errors:
 * SourceFailedException, SourceChangedException when what the API declares changes meanwhile.
 */
@Evolving
@AutoValue
public abstract class HttpRead extends PTransform<PBegin, PCollection<Row>>
    implements IncrementalSource {
  abstract String url();

  abstract Map<String, List<String>> each();

  abstract Map<String, String> parameters();

  abstract Map<String, String> headers();

  abstract Authentication authentication();

  abstract Pagination pagination();

  abstract @Nullable JsonPath records();

  abstract Completeness completeness();

  abstract @Nullable Incremental incremental();

  abstract Limits limits();

  abstract boolean json();

  abstract Builder toBuilder();

  @AutoValue.Builder
  abstract static class Builder {
    abstract Builder setUrl(String url);

    abstract Builder setEach(Map<String, List<String>> each);

    abstract Builder setParameters(Map<String, String> parameters);

    abstract Builder setHeaders(Map<String, String> headers);

    abstract Builder setAuthentication(Authentication authentication);

    abstract Builder setPagination(Pagination pagination);

    abstract Builder setRecords(@Nullable JsonPath records);

    abstract Builder setCompleteness(Completeness completeness);

    abstract Builder setIncremental(@Nullable Incremental incremental);

    abstract Builder setLimits(Limits limits);

    abstract Builder setJson(boolean json);

    abstract HttpRead build();
  }

  static HttpRead create(String url) {
    return new AutoValue_HttpRead.Builder()
        .setUrl(url)
        .setEach(new LinkedHashMap<>())
        .setParameters(new LinkedHashMap<>())
        .setHeaders(new LinkedHashMap<>())
        .setAuthentication(Authentication.none())
        .setPagination(Pagination.none())
        .setCompleteness(Completeness.ofPagination())
        .setLimits(Limits.defaults())
        .setJson(true)
        .build();
  }

  /** One request for each value (each combination of values) in the place of {@code {name}}. */
  public HttpRead withEach(String name, List<String> values) {
    Map<String, List<String>> more = new LinkedHashMap<>(each());
    more.put(name, List.copyOf(values));
    return toBuilder().setEach(more).build();
  }

  /** Adds a parameter to each request; its value may have places of {@link #withEach}. */
  public HttpRead withParameter(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(parameters());
    more.put(name, value);
    return toBuilder().setParameters(more).build();
  }

  /** Adds a header to each request to the API's own server; never a secret. */
  public HttpRead withHeader(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(headers());
    more.put(name, value);
    return toBuilder().setHeaders(more).build();
  }

  /** Shows who asks; default nobody. */
  public HttpRead withAuthentication(Authentication how) {
    return toBuilder().setAuthentication(how).build();
  }

  /** How pages follow each other; default there is one. */
  public HttpRead withPagination(Pagination how) {
    return toBuilder().setPagination(how).build();
  }

  /** The array that has a page's records, so that they can be counted; default none is known. */
  public HttpRead withRecords(JsonPath at) {
    return toBuilder().setRecords(at).build();
  }

  /** What tells the whole from a part; default the pagination alone. */
  public HttpRead withCompleteness(Completeness rules) {
    return toBuilder().setCompleteness(rules).build();
  }

  /** Asks for what is new since the last run; default for everything. */
  public HttpRead withIncremental(Incremental how) {
    return toBuilder().setIncremental(how).build();
  }

  /** Bounds of time, size and rate; see {@link Limits#defaults}. */
  public HttpRead withLimits(Limits limits) {
    return toBuilder().setLimits(limits).build();
  }

  /** Takes answers that need be no JSON; nothing in them is looked at. */
  public HttpRead withoutJson() {
    return toBuilder().setJson(false).build();
  }

  /** Reports what is wrong with the settings. */
  void check(Problems problems) {
    new SettingsCheck(this, problems).check();
  }

  ApiClient client() {
    return new ApiClient(
        URI.create(ApiRequest.of(this).get(0).start().toString()),
        headers(),
        authentication(),
        limits());
  }

  @Override
  public boolean replayable() {
    return false;
  }

  @Override
  public Increment plan(PlanRequest request) {
    return new HttpPlan(checked()).plan(request);
  }

  @Override
  public Increment preview(PlanRequest request) {
    return new HttpPlan(checked()).preview(request);
  }

  @Override
  public Session open(Increment increment, int chunk, long run) {
    return new PlannedPages(increment.chunks().get(chunk), run);
  }

  @Override
  public PCollection<Row> expand(PBegin begin) {
    return begin
        .apply("Once", Create.of(0L))
        .apply("Fetch", ParDo.of(new FetchFn(checked())))
        .setRowSchema(PageRows.SCHEMA);
  }

  private HttpRead checked() {
    Problems problems = new Problems();
    check(problems);
    problems.throwIfAny();
    return this;
  }

  @Override
  public void populateDisplayData(DisplayData.Builder builder) {
    super.populateDisplayData(builder);
    builder
        .add(DisplayData.item("url", url()))
        .add(DisplayData.item("pagination", pagination().kind().name()))
        .add(DisplayData.item("authentication", authentication().kind().name()))
        .add(DisplayData.item("requestsPerSecond", limits().requestsPerSecond()));
  }
}
