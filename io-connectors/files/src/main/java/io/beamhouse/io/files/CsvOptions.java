package io.beamhouse.io.files;

import io.beamhouse.core.Evolving;
import io.beamhouse.core.error.Problems;
import java.io.Serializable;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How a CSV file is laid out.
 *
 * @param delimiter between fields; one ASCII character; default a comma
 * @param quote around fields that need it; one ASCII character, or empty when quotes mean nothing;
 *     default {@code "}
 * @param header whether the first record names the columns; default true
 * @param nullTokens the unquoted texts that are NULL, none or several; default the empty one, so
 *     that {@code ""} is the empty string
 * @param comment lines that start with this ASCII character are no records; default none, empty
 * @param encoding UTF-8 (default) or a charset of one byte per character
 */
@Evolving
public record CsvOptions(
    String delimiter,
    String quote,
    boolean header,
    List<String> nullTokens,
    String comment,
    String encoding)
    implements Serializable {
  public static final CsvOptions DEFAULT =
      new CsvOptions(",", "\"", true, List.of(""), "", "UTF-8");

  /** Tabs, no quoting, {@code \N} for NULL: a record is a line, as in many dumps. */
  public static final CsvOptions TSV = new CsvOptions("\t", "", true, List.of("\\N"), "", "UTF-8");

  public CsvOptions {
    delimiter = delimiter.equals("\\t") ? "\t" : delimiter;
    nullTokens = List.copyOf(nullTokens);
    Problems problems = new Problems();
    ascii("delimiter", delimiter, false, problems);
    ascii("quote", quote, true, problems);
    ascii("comment", comment, true, problems);
    if (delimiter.equals(quote) || delimiter.equals(comment)) {
      problems.add("delimiter", "is also the quote or the comment; they must differ");
    }
    if (!quote.isEmpty() && quote.equals(comment)) {
      problems.add("comment", "is also the quote; they must differ");
    }
    for (String token : nullTokens) {
      if (token.matches("(?s).*[\\r\\n].*")
          || token.contains(delimiter)
          || (!quote.isEmpty() && token.contains(quote))) {
        problems.add("null_token", "holds a delimiter, quote or line break; allowed is other text");
      }
    }
    charset(encoding, problems);
    problems.throwIfAny();
  }

  Charset charset() {
    return Charset.forName(encoding);
  }

  boolean isNull(String unquoted) {
    // Without an iterator, since it is asked for each value.
    for (int i = 0; i < nullTokens.size(); i++) {
      if (nullTokens.get(i).equals(unquoted)) {
        return true;
      }
    }
    return false;
  }

  /** As text, for manifests, whose files have one text for NULL. */
  Map<String, String> toMap() {
    Map<String, String> map = new TreeMap<>();
    map.put("delimiter", delimiter);
    map.put("quote", quote);
    map.put("header", String.valueOf(header));
    map.put("null_token", nullTokens.get(0));
    map.put("comment", comment);
    map.put("encoding", encoding);
    return map;
  }

  static CsvOptions fromMap(Map<String, String> map) {
    return new CsvOptions(
        map.getOrDefault("delimiter", DEFAULT.delimiter),
        map.getOrDefault("quote", DEFAULT.quote),
        Boolean.parseBoolean(map.getOrDefault("header", "true")),
        List.of(map.getOrDefault("null_token", "")),
        map.getOrDefault("comment", DEFAULT.comment),
        map.getOrDefault("encoding", DEFAULT.encoding));
  }

  private static void ascii(String name, String text, boolean mayBeEmpty, Problems problems) {
    boolean good =
        text.isEmpty()
            ? mayBeEmpty
            : text.length() == 1
                && text.charAt(0) < 0x80
                && text.charAt(0) != '\n'
                && text.charAt(0) != '\r';
    if (!good) {
      problems.add(
          name,
          "is '"
              + text
              + "'; allowed is one ASCII character that is no line break"
              + (mayBeEmpty ? ", or nothing" : ""));
    }
  }

  private static void charset(String name, Problems problems) {
    try {
      Charset charset = Charset.forName(name);
      boolean oneByte = charset.canEncode() && charset.newEncoder().maxBytesPerChar() == 1.0f;
      if (charset.equals(StandardCharsets.UTF_8) || oneByte) {
        return;
      }
    } catch (IllegalArgumentException e) {
      // Falls through: an unknown name is the same problem as an unsupported one.
    }
    problems.add(
        "encoding",
        "is '" + name + "'; allowed are UTF-8 and charsets of one byte such as windows-1252");
  }
}
