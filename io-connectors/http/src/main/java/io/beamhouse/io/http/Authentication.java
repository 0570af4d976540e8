package io.beamhouse.io.http;

import io.beamhouse.core.Evolving;
import io.beamhouse.core.secret.SecretRef;
import java.io.Serializable;

/**
 * How an API knows who asks. Secrets are references, resolved where they are used and never kept,
 * printed or sent to another host.
 *
 * @param name of the header or parameter, the user, or the client's id
 * @param secret null where there is none
 * @param tokenUrl where a client gets its token; else empty
 * @param scope that the token is for; may be empty
 * @param inForm whether the client's id and secret are sent in the form and not in a header
 */
@Evolving
public record Authentication(
    Kind kind, String name, SecretRef secret, String tokenUrl, String scope, boolean inForm)
    implements Serializable {
  /** The ways. */
  @Evolving
  public enum Kind {
    NONE,
    BEARER,
    HEADER,
    PARAMETER,
    BASIC,
    CLIENT_CREDENTIALS
  }

  /** Whoever asks is answered. */
  public static Authentication none() {
    return new Authentication(Kind.NONE, "", null, "", "", false);
  }

  /** {@code Authorization: Bearer …}. */
  public static Authentication bearer(SecretRef token) {
    return new Authentication(Kind.BEARER, "", token, "", "", false);
  }

  /** A key in a header of its own. */
  public static Authentication keyInHeader(String header, SecretRef key) {
    return new Authentication(Kind.HEADER, header, key, "", "", false);
  }

  /** A key in the address; it is left out of every address that is shown or stored. */
  public static Authentication keyInParameter(String parameter, SecretRef key) {
    return new Authentication(Kind.PARAMETER, parameter, key, "", "", false);
  }

  /** User and password. */
  public static Authentication basic(String user, SecretRef password) {
    return new Authentication(Kind.BASIC, user, password, "", "", false);
  }

  /**
   * OAuth 2 client credentials: a token is got from {@code tokenUrl}, kept until it expires or is
   * refused, and then got anew.
   */
  public static Authentication clientCredentials(
      String tokenUrl, String clientId, SecretRef clientSecret, String scope) {
    return new Authentication(
        Kind.CLIENT_CREDENTIALS, clientId, clientSecret, tokenUrl, scope, false);
  }

  /** Sends the client's id and secret as fields of the form, for servers that know no header. */
  public Authentication withSecretInForm() {
    return new Authentication(kind, name, secret, tokenUrl, scope, true);
  }
}
