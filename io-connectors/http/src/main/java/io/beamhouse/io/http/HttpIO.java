package io.beamhouse.io.http;

import io.beamhouse.core.Evolving;

/**
 * Web APIs whose answers come in pages.
 *
 * <pre>{@code
 * HttpIO.read("https://api.example.com/v1/orders")
 *     .withAuthentication(Authentication.bearer(SecretRef.parse("${env:SHOP_TOKEN}")))
 *     .withPagination(Pagination.cursor("cursor", path("meta.next")))
 *     .withRecords(path("orders"))
 *     .withCompleteness(Completeness.ofPagination().withTotal(path("meta.total")));
 * }</pre>
 */
@Evolving
public final class HttpIO {
  private HttpIO() {}

  /**
   * Reads all pages of what is at an address.
   *
   * @param url may have places such as {@code {list}}, see {@link HttpRead#withEach}
   */
  public static HttpRead read(String url) {
    return HttpRead.create(url);
  }
}
