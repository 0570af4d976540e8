package io.beamhouse.quality;

import com.fasterxml.jackson.databind.node.TextNode;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Rules out of profiles, for people to look at. */
final class Proposals {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z][A-Za-z0-9_]*");
  private static final Pattern SPECIAL = Pattern.compile("(?i)y|n|yes|no|on|off|true|false|null");
  private static final MathContext SHOWN = new MathContext(4);

  /** How far the estimate of distinct values may be from the number of values. */
  private static final double UNIQUE = 0.97;

  private static final long FEW = 10;

  private Proposals() {}

  static String yaml(List<ColumnProfile> all) {
    List<ColumnProfile> columns =
        all.stream().filter(column -> !column.name().startsWith("_")).toList();
    long rows = all.isEmpty() ? 0 : all.get(0).rows();
    List<String> lines = new ArrayList<>();
    lines.add("# Proposed from " + rows + (rows == 1 ? " row." : " rows."));
    lines.add("# It is what the rows are like, not what they should be: look at each rule.");
    lines.add("rules:");
    int head = lines.size();
    String complete =
        columns.stream()
            .filter(column -> column.rows() > 0 && column.values() == column.rows())
            .map(column -> name(column.name()))
            .collect(Collectors.joining(", "));
    if (!complete.isEmpty()) {
      lines.add("  - not_null: [" + complete + "]");
    }
    columns.forEach(column -> rowRules(column, lines));
    if (lines.size() == head) {
      lines.set(head - 1, "rules: []");
    }
    lines.add("dataset_rules:");
    lines.add("  - row_count: {fail: {min: 1}}");
    columns.forEach(column -> datasetRules(column, lines));
    return String.join("\n", lines) + "\n";
  }

  private static void rowRules(ColumnProfile column, List<String> lines) {
    String head = "  - {column: " + name(column.name()) + ", ";
    if (column.values() == 0) {
      return;
    }
    if (column.kind() == ColumnKind.TEXT) {
      textRules(column.texts(), column.values(), head, lines);
    } else if (column.min() != null) {
      String quantiles =
          column.kind().isNumber()
              ? "  # 98 % of them: "
                  + shown(column.quantile(0.01))
                  + " to "
                  + shown(column.quantile(0.99))
              : "";
      String min = literal(column.min());
      String max = literal(column.max());
      if (min != null && max != null) {
        lines.add(head + "range: {min: " + min + ", max: " + max + "}, action: warn}" + quantiles);
      }
    }
  }

  private static void textRules(TextShape texts, long values, String head, List<String> lines) {
    if (!texts.fewValues().isEmpty()) {
      lines.add(
          head
              + "in: ["
              + texts.fewValues().stream().map(Proposals::quoted).collect(Collectors.joining(", "))
              + "], action: warn}");
      return;
    }
    if (values >= FEW && !texts.type().isEmpty()) {
      lines.add(head + "castable: " + texts.type() + "}");
    } else if (values >= FEW && !texts.pattern().isEmpty()) {
      lines.add(head + "matches: " + quoted(texts.pattern()) + "}");
    }
    lines.add(
        head
            + "length: {min: "
            + texts.shortest()
            + ", max: "
            + texts.longest()
            + "}, action: warn}");
  }

  private static void datasetRules(ColumnProfile column, List<String> lines) {
    boolean exact = column.kind() == ColumnKind.WHOLE || column.kind() == ColumnKind.TEXT;
    if (exact
        && column.values() >= FEW
        && column.values() == column.rows()
        && column.distinctValues() >= UNIQUE * column.values()) {
      lines.add(
          "  - unique: {of: [" + name(column.name()) + "]}  # by an estimate of distinct values");
    }
    if (column.nullShare() > 0 && column.nullShare() < 1) {
      BigDecimal most =
          BigDecimal.valueOf(column.nullShare() * 1.5)
              .setScale(2, RoundingMode.UP)
              .min(BigDecimal.ONE);
      lines.add(
          "  - null_share: {of: "
              + name(column.name())
              + ", warn: {max: "
              + most.stripTrailingZeros().toPlainString()
              + "}}  # now "
              + shown(column.nullShare()));
    }
  }

  /** Returns null for an infinity, which no rule can name. */
  private static String literal(Comparable<?> value) {
    if (value instanceof Double number) {
      return Double.isFinite(number) ? new BigDecimal(number.toString()).toPlainString() : null;
    }
    return value instanceof BigDecimal number ? number.toPlainString() : quoted(value.toString());
  }

  private static String shown(double value) {
    return Double.isFinite(value)
        ? new BigDecimal(value).round(SHOWN).stripTrailingZeros().toPlainString()
        : String.valueOf(value);
  }

  private static String name(String column) {
    return PLAIN.matcher(column).matches() && !SPECIAL.matcher(column).matches()
        ? column
        : quoted(column);
  }

  /** A JSON text is a YAML text. */
  private static String quoted(String text) {
    return TextNode.valueOf(text).toString();
  }
}
