package io.beamhouse.io.http;

import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Addresses of an API: who is asked, and which parameters stand behind the question mark. */
final class Addresses {
  private Addresses() {}

  /** Scheme, host and port, in one form. */
  static String origin(URI address) {
    return (address.getScheme() + "://" + address.getHost() + ":" + port(address))
        .toLowerCase(Locale.ROOT);
  }

  private static int port(URI address) {
    if (address.getPort() >= 0) {
      return address.getPort();
    }
    return "https".equalsIgnoreCase(address.getScheme()) ? 443 : 80;
  }

  /** Whether both are the same server, or {@code other} its encrypted side. */
  static boolean sameServer(URI one, URI other) {
    boolean upgraded =
        one.getHost().equalsIgnoreCase(other.getHost())
            && port(one) == 80
            && port(other) == 443
            && "https".equalsIgnoreCase(other.getScheme());
    return upgraded || origin(one).equals(origin(other));
  }

  /**
   * The address that {@code reference} is where it stands in the answer of {@code base}. The JDK
   * follows RFC 2396, for which a mere query lies beside the page and not behind it.
   *
   * @throws IllegalArgumentException when it is none
   */
  static URI resolved(URI base, String reference) {
    URI to = URI.create(reference);
    boolean samePath =
        to.getScheme() == null && to.getRawAuthority() == null && to.getRawPath().isEmpty();
    if (!samePath) {
      return base.resolve(to);
    }
    String text = base.toString().replaceFirst("#.*", "");
    return to.getRawQuery() == null
        ? URI.create(text)
        : URI.create(text.replaceFirst("[?].*", "") + "?" + to.getRawQuery());
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  /** The address with a parameter, in place of one of that name. */
  static URI with(URI address, String name, String value) {
    return query(without(address, name), encoded(name) + "=" + encoded(value));
  }

  /** The address without a parameter. */
  static URI without(URI address, String name) {
    if (address.getRawQuery() == null) {
      return address;
    }
    List<String> kept = new ArrayList<>();
    for (String pair : address.getRawQuery().split("&", -1)) {
      String own = pair.split("=", 2)[0];
      if (!own.equals(encoded(name)) && !own.equals(name)) {
        kept.add(pair);
      }
    }
    return query(cut(address), String.join("&", kept));
  }

  private static URI cut(URI address) {
    String text = address.toString();
    return URI.create(text.substring(0, text.indexOf('?')));
  }

  private static URI query(URI address, String pairs) {
    if (pairs.isEmpty()) {
      return address;
    }
    String text = address.toString().replaceFirst("#.*", "");
    return URI.create(text + (address.getRawQuery() == null ? "?" : "&") + pairs);
  }
}
