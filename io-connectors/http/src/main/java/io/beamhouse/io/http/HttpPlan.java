package io.beamhouse.io.http;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import io.beamhouse.core.error.StorageFailedException;
import io.beamhouse.io.core.increment.Increment;
import io.beamhouse.io.core.increment.PlanRequest;
import io.beamhouse.io.core.storage.Storage;
import io.beamhouse.io.http.RequestFetch.Fetched;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
    Map<String, String> facts = new TreeMap<>();
    List<ApiRequest> requests = ApiRequest.of(read);
    facts.put("requests", String.valueOf(requests.size()));
    new RunRange(read.incremental(), request).tell(requests, facts);
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
    RunRange range = new RunRange(read.incremental(), request);
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
                one, range.start(one), page -> out.write(PageRows.line(one.name(), page, client))));
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
    return increment(range, requests, all, files.toString(), bytes, client.repeated());
  }

  private Increment increment(
      RunRange range,
      List<ApiRequest> requests,
      List<Fetched> all,
      String files,
      long bytes,
      long repeated) {
    String digest = digest(all);
    long records = all.stream().mapToLong(one -> Math.max(0, one.records())).sum();
    boolean same = range.before().map(before -> before.digest().equals(digest)).orElse(false);
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
    range.tell(requests, facts);
    return new Increment(
        PageRows.SCHEMA,
        same || none ? List.of() : List.of(files),
        new HttpPosition(range.next(all), digest).toString(),
        facts);
  }

  private static String proofs(List<Fetched> all) {
    return first(
        all.stream()
            .map(
                one ->
                    one.request()
                        + ": "
                        + (one.records() < 0 ? "" : one.records() + " records, ")
                        + one.pages()
                        + (one.pages() == 1 ? " page (" : " pages (")
                        + one.proof()
                        + ")")
            .toList());
  }

  /** What is said of the first requests; of thousands nobody reads all. */
  static String first(List<String> said) {
    String told = String.join("; ", said.subList(0, Math.min(TOLD, said.size())));
    return said.size() > TOLD ? told + "; and " + (said.size() - TOLD) + " more" : told;
  }

  private static String digest(List<Fetched> all) {
    MessageDigest digest = Page.sha256();
    all.forEach(
        one ->
            digest.update(
                (one.request() + " " + one.digest() + "\n").getBytes(StandardCharsets.UTF_8)));
    return HexFormat.of().formatHex(digest.digest(), 0, 16);
  }
}
