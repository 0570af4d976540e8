package io.beamhouse.io.http;

import io.beamhouse.io.core.web.WebExchange;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/**
 * The JDK's client: no redirect of its own, a time for the whole answer, a limit for its length.
 *
 * <p>HTTP 1.1, since pages are asked for one after the other and have nothing to multiplex.
 */
final class WebClient {
  private static final Duration CONNECT = Duration.ofSeconds(10);

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();
  private final Limits limits;

  WebClient(Limits limits) {
    this.limits = limits;
  }

  Limits limits() {
    return limits;
  }

  /** Returns the answer, whatever its status; its body is null when it is too long. */
  HttpResponse<byte[]> send(HttpRequest request) throws IOException {
    HttpResponse<byte[]> response =
        WebExchange.send(
            client, request, info -> new LimitedBody(limits.maxResponseBytes()), limits.timeout());
    long declared = response.headers().firstValueAsLong("Content-Length").orElse(-1);
    if (declared >= 0 && response.body() != null && response.body().length != declared) {
      throw new IOException(
          "the answer has "
              + response.body().length
              + " bytes where its Content-Length is "
              + declared);
    }
    return response;
  }
}
