package io.beamhouse.io.core.web;

import io.beamhouse.core.error.SourceChangedException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.OptionalLong;

/**
 * Asks a server, again when it has a bad moment.
 *
 * <p>An answer that may pass (408, 425, 429, 500, 502, 503, 504), a broken connection or silence is
 * tried again by a {@link RetrySchedule} whose longest wait is a minute. Redirects are followed,
 * but not from https to http.
 */
final class WebRequests {
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final Duration ANSWER = Duration.ofMinutes(2);
  private static final long MAX_WAIT_MILLIS = 60_000;

  private final HttpClient client =
      HttpClient.newBuilder()
          .connectTimeout(CONNECT)
          .followRedirects(HttpClient.Redirect.NORMAL)
          .build();
  private final RetrySchedule schedule;

  WebRequests(int attempts, long backoffMillis) {
    schedule = new RetrySchedule(attempts, backoffMillis, MAX_WAIT_MILLIS);
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
    private final transient OptionalLong asked;

    PassingException(int status, OptionalLong asked) {
      super("the server answered " + status);
      this.asked = asked;
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
        if (attempt >= schedule.attempts()) {
          throw new IOException(
              address + ": " + e.getMessage() + ", " + schedule.attempts() + " times in a row", e);
        }
        schedule.await(
            attempt, e instanceof PassingException passing ? passing.asked : OptionalLong.empty());
      }
    }
  }

  private <T> HttpResponse<T> answer(HttpRequest request, HttpResponse.BodyHandler<T> handler)
      throws IOException {
    HttpResponse<T> response = WebExchange.send(client, request, handler, ANSWER);
    int status = response.statusCode();
    if (status == 404 || status == 410) {
      throw new FileNotFoundException(request.uri() + " is not there (HTTP " + status + ")");
    }
    if (RetrySchedule.mayPass(status)) {
      throw new PassingException(
          status, RetrySchedule.retryAfterMillis(response.headers(), Instant.now()));
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
}
