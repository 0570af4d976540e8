package io.beamhouse.io.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.beamhouse.core.error.SourceFailedException;
import io.beamhouse.io.core.web.RetrySchedule;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;

/** The token of a client, got when it is needed first, shortly before it expires, or refused. */
final class ClientToken {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration EARLY = Duration.ofSeconds(30);
  private static final Duration USUAL = Duration.ofMinutes(5);
  private static final Duration LONGEST = Duration.ofDays(1);

  private final Authentication how;
  private final WebClient client;
  private String token;
  private long expires;
  private boolean fresh;

  ClientToken(Authentication how, WebClient client) {
    this.how = how;
    this.client = client;
  }

  /**
   * Returns a token that is good for a while.
   *
   * @throws IOException when another try may help
   */
  String get() throws IOException {
    if (token == null || System.nanoTime() - expires > 0) {
      fetch();
      fresh = true;
    }
    return token;
  }

  /** Forgets the token; returns whether it had been good once, so that a new one may help. */
  boolean drop() {
    boolean worthIt = token != null && !fresh;
    token = null;
    return worthIt;
  }

  /** The token has been accepted. */
  void accepted() {
    fresh = false;
  }

  private void fetch() throws IOException {
    HttpResponse<byte[]> response = client.send(request());
    int status = response.statusCode();
    if (RetrySchedule.mayPass(status)) {
      throw new PassingAnswerException(status, response.headers());
    }
    Optional<JsonNode> answer = status == 200 ? parsed(response.body()) : Optional.empty();
    String found = answer.map(json -> json.path("access_token").asText("")).orElse("");
    if (found.isEmpty()) {
      throw new SourceFailedException(
          "Credentials refused: "
              + how.tokenUrl()
              + " answered "
              + status
              + " and gave no token for the client "
              + how.name()
              + ". Check client_id, the secret "
              + how.secret()
              + ", scope and client_auth, and run again.");
    }
    long said = answer.get().path("expires_in").asLong(USUAL.toSeconds());
    long seconds = Math.max(0, Math.min(said, LONGEST.toSeconds()));
    token = found;
    expires = System.nanoTime() + Duration.ofSeconds(seconds).minus(EARLY).toNanos();
  }

  private HttpRequest request() {
    StringBuilder form = new StringBuilder("grant_type=client_credentials");
    if (!how.scope().isEmpty()) {
      form.append("&scope=").append(Addresses.encoded(how.scope()));
    }
    String secret = Credentials.headerValue(how.secret());
    if (how.inForm()) {
      form.append("&client_id=").append(Addresses.encoded(how.name()));
      form.append("&client_secret=").append(Addresses.encoded(secret));
    }
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(how.tokenUrl()))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header("Accept", "application/json")
            .header("User-Agent", ApiClient.USER_AGENT)
            .POST(HttpRequest.BodyPublishers.ofString(form.toString(), StandardCharsets.UTF_8));
    if (!how.inForm()) {
      request.header(
          "Authorization",
          Credentials.basic(Addresses.encoded(how.name()), Addresses.encoded(secret)));
    }
    return request.build();
  }

  private static Optional<JsonNode> parsed(byte[] body) throws IOException {
    try {
      return body == null ? Optional.empty() : Optional.of(JSON.readTree(body));
    } catch (JsonProcessingException e) {
      return Optional.empty(); // Its text may be the token.
    }
  }
}
