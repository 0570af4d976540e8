package io.beamhouse.quality;

import com.fasterxml.jackson.databind.JsonNode;
import io.beamhouse.core.Evolving;
import io.beamhouse.core.error.Problems;
import io.beamhouse.quality.Metric.Kind;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Dataset rules as they stand in a spec or in a rules file (docs/quality.md). */
@Evolving
public final class DatasetRules {
  private static final String CHANGE = "change";
  private static final List<String> KINDS =
      Stream.concat(Arrays.stream(Kind.values()).map(Kind::text), Stream.of(CHANGE)).toList();
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})([smhd])");

  private DatasetRules() {}

  /** Reads the {@code dataset_rules} of a file; throws one SpecException with every problem. */
  public static List<DatasetRule> fromFile(String path) {
    Problems problems = new Problems();
    List<DatasetRule> rules = read(RulesText.file(path, "dataset_rules", problems), problems);
    problems.throwIfAny();
    return rules;
  }

  static List<DatasetRule> read(List<RuleNode> nodes, Problems problems) {
    List<DatasetRule> rules = new ArrayList<>();
    for (RuleNode node : nodes) {
      if (node.isMapping()) {
        rule(node).ifPresent(rules::add);
      }
    }
    return rules;
  }

  private static Optional<DatasetRule> rule(RuleNode node) {
    node.allow(Stream.concat(Stream.of("name"), KINDS.stream()).toList());
    List<String> given = KINDS.stream().filter(node::has).toList();
    if (given.size() != 1) {
      node.problem(
          "",
          given.isEmpty()
              ? "asks nothing: give one of " + String.join(", ", KINDS)
              : "measures more than one thing ("
                  + String.join(", ", given)
                  + "): make it two rules");
      return Optional.empty();
    }
    String kind = given.get(0);
    RuleNode body = node.child(kind);
    if (!body.isMapping()) {
      return Optional.empty();
    }
    Optional<DatasetRule> rule =
        kind.equals(CHANGE) ? change(body) : measure(Kind.values()[KINDS.indexOf(kind)], body);
    return rule.map(r -> node.has("name") ? r.named(node.text("name").orElse("")) : r)
        .map(r -> r.from(node.origin()));
  }

  private static Optional<DatasetRule> measure(Kind kind, RuleNode body) {
    Optional<Metric> metric;
    switch (kind) {
      case ROW_COUNT -> {
        body.allow(List.of("warn", "fail"));
        metric = Optional.of(Metric.of(kind));
      }
      case EXISTS_IN -> {
        body.allow(List.of("of", "input", "columns", "warn", "fail"));
        metric = existsIn(body);
      }
      case UNIQUE -> {
        body.allow(List.of("of", "warn", "fail"));
        metric =
            Optional.of(body.texts("of"))
                .filter(columns -> !columns.isEmpty())
                .map(columns -> Metric.of(kind, columns.toArray(new String[0])));
      }
      default -> {
        body.allow(List.of("of", "warn", "fail"));
        metric = body.text("of").map(column -> Metric.of(kind, column));
      }
    }
    boolean keys = kind == Kind.UNIQUE || kind == Kind.EXISTS_IN;
    Bounds warn = bounds(body, "warn", kind == Kind.FRESHNESS);
    Bounds fail = bounds(body, "fail", kind == Kind.FRESHNESS);
    if (keys && warn == null && fail == null) {
      fail = Bounds.atMost(0);
    }
    Bounds failing = fail;
    return metric.map(m -> DatasetRule.of(m).withWarn(warn).withFail(failing));
  }

  private static Optional<Metric> existsIn(RuleNode body) {
    Optional<String> table = body.text("input");
    List<String> keys = body.texts("columns");
    List<String> columns = body.has("of") ? body.texts("of") : keys;
    if (columns.size() != keys.size() && !columns.isEmpty() && !keys.isEmpty()) {
      body.problem("columns", "needs as many columns as the row's, " + columns.size());
      return Optional.empty();
    }
    return table.isEmpty() || keys.isEmpty() || columns.isEmpty()
        ? Optional.empty()
        : Optional.of(new Metric(Kind.EXISTS_IN, columns, table.get(), keys));
  }

  private static Optional<DatasetRule> change(RuleNode body) {
    body.allow(List.of("of", "over_last", "max_share", "warn", "fail"));
    Optional<Metric> metric = Optional.empty();
    try {
      metric = body.text("of").map(Metric::parse);
    } catch (IllegalArgumentException e) {
      body.problem("of", e.getMessage());
    }
    int overLast = body.count("over_last", 1);
    if (overLast == 0) {
      body.problem("over_last", "is 1 or more");
    }
    Bounds warn = bounds(body, "warn", false);
    Bounds fail = bounds(body, "fail", false);
    if (body.has("max_share")) {
      if (fail != null) {
        body.problem("max_share", "and fail are both given; choose one");
      }
      fail = new Bounds(null, number(body, "max_share", false));
    }
    Bounds failing = fail;
    return metric
        .filter(m -> overLast > 0)
        .map(m -> DatasetRule.changeOf(m, overLast).withWarn(warn).withFail(failing));
  }

  private static Bounds bounds(RuleNode body, String key, boolean durations) {
    if (!body.has(key)) {
      return null;
    }
    RuleNode bounds = body.child(key);
    if (!bounds.isMapping()) {
      return null;
    }
    bounds.allow(List.of("min", "max"));
    Bounds read = new Bounds(number(bounds, "min", durations), number(bounds, "max", durations));
    if (!bounds.has("min") && !bounds.has("max")) {
      bounds.problem("", "needs min or max");
    } else if (read.min() != null && read.max() != null && read.min() > read.max()) {
      bounds.problem("", "min is greater than max");
    }
    return read;
  }

  private static Double number(RuleNode node, String key, boolean duration) {
    JsonNode value = node.raw(key);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    if (duration && value.isTextual()) {
      Duration read = duration(value.textValue());
      if (read != null) {
        return read.toNanos() / 1e9;
      }
    } else if (!duration && value.isNumber()) {
      return value.doubleValue();
    }
    node.problem(
        key,
        "expected "
            + (duration ? "a duration such as 90m, 36h, 2d or PT36H" : "a number")
            + ", found "
            + RuleNode.kind(value));
    return null;
  }

  private static Duration duration(String text) {
    Matcher matcher = DURATION.matcher(text);
    if (matcher.matches()) {
      long count = Long.parseLong(matcher.group(1));
      return switch (matcher.group(2)) {
        case "s" -> Duration.ofSeconds(count);
        case "m" -> Duration.ofMinutes(count);
        case "h" -> Duration.ofHours(count);
        default -> Duration.ofDays(Math.min(count, 100_000));
      };
    }
    try {
      return Duration.parse(text);
    } catch (DateTimeException e) {
      return null;
    }
  }
}
