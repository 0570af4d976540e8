package io.beamhouse.io.http;

import com.google.auto.service.AutoService;
import com.google.auto.value.AutoValue;
import io.beamhouse.core.Evolving;
import io.beamhouse.core.error.Problems;
import io.beamhouse.core.provider.Durations;
import io.beamhouse.core.provider.TransformProvider;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.beam.sdk.schemas.AutoValueSchema;
import org.apache.beam.sdk.schemas.annotations.DefaultSchema;
import org.apache.beam.sdk.schemas.annotations.SchemaFieldDescription;
import org.apache.beam.sdk.schemas.transforms.SchemaTransform;
import org.apache.beam.sdk.schemas.transforms.SchemaTransformProvider;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Makes {@link HttpRead} available to specs. */
@Evolving
@AutoService(SchemaTransformProvider.class)
public final class ReadFromHttp extends TransformProvider<ReadFromHttp.Config> {
  public ReadFromHttp() {
    super("ReadFromHttp", Config.class);
  }

  /** The keys of a spec. */
  @Evolving
  @AutoValue
  @DefaultSchema(AutoValueSchema.class)
  public abstract static class Config {
    @SchemaFieldDescription("The address; may have places such as {list}, which each fills.")
    public abstract String getUrl();

    @Nullable
    @SchemaFieldDescription(
        "Values by place: {list: [popular, upcoming]} asks once for each, and all must come.")
    public abstract Map<String, List<String>> getEach();

    @Nullable
    @SchemaFieldDescription("Parameters of each request; a value may have places, too.")
    public abstract Map<String, String> getParameters();

    @Nullable
    @SchemaFieldDescription("Headers of each request; no secrets, which belong into auth.")
    public abstract Map<String, String> getHeaders();

    @Nullable
    @SchemaFieldDescription("Who asks; default nobody.")
    public abstract AuthKeys getAuth();

    @Nullable
    @SchemaFieldDescription("How pages follow each other; default one answer has everything.")
    public abstract PaginationKeys getPagination();

    @Nullable
    @SchemaFieldDescription("The array with a page's records: results, data.items, or $.")
    public abstract String getRecords();

    @Nullable
    @SchemaFieldDescription("What each page declares, and is held to.")
    public abstract CompleteKeys getComplete();

    @Nullable
    @SchemaFieldDescription("Take so many pages of a list on purpose, though there are more.")
    public abstract Integer getTakePages();

    @Nullable
    @SchemaFieldDescription("Pages after which a list is held for endless; default 10000.")
    public abstract Integer getMaxPages();

    @Nullable
    @SchemaFieldDescription("What makes an answer with status 200 an error.")
    public abstract ErrorKeys getErrorWhen();

    @Nullable
    @SchemaFieldDescription("json (default), or any: answers are not looked into.")
    public abstract String getFormat();

    @Nullable
    @SchemaFieldDescription("Ask for what is new only; default for everything.")
    public abstract IncrementalKeys getIncremental();

    @Nullable
    @SchemaFieldDescription(
        "At most so many requests, by all sources of this process to the same server; default no"
            + " limit.")
    public abstract Double getRequestsPerSecond();

    @Nullable
    @SchemaFieldDescription("Tries of one page in all; default 6.")
    public abstract Integer getAttempts();

    @Nullable
    @SchemaFieldDescription("Wait before the second try, doubled for each further; default 500ms.")
    public abstract String getBackoff();

    @Nullable
    @SchemaFieldDescription(
        "Longest wait; an API that asks for a longer one ends the run. Default 5m.")
    public abstract String getMaxWait();

    @Nullable
    @SchemaFieldDescription("For a whole answer; default 60s.")
    public abstract String getTimeout();

    @Nullable
    @SchemaFieldDescription("Longest answer; default 10485760.")
    public abstract Integer getMaxResponseBytes();

    @Nullable
    @SchemaFieldDescription(
        "Other hosts that redirects and next pages may lead to; they get no credentials.")
    public abstract List<String> getAllowedHosts();

    static Builder builder() {
      return new AutoValue_ReadFromHttp_Config.Builder();
    }

    @AutoValue.Builder
    abstract static class Builder {
      abstract Builder setUrl(String url);

      abstract Builder setEach(@Nullable Map<String, List<String>> each);

      abstract Builder setParameters(@Nullable Map<String, String> parameters);

      abstract Builder setHeaders(@Nullable Map<String, String> headers);

      abstract Builder setAuth(@Nullable AuthKeys auth);

      abstract Builder setPagination(@Nullable PaginationKeys pagination);

      abstract Builder setRecords(@Nullable String path);

      abstract Builder setComplete(@Nullable CompleteKeys complete);

      abstract Builder setTakePages(@Nullable Integer pages);

      abstract Builder setMaxPages(@Nullable Integer pages);

      abstract Builder setErrorWhen(@Nullable ErrorKeys error);

