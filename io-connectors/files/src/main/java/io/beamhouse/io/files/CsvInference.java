package io.beamhouse.io.files;

import io.beamhouse.core.row.RowText;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;

/**
 * Guesses the types of CSV columns: INT64, else DOUBLE, else BOOLEAN, else STRING, all nullable.
 *
 * <p>A whole number with a leading zero or plus is a STRING, since it would not come back as it
 * was. Looks at the first records of a file only.
 */
final class CsvInference {
  static final int RECORDS = 10_000;

  private static final List<FieldType> CANDIDATES =
      List.of(FieldType.INT64, FieldType.DOUBLE, FieldType.BOOLEAN, FieldType.STRING);

  private final List<Integer> candidate = new ArrayList<>();
  private final List<Boolean> seen = new ArrayList<>();

  private CsvInference() {}

  /** Names columns {@code column1} … when there are no {@code names}. */
  static Schema infer(CsvRecords records, List<String> names, CsvOptions options)
      throws IOException {
    CsvInference inference = new CsvInference();
    List<String> columns = names;
    for (int n = 0; n < RECORDS && records.next(); n++) {
      if (columns == null) {
        columns = new ArrayList<>();
        for (int i = 1; i <= records.fields(); i++) {
          columns.add("column" + i);
        }
      }
      if (records.problem() == null && records.fields() == columns.size()) {
        inference.add(records, options);
      }
    }
    Schema.Builder schema = Schema.builder();
    for (int i = 0; columns != null && i < columns.size(); i++) {
      boolean known = i < inference.seen.size() && inference.seen.get(i);
      schema.addNullableField(
          columns.get(i), known ? CANDIDATES.get(inference.candidate.get(i)) : FieldType.STRING);
    }
    return schema.build();
  }

  private void add(CsvRecords records, CsvOptions options) {
    for (int i = 0; i < records.fields(); i++) {
      if (i == candidate.size()) {
        candidate.add(0);
        seen.add(false);
      }
      String text;
      try {
        text = records.text(i);
      } catch (CharacterCodingException e) {
        // A bad record tells nothing of the schema; reading will report it.
        continue;
      }
      if (records.quoted(i) || !text.equals(options.nullToken())) {
        seen.set(i, true);
        while (!fits(text, CANDIDATES.get(candidate.get(i)))) {
          candidate.set(i, candidate.get(i) + 1);
        }
      }
    }
  }

  private static boolean fits(String text, FieldType type) {
    if (type.equals(FieldType.STRING)) {
      return true;
    }
    if (!type.equals(FieldType.BOOLEAN) && text.matches("\\+.*|-?0[0-9].*")) {
      return false;
    }
    try {
      RowText.read(text, type);
      return true;
    } catch (IllegalArgumentException e) {
      return false;
    }
  }
}
