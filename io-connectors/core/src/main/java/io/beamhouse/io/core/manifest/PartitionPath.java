package io.beamhouse.io.core.manifest;

import io.beamhouse.core.Evolving;
import io.beamhouse.core.error.Problems;
import io.beamhouse.core.row.RowTypes;
import io.beamhouse.core.row.SchemaJson;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.schemas.Schema.TypeName;
import org.apache.beam.sdk.values.Row;

/**
 * Names the directory of a row below that of the files: {@code {at:yyyy/MM/dd/HH/mm}}, {@code
 * country={country}/day={at:yyyy-MM-dd}}.
 *
 * <p>{@code {column}} is the column's value, with everything but ASCII letters, digits, {@code .},
 * {@code _} and {@code -} as {@code %XX} of UTF-8, so that no value can leave the directory or hide
 * in it. {@code {column:pattern}} is a time in UTC, or a local one as it is, by {@code yyyy},
 * {@code MM}, {@code dd}, {@code HH} and {@code mm} with {@code / - _ .} between them; the column
 * may hold ISO-8601 text. NULL, the empty text, a value of more than 200 characters, text that is
 * no time, and times before 1900 or after 2199 give {@code unknown}.
 */
@Evolving
public final class PartitionPath implements Serializable {
  /** The directory of rows without a usable value; names with {@code _} are hidden from globs. */
  static final String UNKNOWN = "unknown";

  private static final Pattern PLACEHOLDER = Pattern.compile("\\{([^{}:]+)(?::([^{}]*))?\\}");
  private static final Pattern TIME =
      Pattern.compile("(yyyy|MM|dd|HH|mm)([-/_.]?(yyyy|MM|dd|HH|mm))*");
  private static final Pattern TEXT = Pattern.compile("[A-Za-z0-9._=/-]*");

  /**
   * A text, or a column with or without a pattern.
   *
   * @param column null for a text
   * @param text of the path, or the pattern; null for a plain column
   */
  record Part(String column, String text) implements Serializable {}

  private final String template;
  private final ArrayList<Part> parts;

  private PartitionPath(String template, List<Part> parts) {
    this.template = template;
    this.parts = new ArrayList<>(parts);
  }

  /**
   * Parses a template.
   *
   * @throws io.beamhouse.core.error.SpecException with everything that is wrong about it
   */
  public static PartitionPath parse(String template) {
    Problems problems = new Problems();
    List<Part> parts = new ArrayList<>();
    Matcher matcher = PLACEHOLDER.matcher(template);
    int at = 0;
    while (matcher.find()) {
      text(template.substring(at, matcher.start()), parts, problems);
      String pattern = matcher.group(2);
      if (pattern != null && !TIME.matcher(pattern).matches()) {
        problems.add(
            "partition_path",
            "the pattern '"
                + pattern
                + "' is made of more than yyyy, MM, dd, HH, mm and / - _ . between them");
      }
      parts.add(new Part(matcher.group(1), pattern));
      at = matcher.end();
    }
    text(template.substring(at), parts, problems);
    if (parts.stream().allMatch(part -> part.column() == null)) {
      problems.add(
          "partition_path", "names no column; allowed is like {at:yyyy/MM/dd/HH/mm} or c={c}");
    }
    // A value is never empty and never hides, so what is around it decides.
    String shape = PLACEHOLDER.matcher(template).replaceAll("v");
    if (shape.startsWith("/") || shape.endsWith("/") || shape.matches("(.*/)?([/._].*)?")) {
      problems.add(
          "partition_path",
          "'"
              + template
              + "' has a name that is empty or starts with _ or a dot, which hides it from"
              + " readers");
    }
    problems.throwIfAny();
    return new PartitionPath(template, parts);
  }

  private static void text(String text, List<Part> parts, Problems problems) {
    if (!TEXT.matcher(text).matches()) {
      problems.add(
          "partition_path",
          "'"
              + text
              + "' stands outside of {column} and {column:pattern}; allowed there are ASCII"
              + " letters, digits, . _ - = and /");
    } else if (!text.isEmpty()) {
      parts.add(new Part(null, text));
    }
  }

  /** Refuses a schema without the columns, or with types that name no directory. */
  void check(Schema schema) {
    Problems problems = new Problems();
    for (Part part : parts) {
      if (part.column() == null) {
        continue;
      }
      if (!schema.hasField(part.column())) {
        problems.add(
            "partition_path",
            "no column '"
                + part.column()
                + "'"
                + Problems.didYouMean(part.column(), schema.getFieldNames()));
        continue;
      }
      FieldType type = schema.getField(part.column()).getType();
      if (part.text() == null ? !isName(type) : !isTime(type)) {
        problems.add(
            "partition_path",
            "column '"
                + part.column()
                + "' is "
                + SchemaJson.typeName(type)
                + "; allowed "
                + (part.text() == null
                    ? "without a pattern: texts, integers, booleans and dates"
                    : "with a pattern: timestamps, dates and ISO-8601 texts"));
      }
    }
    problems.throwIfAny();
  }

  private static boolean isName(FieldType type) {
    return switch (type.getTypeName()) {
      case STRING, BYTE, INT16, INT32, INT64, BOOLEAN -> true;
      default -> RowTypes.is(type, RowTypes.DATE) || RowTypes.is(type, RowTypes.UUID);
    };
  }

  private static boolean isTime(FieldType type) {
    return type.getTypeName() == TypeName.STRING
        || type.getTypeName() == TypeName.DATETIME
        || RowTypes.is(type, RowTypes.TIMESTAMP)
        || RowTypes.is(type, RowTypes.DATE)
        || RowTypes.is(type, RowTypes.LOCAL_DATETIME);
  }

  /** Finds directories of rows; used by one thread. */
  Directories start(Schema schema) {
    return new Directories(parts, schema);
  }

  /** The directory of a row. */
  static final class Directories {
    private final List<PartitionNames> names = new ArrayList<>();
    private final StringBuilder path = new StringBuilder();

    private Directories(List<Part> parts, Schema schema) {
      for (Part part : parts) {
        names.add(PartitionNames.of(part, schema));
      }
    }

    String of(Row row) {
      path.setLength(0);
      for (PartitionNames name : names) {
        path.append(name.of(row));
      }
      return path.toString();
    }
  }

  @Override
  public String toString() {
    return template;
  }
}
