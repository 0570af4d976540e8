package io.beamhouse.quality;

import io.beamhouse.core.Evolving;
import io.beamhouse.core.error.Problems;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Rules for rows as they stand in a spec or in a rules file (docs/quality.md). */
@Evolving
public final class RowRules {
  private static final List<String> CONDITIONS =
      List.of(
          "not_null",
          "range",
          "in",
          "matches",
          "length",
          "castable",
          "before",
          "compare",
          "sql",
          "exists_in");
  private static final List<String> OF_A_COLUMN =
      List.of("range", "in", "matches", "length", "castable");
  private static final List<String> BESIDE = List.of("name", "action", "column", "columns");

  private RowRules() {}

  /** Reads the {@code rules} of a rules file; throws one SpecException with every problem. */
  public static List<RowRule> fromFile(String path) {
    Problems problems = new Problems();
    List<RowRule> rules = read(RulesText.file(path, "rules", problems));
    problems.throwIfAny();
    return rules;
  }

  static List<RowRule> read(List<RuleNode> nodes) {
    List<RowRule> rules = new ArrayList<>();
    for (RuleNode node : nodes) {
      if (node.isMapping()) {
        rule(node).ifPresent(rules::add);
      }
    }
    return rules;
  }

  private static Optional<RowRule> rule(RuleNode node) {
    node.allow(Stream.concat(BESIDE.stream(), CONDITIONS.stream()).toList());
    List<String> given = CONDITIONS.stream().filter(node::has).toList();
    Action action = action(node);
    if (given.size() != 1) {
      node.problem(
          "",
          given.isEmpty()
              ? "asks nothing: give one of " + String.join(", ", CONDITIONS)
              : "has more than one condition ("
                  + String.join(", ", given)
                  + "): make it two rules");
      return Optional.empty();
    }
    String kind = given.get(0);
    if (node.has("columns") && !kind.equals("exists_in")) {
      node.problem("columns", "is for exists_in only");
    }
    if (node.has("column") && !OF_A_COLUMN.contains(kind) && !kind.equals("exists_in")) {
      node.problem("column", "is not for " + kind);
    }
    Optional<String> column = OF_A_COLUMN.contains(kind) ? node.text("column") : Optional.of("");
    Optional<Condition> condition = condition(kind, column.orElse(""), node);
    if (condition.isEmpty() || column.isEmpty() || action == null) {
      return Optional.empty();
    }
    RowRule rule = RowRule.of(condition.get()).withAction(action).from(node.origin());
    return Optional.of(node.has("name") ? rule.named(node.text("name").orElse("")) : rule);
  }

  private static Action action(RuleNode node) {
    if (!node.has("action")) {
      return Action.QUARANTINE;
    }
    String given = node.text("action").orElse("");
    List<String> names = Arrays.stream(Action.values()).map(Action::text).toList();
    if (!names.contains(given)) {
      node.problem(
          "action",
          "'"
              + given
              + "' is none"
              + Problems.didYouMean(given, names)
              + "; allowed: "
              + String.join(", ", names));
      return null;
    }
    return Action.values()[names.indexOf(given)];
  }

  private static Optional<Condition> condition(String kind, String column, RuleNode node) {
    return switch (kind) {
      case "not_null" -> Optional.of(node.texts(kind)).filter(l -> !l.isEmpty()).map(NotNull::new);
      case "range" -> range(column, node.child(kind));
      case "in" -> set(column, node);
      case "matches" -> node.text(kind).map(regex -> new Matches(column, regex));
      case "length" -> length(column, node.child(kind));
      case "castable" -> castable(column, node);
      case "before" -> before(node);
      case "compare" -> node.text(kind).map(Compare::new);
      case "sql" -> node.text(kind).map(Sql::new);
      default -> existsIn(node);
    };
  }

  private static Optional<Condition> range(String column, RuleNode bounds) {
    if (!bounds.isMapping()) {
      return Optional.empty();
    }
    bounds.allow(List.of("min", "max"));
    Literal min = bounds.literal("min");
    Literal max = bounds.literal("max");
    if (!bounds.has("min") && !bounds.has("max")) {
      bounds.problem("", "needs min or max");
      return Optional.empty();
    }
    return Optional.of(new InRange(column, min, max));
  }

  private static Optional<Condition> set(String column, RuleNode node) {
    List<Literal> values = new ArrayList<>();
    for (var item : node.raw("in")) {
      Literal literal = Literal.of(item);
      if (literal == null) {
        node.problem(
            "in[" + values.size() + "]", "expected a single value, found " + RuleNode.kind(item));
        return Optional.empty();
      }
      values.add(literal);
    }
    if (values.isEmpty() || !node.raw("in").isArray()) {
      node.problem("in", "expected a list of values, found " + RuleNode.kind(node.raw("in")));
      return Optional.empty();
    }
    return Optional.of(new InSet(column, values));
  }

  private static Optional<Condition> length(String column, RuleNode bounds) {
    if (!bounds.isMapping()) {
      return Optional.empty();
    }
    bounds.allow(List.of("min", "max"));
    int min = bounds.count("min", 0);
    int max = bounds.count("max", Integer.MAX_VALUE);
    if (!bounds.has("min") && !bounds.has("max")) {
      bounds.problem("", "needs min or max");
    } else if (min > max) {
      bounds.problem("", "min is greater than max");
    }
    return Optional.of(new Length(column, min, max));
  }

  private static Optional<Condition> castable(String column, RuleNode node) {
    Optional<String> type = node.text("castable");
    try {
      type.ifPresent(Castable::typeOf);
    } catch (IllegalArgumentException e) {
      node.problem("castable", e.getMessage());
      return Optional.empty();
    }
    return type.map(given -> new Castable(column, given));
  }

  private static Optional<Condition> before(RuleNode node) {
    List<String> columns = node.texts("before");
    if (columns.size() == 1 || columns.size() != new TreeSet<>(columns).size()) {
      node.problem("before", "needs two columns or more, each once");
      return Optional.empty();
    }
    return columns.isEmpty() ? Optional.empty() : Optional.of(new InOrder(columns));
  }

  private static Optional<Condition> existsIn(RuleNode node) {
    RuleNode there = node.child("exists_in");
    if (!there.isMapping()) {
      return Optional.empty();
    }
    there.allow(List.of("input", "columns"));
    Optional<String> table = there.text("input");
    List<String> keys = there.texts("columns");
    if (node.has("column") && node.has("columns")) {
      node.problem("column", "and columns are both given");
    }
    List<String> columns =
        node.has("columns")
            ? node.texts("columns")
            : node.has("column") ? node.texts("column") : keys;
    if (columns.size() != keys.size() && !columns.isEmpty() && !keys.isEmpty()) {
      there.problem("columns", "needs as many columns as the row's, " + columns.size());
      return Optional.empty();
    }
    return table.isEmpty() || keys.isEmpty() || columns.isEmpty()
        ? Optional.empty()
        : Optional.of(new ExistsIn(columns, table.get(), keys));
  }
}
