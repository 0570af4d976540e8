package io.beamhouse.io.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.error.StorageFailedException;
import io.beamhouse.io.core.increment.Increment;
import io.beamhouse.io.core.increment.PlanRequest;
import io.beamhouse.io.core.increment.PlanRequest.Backfill;
import io.beamhouse.io.core.storage.Storage;
import io.beamhouse.io.http.RequestFetch.Fetched;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.hadoop.fs.Path;

/** Fixes an increment by reading it: every page of every request, proved complete, in files. */
final class HttpPlan {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int TOLD = 20;

  private final HttpRead read;

  HttpPlan(HttpRead read) {
    this.read = read;
  }

  /** What a run would ask for, without asking. */
  Increment preview(PlanRequest request) {
    String since = since(request);
    Map<String, String> facts = new TreeMap<>();
    List<ApiRequest> requests = ApiRequest.of(read);
    facts.put("requests", String.valueOf(requests.size()));
    tellRange(request, since, facts);
    return new Increment(PageRows.SCHEMA, List.of("[]"), "", facts);
  }

  Increment plan(PlanRequest request) {
    try {
      return fetched(request);
    } catch (RuntimeException e) {
      // Of no use to anybody: the next attempt asks afresh.
      forget(request.workDirectory(), e);
      throw e;
    }
  }

  private static void forget(String directory, RuntimeException why) {
    Path path = Storage.path(directory);
    try {
      Storage.of(path).delete(path, true);
    } catch (IOException e) {
      why.addSuppressed(e);
    }
  }

  private Increment fetched(PlanRequest request) {
    Optional<HttpPosition> before = request.position().map(HttpPosition::parse);
    String since = since(request);
    List<ApiRequest> requests = ApiRequest.of(read);
    ApiClient client = read.client();
    RequestFetch fetch = new RequestFetch(read, client);
    ArrayNode files = JSON.createArrayNode();
    List<Fetched> all = new ArrayList<>();
    long bytes = 0;
    for (ApiRequest one : requests) {
      Path path =
          new Path(
              Storage.path(request.workDirectory()), String.format("pages-%05d.jsonl", all.size()));
      try (PagesFile.Writer out = new PagesFile.Writer(path)) {
        all.add(
            fetch.fetch(
                one,
                ranged(one.start(), request, since),
                page -> out.write(PageRows.line(one.name(), page, client))));
        bytes += out.size();
        files.addObject().put("path", out.path().toString()).put("sha256", out.end());
      } catch (IOException e) {
        throw new StorageFailedException(
            "The pages cannot be kept in "
                + path
                + ": "
                + e.getMessage()
                + ". Make room or give"
                + " access there, and run again.",
            e);
      }
    }
    return increment(request, before, since, all, files.toString(), bytes, client.repeated());
  }

  private Increment increment(
      PlanRequest request,
      Optional<HttpPosition> before,
      String since,
      List<Fetched> all,
      String files,
      long bytes,
      long repeated) {
    String digest = digest(all);
    long records = all.stream().mapToLong(one -> Math.max(0, one.records())).sum();
    boolean same = before.isPresent() && before.get().digest().equals(digest);
    boolean none = read.incremental() != null && read.records() != null && records == 0;
    Map<String, String> facts = new TreeMap<>();
    facts.put("requests", String.valueOf(all.size()));
    facts.put("pages", String.valueOf(all.stream().mapToInt(Fetched::pages).sum()));
    facts.put("bytes", String.valueOf(bytes));
    if (read.records() != null) {
      facts.put("records", String.valueOf(records));
    }
    if (repeated > 0) {
      facts.put("asked_again", String.valueOf(repeated));
    }
    facts.put("complete", proofs(all));
    tellRange(request, since, facts);
    return new Increment(
        PageRows.SCHEMA,
        same || none ? List.of() : List.of(files),
        new HttpPosition(next(request, since, all), digest).toString(),
        facts);
  }

  private static String proofs(List<Fetched> all) {
    String told =
        all.stream()
            .limit(TOLD)
            .map(
                one ->
                    one.request()
                        + ": "
                        + (one.records() < 0 ? "" : one.records() + " records, ")
                        + one.pages()
                        + (one.pages() == 1 ? " page (" : " pages (")
                        + one.proof()
                        + ")")
            .collect(Collectors.joining("; "));
    return all.size() > TOLD ? told + "; and " + (all.size() - TOLD) + " more" : told;
  }

  private static String digest(List<Fetched> all) {
    MessageDigest digest = Page.sha256();
    all.forEach(
        one ->
            digest.update(
                (one.request() + " " + one.digest() + "\n").getBytes(StandardCharsets.UTF_8)));
    return HexFormat.of().formatHex(digest.digest(), 0, 16);
  }

  /** Value of the incremental parameter in this run; empty for none. */
  private String since(PlanRequest request) {
    Incremental incremental = read.incremental();
    if (request.backfill().isPresent()) {
      if (incremental == null
          || (request.backfill().get().to().isPresent() && incremental.until().isEmpty())) {
        throw new SpecException(
            "--from/--to",
            "need incremental: in ReadFromHttp, and an end needs its until_parameter");
      }
      return request.backfill().get().from();
    }
    if (incremental == null) {
      return "";
    }
    String known = request.position().map(HttpPosition::parse).map(HttpPosition::since).orElse("");
    return known.isEmpty()
        ? incremental.start()
        : Moments.before(known, incremental.overlap(), incremental.form());
  }

  /** Value that the next run begins at, before its overlap. */
  private String next(PlanRequest request, String since, List<Fetched> all) {
    Incremental incremental = read.incremental();
    if (incremental == null) {
      return "";
    }
    if (incremental.from() == null) {
      return Moments.text(request.clock(), incremental.form());
    }
    String newest = request.position().map(HttpPosition::parse).map(HttpPosition::since).orElse("");
    for (Fetched one : all) {
      if (!one.newest().isEmpty()) {
        newest = Moments.later(newest, one.newest(), incremental.from());
      }
    }
    return newest.isEmpty() ? since : newest;
  }

  private URI ranged(URI start, PlanRequest request, String since) {
    Incremental incremental = read.incremental();
    URI address = start;
    if (incremental != null && !since.isEmpty()) {
      address = Addresses.with(address, incremental.parameter(), since);
    }
    Optional<String> until = until(request);
    return until.isPresent() ? Addresses.with(address, incremental.until(), until.get()) : address;
  }

  private Optional<String> until(PlanRequest request) {
    Incremental incremental = read.incremental();
    if (incremental == null || incremental.until().isEmpty()) {
      return Optional.empty();
    }
    return request
        .backfill()
        .flatMap(Backfill::to)
        .or(() -> Optional.of(Moments.text(request.clock(), incremental.form())));
  }

  private void tellRange(PlanRequest request, String since, Map<String, String> facts) {
    if (read.incremental() != null) {
      facts.put("from", since.isEmpty() ? "the beginning" : since);
      until(request).ifPresent(to -> facts.put("to", to));
    }
  }
}
