package io.beamhouse.io.http;

import io.beamhouse.core.error.SourceFailedException;
import io.beamhouse.io.core.web.RetrySchedule;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks an API for one page after the other: at its pace, again when it has a bad moment.
 *
 * <p>Used by one thread. Every failure is a SourceFailedException without a secret in it, and
 * without a cause whose text might hold one.
 */
final class ApiClient {
  static final String USER_AGENT = "beamhouse";
  private static final Logger LOG = LoggerFactory.getLogger(ApiClient.class);
  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
  private static final int MAX_REDIRECTS = 5;
  private static final Pattern CHARSET = Pattern.compile("(?i).*charset=\"?([^\";\\s]+)\"?.*");

  private final URI home;
  private final Map<String, String> headers;
  private final Limits limits;
  private final WebClient client;
  private final Credentials credentials;
  private final RetrySchedule schedule;
  private long repeated;

  ApiClient(URI home, Map<String, String> headers, Authentication authentication, Limits limits) {
    this.home = home;
    this.headers = headers;
    this.limits = limits;
    this.client = new WebClient(limits);
    this.credentials = new Credentials(authentication, home, client);
    this.schedule =
        new RetrySchedule(
            limits.attempts(), limits.firstWait().toMillis(), limits.longestWait().toMillis());
  }

  /** Looks at an answer; an IOException asks for another try. */
  @FunctionalInterface
  interface Reading<T> {
    T read(Answer answer) throws IOException;
  }

  /** How often a request was made again. */
  long repeated() {
    return repeated;
  }

  /** A text of the server as it may be stored. */
  String masked(String text) {
    return credentials.masked(text);
  }

  /** The address without a secret. */
  URI plain(URI address) {
    return credentials.shown(address);
  }

  /** Whether {@code address} may be asked. */
  boolean allows(URI address) {
    return Addresses.sameServer(home, address) || limits.allowedHosts().contains(address.getHost());
  }

  /** Returns what {@code reading} makes of the answer at {@code address}. */
  <T> T get(URI address, Reading<T> reading) {
    for (int attempt = 1; ; attempt++) {
      try {
        return reading.read(answered(address));
      } catch (InterruptedIOException e) {
        throw new SourceFailedException("The fetch of " + shown(address) + " was interrupted.");
      } catch (IOException e) {
        again(address, attempt, e);
      }
    }
  }

  private String shown(URI address) {
    return credentials.masked(credentials.shown(address).toString());
  }

  private void again(URI address, int attempt, IOException why) {
    String said = credentials.masked(String.valueOf(why.getMessage()));
    OptionalLong asked =
        why instanceof PassingAnswerException passing
            ? passing.askedMillis()
            : OptionalLong.empty();
    if (attempt >= limits.attempts()) {
      throw new SourceFailedException(
          "Not answered: "
              + shown(address)
              + ": "
              + said
              + ", "
              + attempt
              + (attempt == 1 ? " time" : " times in a row")
              + ". Nothing was published. Look at the API, and run again.");
    }
    if (asked.isPresent() && asked.getAsLong() > limits.longestWait().toMillis()) {
      throw new SourceFailedException(
          "Told to wait: "
              + shown(address)
              + ": "
              + said
              + " and asks to come back in "
              + asked.getAsLong() / 1000
              + " s, which is longer than max_wait. Nothing was published. Run again then.");
    }
    LOG.warn("{}: {}; asking again", shown(address), said);
    repeated++;
    try {
      schedule.await(attempt, asked);
    } catch (InterruptedIOException e) {
      throw new SourceFailedException("The fetch of " + shown(address) + " was interrupted.");
    }
  }

  private Answer answered(URI address) throws IOException {
    URI at = address;
    for (int redirects = 0; ; redirects++) {
      HttpResponse<byte[]> response = exchanged(at);
      if (!REDIRECTS.contains(response.statusCode())) {
        return answer(at, response);
      }
      if (redirects >= MAX_REDIRECTS) {
        throw new SourceFailedException(
            "Redirected in circles: " + shown(address) + " leads on and on. Correct the address.");
      }
      at = target(at, response);
    }
  }

