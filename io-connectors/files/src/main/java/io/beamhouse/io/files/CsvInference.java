package io.beamhouse.io.files;

import io.beamhouse.core.row.RowText;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;

/**
 * Guesses the types of CSV columns: INT64, else DOUBLE, else BOOLEAN, else STRING, all nullable.
 *
 * <p>A whole number with a leading zero or plus is a STRING, since it would not come back as it
 * was. Looks at the first records of each file only.
 */
final class CsvInference {
  static final int RECORDS = 10_000;

  private static final List<FieldType> CANDIDATES =
      List.of(FieldType.INT64, FieldType.DOUBLE, FieldType.BOOLEAN, FieldType.STRING);

  private static final int BOOLEAN = 2;

  private final CsvOptions options;
  private final boolean guess;

  /** By column, the first candidate that takes all values; -1 before the first value. */
  private final Map<String, int[]> columns = new LinkedHashMap<>();

  /**
   * @param guess false when all columns are STRING
   */
  CsvInference(CsvOptions options, boolean guess) {
    this.options = options;
    this.guess = guess;
  }

  /** Names columns {@code column1} … when there are no {@code names}. */
  void add(CsvRecords records, List<String> names) throws IOException {
    List<int[]> candidates = names == null ? null : candidates(names);
    for (int n = 0; n < RECORDS && (guess || candidates == null) && records.next(); n++) {
      if (candidates == null) {
        List<String> numbered = new ArrayList<>();
        for (int i = 1; i <= records.fields(); i++) {
          numbered.add("column" + i);
        }
        candidates = candidates(numbered);
      }
      if (guess && records.problem() == null && records.fields() == candidates.size()) {
        learn(records, candidates);
      }
    }
  }

  private List<int[]> candidates(List<String> names) {
    List<int[]> candidates = new ArrayList<>();
    for (String name : names) {
      candidates.add(columns.computeIfAbsent(name, column -> new int[] {-1}));
    }
    return candidates;
  }

  private void learn(CsvRecords records, List<int[]> candidates) {
    for (int i = 0; i < candidates.size(); i++) {
      int[] candidate = candidates.get(i);
      String text;
      try {
        text = records.text(i);
      } catch (CharacterCodingException e) {
        // A bad record tells nothing of the schema; reading will report it.
        continue;
      }
      if (records.quoted(i) || !options.isNull(text)) {
        candidate[0] = candidate(candidate[0], text);
      }
    }
  }

  private static int candidate(int before, String text) {
    int candidate = Math.max(0, before);
    while (!fits(text, CANDIDATES.get(candidate))) {
      candidate++;
    }
    // A whole number is a DOUBLE, too, but no number is a BOOLEAN.
    boolean toTruth = before >= 0 && before < BOOLEAN && candidate == BOOLEAN;
    return toTruth ? CANDIDATES.size() - 1 : candidate;
  }

  Schema schema() {
    Schema.Builder schema = Schema.builder();
    columns.forEach(
        (name, candidate) ->
            schema.addNullableField(
                name, candidate[0] < 0 ? FieldType.STRING : CANDIDATES.get(candidate[0])));
    return schema.build();
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
