package io.beamhouse.io.files;

import com.fasterxml.jackson.core.io.JsonStringEncoder;

/** What one row could not take, as the text of a JSON object. */
final class Rescued {
  private final StringBuilder json = new StringBuilder();

  void addText(String column, String text) {
    name(column)
        .append('"')
        .append(JsonStringEncoder.getInstance().quoteAsString(text))
        .append('"');
  }

  void addJson(String column, String value) {
    name(column).append(value);
  }

  private StringBuilder name(String column) {
    json.append(json.length() == 0 ? "{" : ",").append('"');
    return json.append(JsonStringEncoder.getInstance().quoteAsString(column)).append("\":");
  }

  /** Returns the object and begins a new one; null when nothing was added. */
  String take() {
    if (json.length() == 0) {
      return null;
    }
    String text = json.append('}').toString();
    json.setLength(0);
    return text;
  }
}
