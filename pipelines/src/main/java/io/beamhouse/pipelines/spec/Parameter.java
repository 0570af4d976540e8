package io.beamhouse.pipelines.spec;

import io.beamhouse.pipelines.spec.YamlNode.Kind;
import io.beamhouse.pipelines.spec.YamlNode.Scalar;
import io.beamhouse.pipelines.spec.YamlNode.Sequence;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A declared parameter.
 *
 * @param type a key of {@link #TYPES}
 * @param value the default; empty when the parameter is required
 * @param allowed the values that it, or each item of a list, may take; empty for any
 * @param range of a number
 */
record Parameter(
    String name,
    int line,
    String type,
    Optional<YamlNode> value,
    List<String> allowed,
    Range range) {
  /** Bounds that pass themselves; null for none. */
  record Range(BigDecimal min, BigDecimal max) {
    boolean holds(BigDecimal number) {
      return (min == null || number.compareTo(min) >= 0)
          && (max == null || number.compareTo(max) <= 0);
    }

    @Override
    public String toString() {
      String from = min == null ? "" : min.toPlainString();
      String to = max == null ? "" : max.toPlainString();
      return min == null ? "up to " + to : max == null ? from + " or more" : from + " to " + to;
    }
  }

  static final Map<String, Kind> TYPES =
      Map.of(
          "string", Kind.TEXT,
          "integer", Kind.INTEGER,
          "number", Kind.FLOAT,
          "boolean", Kind.BOOLEAN,
          "secret", Kind.TEXT,
          "list", Kind.TEXT);

  private static final Pattern WHOLE = Pattern.compile("[-+]?(0|[1-9][0-9]{0,17})");
  private static final Pattern NUMBER =
      Pattern.compile("[-+]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][-+]?[0-9]+)?");

  /** Returns a value given on the command line; a list's items are separated by commas. */
  YamlNode fromText(String text, String where, SpecProblems problems) {
    if (!type.equals("list")) {
      return checked(new Scalar(line, text, Kind.TEXT), where, problems);
    }
    List<YamlNode> items = new ArrayList<>();
    for (String item : text.isEmpty() ? new String[0] : text.split(",", -1)) {
      items.add(new Scalar(line, item.strip(), Kind.TEXT));
    }
    return checked(new Sequence(line, items), where, problems);
  }

  /** Returns {@code given} as a value of this parameter's type, or reports why it is none. */
  YamlNode checked(YamlNode given, String where, SpecProblems problems) {
    if (YamlNode.isNull(given)) {
      return given;
    }
    if (type.equals("list")) {
      List<YamlNode> items = given instanceof Sequence sequence ? sequence.items() : List.of(given);
      if (items.stream().allMatch(Scalar.class::isInstance)) {
        items.forEach(item -> checkAllowed((Scalar) item, where, problems));
        return new Sequence(given.line(), items);
      }
    } else if (type.equals("secret") && given instanceof Scalar scalar) {
      SecretKeys.requireReference(scalar.text(), scalar.line(), where, problems);
      return new Scalar(scalar.line(), scalar.text(), Kind.TEXT);
    } else if (given instanceof Scalar scalar && fits(scalar.text())) {
      checkAllowed(scalar, where, problems);
      return new Scalar(scalar.line(), scalar.text(), TYPES.get(type));
    }
    problems.add(
        given.line(),
        where,
        "expected "
            + (type.equals("integer") ? "an " : "a ")
            + type
            + ", found "
            + given.kindName());
    return new Scalar(given.line(), "", Kind.UNRESOLVED);
  }

  private boolean fits(String text) {
    return switch (type) {
      case "integer" -> WHOLE.matcher(text).matches();
      case "number" -> NUMBER.matcher(text).matches();
      case "boolean" -> Arrays.asList("true", "false").contains(text.toLowerCase(Locale.ROOT));
      default -> true;
    };
  }

  private void checkAllowed(Scalar scalar, String where, SpecProblems problems) {
    if (!allowed.isEmpty() && !allowed.contains(scalar.text())) {
      problems.add(
          scalar.line(),
          where,
          scalar.kindName() + " is not allowed; allowed: " + SpecProblems.oneOf(allowed));
    }
    if (isNumber() && !range.holds(new BigDecimal(scalar.text()))) {
      problems.add(scalar.line(), where, scalar.kindName() + " is not allowed; allowed: " + range);
    }
  }

  private boolean isNumber() {
    return type.equals("integer") || type.equals("number");
  }
}
