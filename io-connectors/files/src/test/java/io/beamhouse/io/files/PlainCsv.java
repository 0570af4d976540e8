package io.beamhouse.io.files;

import io.beamhouse.core.row.SchemaContract;
import io.beamhouse.core.row.SchemaContract.Drift;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;

/**
 * A second opinion on CSV, which shares nothing with the reader: regular expressions over the whole
 * file. Columns are id (INT64, required), name (STRING) and score (DOUBLE).
 */
record PlainCsv(char delimiter, boolean quotes, String nullText, int max, SchemaContract contract) {
  private static final List<String> COLUMNS = List.of("id", "name", "score");

  /** One line for each record, {@code +id|name|score} or {@code -raw}; null for a refused file. */
  List<String> read(byte[] bytes) {
    String text;
    try (var in = new ByteArrayInputStream(bytes)) {
      boolean gzip = bytes.length > 1 && bytes[0] == 0x1f && (bytes[1] & 0xff) == 0x8b;
      byte[] plain = gzip ? new GZIPInputStream(in).readAllBytes() : bytes;
      text = new String(plain, StandardCharsets.ISO_8859_1);
      text = text.startsWith("ï»¿") ? text.substring(3) : text;
    } catch (IOException e) {
      return null;
    }
    String d = Pattern.quote(String.valueOf(delimiter));
    String bare = quotes ? "[^\"\\r\\n" + d + "]*+" : "[^\\r\\n" + d + "]*+";
    String field = quotes ? "(?:\"[^\"]*+(?:\"\"[^\"]*+)*+\"|(?!\")" + bare + ")" : bare;
    Pattern good = Pattern.compile("(" + field + "(?:" + d + field + ")*+)(?:\\r?\\n|\\r?\\z)");
    String begun = quotes ? "(?:\"[^\"]*+(?:\"\"[^\"]*+)*+\"?+|" + bare + ")" : bare;
    Pattern bad = Pattern.compile("((?:" + field + d + ")*+" + begun + "[^\\n]*+)\\n?");
    List<String> result = new ArrayList<>();
    List<String> header = null;
    for (int at = 0; at < text.length(); ) {
      Matcher match = good.matcher(text).region(at, text.length());
      boolean fine = match.lookingAt();
      match = fine ? match : bad.matcher(text).region(at, text.length());
      String raw = fine || match.lookingAt() ? match.group(1) : "";
      at = match.end();
      List<String> fields = fine ? fields(raw, field) : null;
      if (raw.length() > max) {
        return null;
      } else if (header == null) {
        header = fields == null ? List.of() : fields.stream().map(f -> text(f)).toList();
        if (fields == null || !readable(header)) {
          return null;
        }
        if (!known(header) && contract.newColumn() == Drift.QUARANTINE) {
          result.add("-" + raw);
        }
      } else if (!raw.isEmpty() || header.size() == 1) {
        String row = fields == null ? null : row(header, fields);
        result.add(row == null ? "-" + raw : "+" + row);
      }
    }
    return header == null ? null : result;
  }

  private static boolean known(List<String> header) {
    return header.stream().anyMatch(COLUMNS::contains);
  }

  /** Whether a file with this header is read at all. */
  private boolean readable(List<String> header) {
    Set<String> names = new HashSet<>(header);
    if (names.size() < header.size() || header.contains(null)) {
      return false;
    }
    if (names.equals(Set.copyOf(COLUMNS)) || contract.newColumn() == Drift.QUARANTINE) {
      return true;
    }
    return contract.newColumn() == Drift.RESCUE && known(header) && names.contains("id");
  }

  private static List<String> fields(String raw, String field) {
    List<String> fields = new ArrayList<>();
    Matcher match = Pattern.compile("\\G(" + field + ")[\\s\\S]").matcher(raw + "\n");
    for (int end = 0; end <= raw.length() && match.find(end); end = match.end()) {
      fields.add(match.group(1));
    }
    return fields;
  }

  /** Null when it is not UTF-8. */
  private String text(String field) {
    boolean quoted = quotes && field.startsWith("\"");
    String inner = quoted ? field.substring(1, field.length() - 1).replace("\"\"", "\"") : field;
    try {
      ByteBuffer bytes = ByteBuffer.wrap(inner.getBytes(StandardCharsets.ISO_8859_1));
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (IOException e) {
      return null;
    }
  }

  /** Null when the record is bad. */
  private String row(List<String> header, List<String> fields) {
    boolean same = new HashSet<>(header).equals(Set.copyOf(COLUMNS));
    if (fields.size() != header.size() || (!same && contract.newColumn() == Drift.QUARANTINE)) {
      return null;
    }
    String[] values = new String[COLUMNS.size()];
    for (int i = 0; i < fields.size(); i++) {
      String value = text(fields.get(i));
      if (value == null) {
        return null;
      }
      int column = COLUMNS.indexOf(header.get(i));
      boolean isNull = fields.get(i).equals(nullText);
      if (column < 0 || (isNull && column > 0)) {
        continue;
      }
      boolean typed = !isNull && (column == 1 || (column == 0 ? whole(value) : number(value)));
      if (!typed && (column == 0 || contract.typeChange() != Drift.RESCUE)) {
        return null;
      }
      values[column] = typed ? value : null;
    }
    Long id = new BigInteger(values[0]).longValue();
    return id + "|" + values[1] + "|" + (values[2] == null ? null : Double.valueOf(values[2]));
  }

  private static boolean whole(String text) {
    return text.matches("[+-]?[0-9]+") && new BigInteger(text).bitLength() < 64;
  }

  private static boolean number(String text) {
    String digits = "(?:[0-9]+\\.?[0-9]*|\\.[0-9]+)";
    return text.matches("NaN|[+-]?Infinity|[+-]?" + digits + "(?:[eE][+-]?[0-9]+)?");
  }
}
