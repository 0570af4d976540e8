package io.beamhouse.io.core.web;

import io.beamhouse.core.Internal;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** One request and its whole answer within a time; the client's own limit ends at the headers. */
@Internal
public final class WebExchange {
  private WebExchange() {}

  /**
   * Returns the answer, whatever its status.
   *
   * @throws IOException when the connection breaks, or the answer is not complete in time
   */
  public static <T> HttpResponse<T> send(
      HttpClient client, HttpRequest request, HttpResponse.BodyHandler<T> handler, Duration timeout)
      throws IOException {
    CompletableFuture<HttpResponse<T>> asked = client.sendAsync(request, handler);
    try {
      return asked.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      asked.cancel(true);
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for a server");
    } catch (TimeoutException e) {
      asked.cancel(true);
      throw new IOException("the answer was not complete in " + seconds(timeout) + " s", e);
    } catch (ExecutionException e) {
      throw new IOException(String.valueOf(e.getCause().getMessage()), e.getCause());
    }
  }

  private static String seconds(Duration time) {
    return time.toMillis() % 1000 == 0
        ? String.valueOf(time.toSeconds())
        : String.valueOf(time.toMillis() / 1000.0);
  }
}