  private HttpResponse<byte[]> exchanged(URI at) throws IOException {
    HttpResponse<byte[]> response = once(at);
    if (response.statusCode() == 401 && credentials.renew()) {
      response = once(at);
    }
    return response;
  }

  private HttpResponse<byte[]> once(URI at) throws IOException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(credentials.address(at))
            .GET()
            .header("User-Agent", USER_AGENT)
            .header("Accept", "application/json")
            .header("Accept-Encoding", "identity");
    if (Addresses.sameServer(home, at)) {
      headers.forEach(request::setHeader);
    }
    credentials.sign(request, at);
    try {
      RequestPace.of(at).await(limits.requestsPerSecond());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for a turn");
    }
    HttpResponse<byte[]> response = client.send(request.build());
    if (response.statusCode() != 401) {
      credentials.accepted();
    }
    return response;
  }

  private URI target(URI from, HttpResponse<?> response) {
    URI to = location(from, response);
    if (to.getHost() == null || !allows(to)) {
      throw new SourceFailedException(
          "Redirected elsewhere: "
              + shown(from)
              + " leads to another server, "
              + (to.getHost() == null ? "without a name" : Addresses.origin(to))
              + ". If that is right, name its host in allowed_hosts; it gets no credentials.");
    }
    if ("https".equalsIgnoreCase(from.getScheme()) && !"https".equalsIgnoreCase(to.getScheme())) {
      throw new SourceFailedException(
          "Redirected out of encryption: "
              + shown(from)
              + " leads from https to http, which is"
              + " never followed. Ask the API's owner, or correct the address.");
    }
    return credentials.shown(to);
  }

  private URI location(URI from, HttpResponse<?> response) {
    String location = response.headers().firstValue("Location").orElse("");
    try {
      if (!location.isEmpty()) {
        return Addresses.resolved(from, location);
      }
    } catch (IllegalArgumentException e) {
      // As if there were none; its text is the server's.
    }
    throw new SourceFailedException(
        "Redirected to nowhere: "
            + shown(from)
            + " answered "
            + response.statusCode()
            + " without a good Location. Correct the address.");
  }

  private Answer answer(URI at, HttpResponse<byte[]> response) throws IOException {
    int status = response.statusCode();
    if (RetrySchedule.mayPass(status)) {
      throw new PassingAnswerException(status, response.headers());
    }
    if (status != 200) {
      throw refused(at, status);
    }
    if (response.body() == null) {
      throw new SourceFailedException(
          "Too long an answer: "
              + shown(at)
              + " gave more than "
              + limits.maxResponseBytes()
              + " bytes. Ask for smaller pages, or raise max_response_bytes.");
    }
    String packed = response.headers().firstValue("Content-Encoding").orElse("identity");
    if (!packed.equalsIgnoreCase("identity")) {
      throw new SourceFailedException(
          "Packed answer: " + shown(at) + " came packed, though it was asked for as it is.");
    }
    return new Answer(
        URI.create(shown(at)), status, response.headers(), text(at, response), Instant.now());
  }

  private SourceFailedException refused(URI at, int status) {
    String what =
        switch (status) {
          case 401, 403 ->
              "Credentials refused: "
                  + shown(at)
                  + " answered "
                  + status
                  + ". Check auth and the secret that it names, and what it may read.";
          case 404, 410 ->
              "Not there: " + shown(at) + " answered " + status + ". Correct the address.";
          default ->
              "Refused: "
                  + shown(at)
                  + " answered "
                  + status
                  + ". Correct the request or ask the"
                  + " API's owner.";
        };
    return new SourceFailedException(what + " Nothing was published.");
  }

  private String text(URI at, HttpResponse<byte[]> response) {
    Matcher named = CHARSET.matcher(response.headers().firstValue("Content-Type").orElse(""));
    try {
      Charset charset = named.matches() ? Charset.forName(named.group(1)) : StandardCharsets.UTF_8;
      return charset
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(response.body()))
          .toString();
    } catch (CharacterCodingException | IllegalArgumentException e) {
      throw new SourceFailedException(
          "No text: "
              + shown(at)
              + " gave bytes that are no text in the charset that it names, or"
              + " in UTF-8. Nothing was published. Ask the API's owner.");
    }
  }
}
