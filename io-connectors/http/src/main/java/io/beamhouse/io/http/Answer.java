package io.beamhouse.io.http;

import java.net.URI;
import java.net.http.HttpHeaders;
import java.time.Instant;

/**
 * What a server said.
 *
 * @param address that answered, without secrets
 * @param body as text, with whatever secret it repeats
 */
record Answer(URI address, int status, HttpHeaders headers, String body, Instant at) {
  String header(String name) {
    return headers.firstValue(name).orElse(null);
  }
}
