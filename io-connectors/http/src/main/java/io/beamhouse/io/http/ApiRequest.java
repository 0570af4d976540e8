package io.beamhouse.io.http;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One list to read, page by page.
 *
 * @param name by which rows and reports know it
 * @param start address of its first page, without what the pagination adds
 */
record ApiRequest(String name, URI start) {
  /** The requests of a read: one for each combination of the values of {@code each}. */
  static List<ApiRequest> of(HttpRead read) {
    List<Map<String, String>> combinations = new ArrayList<>();
    combinations.add(new LinkedHashMap<>());
    for (Map.Entry<String, List<String>> each : read.each().entrySet()) {
      List<Map<String, String>> longer = new ArrayList<>();
      for (Map<String, String> chosen : combinations) {
        for (String value : each.getValue()) {
          Map<String, String> more = new LinkedHashMap<>(chosen);
          more.put(each.getKey(), value);
          longer.add(more);
        }
      }
      combinations = longer;
    }
    return combinations.stream().map(chosen -> of(read, chosen)).toList();
  }

  private static ApiRequest of(HttpRead read, Map<String, String> chosen) {
    URI start = URI.create(filled(read.url(), chosen, true));
    for (Map.Entry<String, String> parameter : read.parameters().entrySet()) {
      start =
          Addresses.with(start, parameter.getKey(), filled(parameter.getValue(), chosen, false));
    }
    String name = chosen.isEmpty() ? lastPart(start) : safe(String.join("-", chosen.values()));
    return new ApiRequest(name, start);
  }

  private static String filled(String template, Map<String, String> values, boolean address) {
    String text = template;
    for (Map.Entry<String, String> value : values.entrySet()) {
      text =
          text.replace(
              "{" + value.getKey() + "}",
              address ? Addresses.encoded(value.getValue()) : value.getValue());
    }
    return text;
  }

  private static String lastPart(URI address) {
    String path = address.getPath() == null ? "" : address.getPath().replaceFirst("/+$", "");
    String last = path.substring(path.lastIndexOf('/') + 1);
    return last.isEmpty() ? "answer" : safe(last);
  }

  private static String safe(String text) {
    return text.replaceAll("[^A-Za-z0-9._-]", "_");
  }
}
