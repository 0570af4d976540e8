package io.beamhouse.io.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.beamhouse.core.row.JsonElements;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads all pages of one request, in their order, and proves that they are all. */
final class RequestFetch {
  private static final Logger LOG = LoggerFactory.getLogger(RequestFetch.class);
  private static final int TELL_EVERY = 100;

  private final HttpRead read;
  private final ApiClient client;

  RequestFetch(HttpRead read, ApiClient client) {
    this.read = read;
    this.client = client;
  }

  /** Takes pages; what it has taken is worth nothing when the fetch fails. */
  @FunctionalInterface
  interface Taker {
    void take(Page page) throws IOException;
  }

  /**
   * What came.
   *
   * @param records -1 when none are looked for
   * @param proof what shows that everything came
   * @param digest of everything, to see whether the next answer is the same
   * @param newest value that the next run begins at; empty without such a value
   */
  record Fetched(
      String request, int pages, long records, String proof, String digest, String newest) {}

  Fetched fetch(ApiRequest request, URI start, Taker taker) throws IOException {
    RequestProof proof = new RequestProof(request.name(), read.pagination(), read.completeness());
    Pager pager = new Pager(client, read.pagination(), start);
    MessageDigest digest = Page.sha256();
    String newest = "";
    Optional<URI> next = Optional.of(pager.first());
    for (int number = 1; next.isPresent(); number++) {
      if (number > read.completeness().max()) {
        throw Incomplete.endless(request.name(), number - 1);
      }
      int of = number;
      Page page = client.get(next.get(), answer -> Page.of(of, answer, read));
      proof.take(page);
      newest = newest(newest, page);
      for (ByteBuffer hash = page.hash().duplicate(); hash.hasRemaining(); ) {
        digest.update(hash.get());
      }
      taker.take(page);
      next = proof.complete() ? Optional.empty() : pager.next(page);
      if (number % TELL_EVERY == 0) {
        LOG.info("{}: {} pages, {} records", request.name(), number, proof.records());
      }
    }
    return new Fetched(
        request.name(),
        proof.pages(),
        read.records() == null ? -1 : proof.records(),
        proof.end(),
        HexFormat.of().formatHex(digest.digest(), 0, 16),
        newest);
  }

  private String newest(String before, Page page) {
    Incremental incremental = read.incremental();
    if (incremental == null || incremental.from() == null) {
      return before;
    }
    String newest = before;
    for (int i = 0; i < page.records(); i++) {
      Optional<String> value;
      try {
        value =
            JsonElements.of(page.json().element(i), null, List.of(incremental.from()))
                .value(incremental.from());
      } catch (JsonProcessingException e) {
        throw new IllegalStateException("a part of JSON is JSON", e);
      } catch (IOException e) {
        throw new IllegalStateException("a text is read without a device", e);
      }
      if (value.isPresent()) {
        newest = Moments.later(newest, value.get(), incremental.from());
      }
    }
    return newest;
  }
}
