package io.beamhouse.io.core.web;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.time.DateTimeException;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/**
 * What a server says about a file.
 *
 * @param etag empty when it gives none
 * @param lastModified as the server wrote it; empty when it gives none
 */
record WebFile(URI address, long length, String etag, String lastModified) {
  private static final long WITHOUT_DATE = 1L << 40;

  static WebFile of(URI address, HttpHeaders headers) throws IOException {
    long length = headers.firstValueAsLong("Content-Length").orElse(-1);
    String etag = headers.firstValue("ETag").orElse("");
    String lastModified = headers.firstValue("Last-Modified").orElse("");
    if (length < 0) {
      throw new IOException(address + ": the server does not say how long the file is");
    }
    if (etag.isEmpty() && lastModified.isEmpty()) {
      throw new IOException(
          address
              + ": the server gives neither ETag nor Last-Modified, so that a change of the file"
              + " could not be seen");
    }
    return new WebFile(address, length, etag, lastModified);
  }

  /**
   * The time of the last change, in milliseconds. Servers tell seconds: the rest is made of the
   * ETag, so that a change within a second shows, and without a date all of it.
   */
  long modified() {
    if (lastModified.isEmpty()) {
      return Math.floorMod(hash(), WITHOUT_DATE);
    }
    long part = etag.isEmpty() ? 0 : Math.floorMod(hash(), 1000L);
    try {
      return ZonedDateTime.parse(lastModified, DateTimeFormatter.RFC_1123_DATE_TIME).toEpochSecond()
              * 1000
          + part;
    } catch (DateTimeException e) {
      return Math.floorMod(hash() + lastModified.hashCode(), WITHOUT_DATE);
    }
  }

  private long hash() {
    long hash = 0xcbf29ce484222325L;
    for (int i = 0; i < etag.length(); i++) {
      hash = (hash ^ etag.charAt(i)) * 0x100000001b3L;
    }
    return hash;
  }

  /** Whether another answer is about the same content, as far as it tells. */
  boolean isSame(HttpHeaders headers) {
    String theirs = headers.firstValue("ETag").orElse(etag);
    return theirs.equals(etag)
        && headers.firstValue("Last-Modified").orElse(lastModified).equals(lastModified);
  }

  /** A weak ETag never matches a condition. */
  boolean hasStrongTag() {
    return !etag.isEmpty() && !etag.startsWith("W/");
  }
}
