package io.beamhouse.io.http;

import io.beamhouse.core.error.SourceFailedException;
import io.beamhouse.core.secret.SecretRef;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.util.Base64;

/** Shows who asks, to the API's own server only, and keeps that out of everything else. */
final class Credentials {
  static final String MASK = "***";
  private static final int SHORTEST_MASKED = 6;

  private final Authentication how;
  private final URI home;
  private final ClientToken token;
  private String shown = "";

  /**
   * @param home the API's own server
   */
  Credentials(Authentication how, URI home, WebClient client) {
    this.how = how;
    this.home = home;
    this.token =
        how.kind() == Authentication.Kind.CLIENT_CREDENTIALS ? new ClientToken(how, client) : null;
  }

  /** The address to ask, with the key where it belongs there. */
  URI address(URI plain) {
    return how.kind() == Authentication.Kind.PARAMETER && Addresses.sameServer(home, plain)
        ? Addresses.with(plain, how.name(), resolved(how.secret()))
        : plain;
  }

  /** The address as it may be shown. */
  URI shown(URI address) {
    return how.kind() == Authentication.Kind.PARAMETER
        ? Addresses.without(address, how.name())
        : address;
  }

  void sign(HttpRequest.Builder request, URI address) throws IOException {
    if (!Addresses.sameServer(home, address)) {
      return;
    }
    switch (how.kind()) {
      case BEARER -> request.setHeader("Authorization", "Bearer " + resolved(how.secret()));
      case HEADER -> request.setHeader(how.name(), resolved(how.secret()));
      case BASIC -> request.setHeader("Authorization", basic(how.name(), resolved(how.secret())));
      case CLIENT_CREDENTIALS -> {
        shown = token.get();
        request.setHeader("Authorization", "Bearer " + shown);
      }
      default -> {}
    }
  }

  /** Called when the server refused who asks; returns whether a new token may help. */
  boolean renew() {
    return token != null && token.drop();
  }

  /** Called when the server took who asks. */
  void accepted() {
    if (token != null) {
      token.accepted();
    }
  }

  /** A text of the server without the secret, in case that it repeats it. */
  String masked(String text) {
    if (shown.length() < SHORTEST_MASKED) {
      return text;
    }
    return text.replace(shown, MASK).replace(Addresses.encoded(shown), MASK);
  }

  private String resolved(SecretRef secret) {
    shown = headerValue(secret);
    return shown;
  }

  /** A client that is given such a text says all of it in its complaint. */
  static String headerValue(SecretRef secret) {
    String value = secret.resolve();
    if (value.isEmpty() || value.chars().anyMatch(c -> c < 0x20 || c > 0x7e)) {
      throw new SourceFailedException(
          "The secret "
              + secret
              + " is empty or holds line breaks or other characters that no header takes. Correct"
              + " it and run again.");
    }
    return value;
  }

  static String basic(String user, String password) {
    return "Basic "
        + Base64.getEncoder()
            .encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
  }
}
