package io.beamhouse.io.core.web;

import io.beamhouse.core.error.SourceChangedException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks a server, again when it has a bad moment.
 *
 * <p>An answer that may pass (408, 425, 429, 500, 502, 503, 504), a broken connection or silence is
 * tried {@code attempts} times in all, after a random time that doubles, or the one that
 * Retry-After asks for, a minute at most. Redirects are followed, but not from https to http.
 */
final class WebRequests {
  private static final Set<Integer> MAY_PASS = Set.of(408, 425, 429, 500, 502, 503, 504);
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final Duration ANSWER = Duration.ofMinutes(2);
  private static final long MAX_WAIT_MILLIS = 60_000;

  private final HttpClient client =
      HttpClient.newBuilder()
          .connectTimeout(CONNECT)
          .followRedirects(HttpClient.Redirect.NORMAL)
          .build();
  private final int attempts;
  private final long backoffMillis;

  WebRequests(int attempts, long backoffMillis) {
    this.attempts = attempts;
    this.backoffMillis = backoffMillis;
  }

  /** Throws FileNotFoundException when it is not there. */
  WebFile look(URI address) throws IOException {
    HttpRequest request =
        request(address).method("HEAD", HttpRequest.BodyPublishers.noBody()).build();
    return repeated(
        address,
        () ->
            WebFile.of(
                address,
                answer(request, info -> HttpResponse.BodySubscribers.discarding()).headers()));
  }

  /**
   * Returns {@code length} bytes of {@code file} from {@code position} on.
   *
   * @throws SourceChangedException when the server has another file there by now
   */
  byte[] read(WebFile file, long position, int length) throws IOException {
    HttpRequest.Builder request =
        request(file.address())
            .GET()
            .header("Range", "bytes=" + position + "-" + (position + length - 1))
            // Packed ranges would be ranges of something else.
            .header("Accept-Encoding", "identity");
    if (file.hasStrongTag()) {
      request.header("If-Match", file.etag());
    }
    return repeated(
        file.address(),
        () -> {
          HttpResponse<byte[]> response =
              answer(
                  request.build(),
                  // A server that knows no ranges sends everything from the start.
                  info -> new Block(info.statusCode() == 206 ? 0 : position, length));
          if (response.statusCode() == 412 || !file.isSame(response.headers())) {
            throw changed(file);
          }
          if (response.body().length != length) {
            throw new IOException(
                "the server sent "
                    + response.body().length
                    + " bytes where "
                    + length
                    + " were to come");
          }
          return response.body();
        });
  }

  private static SourceChangedException changed(WebFile file) {
    return new SourceChangedException(
        file.address()
            + " was changed while it was read. Nothing of it was published. Run again, which plans"
            + " it anew.");
  }

  private static HttpRequest.Builder request(URI address) {
    return HttpRequest.newBuilder(address).timeout(ANSWER).header("User-Agent", "beamhouse");
  }

  private interface Try<T> {
    T once() throws IOException;
  }

  /** An answer that another try may change. */
  private static final class PassingException extends IOException {
    private static final long serialVersionUID = 1;
    private final long waitMillis;

    PassingException(int status, long waitMillis) {
      super("the server answered " + status);
      this.waitMillis = waitMillis;
    }
  }

  /** An answer that stays. */
  private static final class RefusedException extends IOException {
    private static final long serialVersionUID = 1;

    RefusedException(String message) {
      super(message);
    }
  }

  private <T> T repeated(URI address, Try<T> work) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        return work.once();
      } catch (FileNotFoundException | RefusedException | InterruptedIOException e) {
        throw e;
      } catch (IOException e) {
        if (attempt >= attempts) {
          throw new IOException(
              address + ": " + e.getMessage() + ", " + attempts + " times in a row", e);
        }
        await(attempt, e instanceof PassingException passing ? passing.waitMillis : -1);
      }
    }
  }

  private <T> HttpResponse<T> answer(HttpRequest request, HttpResponse.BodyHandler<T> handler)
      throws IOException {
    CompletableFuture<HttpResponse<T>> asked = client.sendAsync(request, handler);
    HttpResponse<T> response;
    try {
      response = asked.get(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      asked.cancel(true);
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for " + request.uri());
    } catch (TimeoutException e) {
      asked.cancel(true);
      throw new IOException("the server was silent for " + ANSWER.toSeconds() + " s", e);
    } catch (ExecutionException e) {
      throw new IOException(String.valueOf(e.getCause().getMessage()), e.getCause());
    }
    int status = response.statusCode();
    if (status == 404 || status == 410) {
      throw new FileNotFoundException(request.uri() + " is not there (HTTP " + status + ")");
    }
    if (MAY_PASS.contains(status)) {
      throw new PassingException(status, retryAfter(response));
    }
    if (status != 200 && status != 206 && status != 412) {
      throw new RefusedException(
          request.uri()
              + ": the server answered "
              + status
              + (status == 403 ? ", which some stores say of files that are not there" : ""));
    }
    return response;
  }

  /** Milliseconds; negative when the server does not say. */
  private static long retryAfter(HttpResponse<?> response) {
    String text = response.headers().firstValue("Retry-After").orElse("");
    if (text.matches("\\d{1,9}")) {
      return Long.parseLong(text) * 1000;
    }
    try {
      Instant when = ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return Math.max(0, Duration.between(Instant.now(), when).toMillis());
    } catch (DateTimeException e) {
      return -1;
    }
  }

  private void await(int attempt, long asked) throws IOException {
    long bound = Math.min(MAX_WAIT_MILLIS, backoffMillis << Math.min(attempt - 1, 16));
    long wait =
        asked >= 0
            ? Math.min(MAX_WAIT_MILLIS, asked)
            : bound / 2 + ThreadLocalRandom.current().nextLong(bound / 2 + 1);
    try {
      Thread.sleep(wait);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for a server");
    }
  }
}