      abstract Builder setFormat(@Nullable String format);

      abstract Builder setIncremental(@Nullable IncrementalKeys incremental);

      abstract Builder setRequestsPerSecond(@Nullable Double rate);

      abstract Builder setAttempts(@Nullable Integer attempts);

      abstract Builder setBackoff(@Nullable String wait);

      abstract Builder setMaxWait(@Nullable String wait);

      abstract Builder setTimeout(@Nullable String time);

      abstract Builder setMaxResponseBytes(@Nullable Integer bytes);

      abstract Builder setAllowedHosts(@Nullable List<String> hosts);

      abstract Config build();
    }
  }

  @Override
  protected SchemaTransform from(Config config) {
    Problems problems = new Problems();
    HttpRead.Builder read =
        HttpRead.create(config.getUrl()).toBuilder()
            .setEach(map(config.getEach()))
            .setParameters(map(config.getParameters()))
            .setHeaders(map(config.getHeaders()))
            .setRecords(HttpKeys.path("records", config.getRecords(), problems))
            .setCompleteness(completeness(config, problems))
            .setLimits(limits(config, problems));
    if (config.getAuth() != null) {
      read.setAuthentication(config.getAuth().authentication(problems));
    }
    if (config.getPagination() != null) {
      read.setPagination(config.getPagination().pagination(problems));
    }
    if (config.getIncremental() != null) {
      read.setIncremental(config.getIncremental().incremental(problems));
    }
    String format = config.getFormat() == null ? "json" : config.getFormat();
    HttpKeys.oneOf("format", format, List.of("json", "any"), problems);
    HttpRead built = read.setJson(!format.equals("any")).build();
    // What could not be read would be reported a second time as missing.
    if (problems.isEmpty()) {
      built.check(problems);
    }
    problems.throwIfAny();
    return new HttpReadStep(built);
  }

  private static Completeness completeness(Config config, Problems problems) {
    CompleteKeys declared = config.getComplete();
    ErrorKeys error = config.getErrorWhen();
    boolean accept = false;
    if (declared != null && declared.getOnTotalChange() != null) {
      HttpKeys.oneOf(
          "complete.on_total_change",
          declared.getOnTotalChange(),
          List.of("fail", "accept"),
          problems);
      accept = declared.getOnTotalChange().equals("accept");
    }
    return new Completeness(
        declared == null ? null : HttpKeys.path("complete.total", declared.getTotal(), problems),
        declared == null ? null : HttpKeys.path("complete.pages", declared.getPages(), problems),
        accept,
        Objects.requireNonNullElse(config.getTakePages(), 0),
        Objects.requireNonNullElse(config.getMaxPages(), Completeness.DEFAULT_MAX),
        error == null ? null : HttpKeys.path("error_when.path", error.getPath(), problems),
        error == null ? "" : HttpKeys.text(error.getEquals()));
  }

  private static Limits limits(Config config, Problems problems) {
    return new Limits(
        Objects.requireNonNullElse(config.getAttempts(), Limits.DEFAULT_ATTEMPTS),
        Durations.read("backoff", config.getBackoff(), "500ms", problems),
        Durations.read("max_wait", config.getMaxWait(), "5m", problems),
        Durations.read("timeout", config.getTimeout(), "60s", problems),
        Objects.requireNonNullElse(config.getRequestsPerSecond(), 0.0),
        Objects.requireNonNullElse(config.getMaxResponseBytes(), Limits.DEFAULT_MAX_RESPONSE_BYTES),
        config.getAllowedHosts() == null ? List.of() : config.getAllowedHosts());
  }

  private static <T> Map<String, T> map(@Nullable Map<String, T> given) {
    return given == null ? Map.of() : given;
  }

  @Override
  public List<String> outputCollectionNames() {
    return List.of("output");
  }

  @Override
  public String description() {
    return """
        Reads the pages of a web API, each as it came, all of them or none.

        One row for each page: `request`, `page`, `url` (without secrets), `status`, `fetched_at`, \
        `content_type`, `etag`, `last_modified`, `records` (how many), `body`, `_run`, `_source`. \
        `ExplodeJson` takes the records out of a body. Each run fetches everything before it \
        publishes anything, and asks again after 408, 425, 429, 5xx and broken connections. What \
        the API declares is held against what came; a repeated, short or half page, an endless or \
        circular pagination, an error in a body, HTML or a total that changes ends the run with \
        exit code 45. An answer that is the same as in the last run is nothing new. More in \
        docs/connectors/http.md.""";
  }

  @Override
  public String example() {
    return """
        type: ReadFromHttp
        config:
          url: https://api.example.com/3/movie/{list}
          each: {list: [popular, top_rated]}
          parameters: {language: en-US}
          auth: {type: bearer, token: "${env:MOVIES_TOKEN}"}
          pagination: {type: page}
          records: results
          complete: {total: total_results, pages: total_pages}
          requests_per_second: 20
        """;
  }
}
