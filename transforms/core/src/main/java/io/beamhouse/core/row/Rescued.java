package io.beamhouse.core.row;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.beamhouse.core.Internal;

/** What one row could not take, as the text of a JSON object. */
@Internal
public final class Rescued {
  private final StringBuilder json = new StringBuilder();

  public void addText(String column, String text) {
    name(column)
        .append('"')
        .append(JsonStringEncoder.getInstance().quoteAsString(text))
        .append('"');
  }

  public void addJson(String column, String value) {
    name(column).append(value);
  }

  private StringBuilder name(String column) {
    json.append(json.length() == 0 ? "{" : ",").append('"');
    return json.append(JsonStringEncoder.getInstance().quoteAsString(column)).append("\":");
  }

  /** Returns the object and begins a new one; null when nothing was added. */
  public String take() {
    if (json.length() == 0) {
      return null;
    }
    String text = json.append('}').toString();
    json.setLength(0);
    return text;
  }
}
