package io.beamhouse.pipelines.report;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Builds HTML or SVG, well-formed as XML too: every text and attribute is escaped, and what is
 * opened is closed.
 */
final class Markup {
  private final StringBuilder text = new StringBuilder();
  private final Deque<String> open = new ArrayDeque<>();

  /**
   * Opens an element.
   *
   * @param attributes names and values in turn; one whose value is null is left out
   */
  Markup open(String tag, Object... attributes) {
    start(tag, attributes);
    text.append('>');
    open.push(tag);
    return this;
  }

  /** Closes the innermost open element. */
  Markup close() {
    text.append("</").append(open.pop()).append('>');
    return this;
  }

  /** Closes the innermost open element and ends the line, so that the source can be read. */
  Markup closeLine() {
    close();
    text.append('\n');
    return this;
  }

  /** An element that holds a text. */
  Markup element(String tag, Object content, Object... attributes) {
    return open(tag, attributes).text(content).close();
  }

  /** An element that has no end tag in HTML. */
  Markup single(String tag, Object... attributes) {
    start(tag, attributes);
    text.append("/>");
    return this;
  }

  Markup text(Object content) {
    escape(String.valueOf(content));
    return this;
  }

  /** A style sheet of ours; nothing that comes from a spec or a run may stand in it. */
  Markup style(String css) {
    text.append("<style>\n").append(css).append("</style>\n");
    return this;
  }

  Markup doctype() {
    text.append("<!DOCTYPE html>\n");
    return this;
  }

  private void start(String tag, Object... attributes) {
    text.append('<').append(tag);
    for (int i = 0; i < attributes.length; i += 2) {
      if (attributes[i + 1] != null) {
        text.append(' ').append(attributes[i]).append("=\"");
        escape(String.valueOf(attributes[i + 1]));
        text.append('"');
      }
    }
  }

  private void escape(String raw) {
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      switch (c) {
        case '&' -> text.append("&amp;");
        case '<' -> text.append("&lt;");
        case '>' -> text.append("&gt;");
        case '"' -> text.append("&quot;");
        case '\'' -> text.append("&#39;");
        default -> text.append(Character.isISOControl(c) && c != '\n' && c != '\t' ? '\uFFFD' : c);
      }
    }
  }

  /** Returns the text; refuses when an element is still open. */
  @Override
  public String toString() {
    if (!open.isEmpty()) {
      throw new IllegalStateException("not closed: " + open);
    }
    return text.toString();
  }
}
