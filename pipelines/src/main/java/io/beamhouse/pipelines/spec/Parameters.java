package io.beamhouse.pipelines.spec;

import io.beamhouse.core.error.Problems;
import io.beamhouse.pipelines.spec.Parameter.Range;
import io.beamhouse.pipelines.spec.YamlNode.Entry;
import io.beamhouse.pipelines.spec.YamlNode.Kind;
import io.beamhouse.pipelines.spec.YamlNode.Mapping;
import io.beamhouse.pipelines.spec.YamlNode.Scalar;
import io.beamhouse.pipelines.spec.YamlNode.Sequence;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Reads the head's {@code parameters} and gives each its value, before anything runs. */
final class Parameters {
  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_]*");
  private static final List<String> KEYS =
      List.of("type", "default", "required", "allowed", "min", "max", "description");

  private final SpecProblems problems;

  private Parameters(SpecProblems problems) {
    this.problems = problems;
  }

  /** Returns the value of each declared parameter; those without one are unresolved. */
  static Map<String, YamlNode> values(
      Mapping head, Map<String, String> given, SpecProblems problems) {
    Map<String, Parameter> declared = new Parameters(problems).declared(head);
    Map<String, YamlNode> values = new LinkedHashMap<>();
    for (Parameter parameter : declared.values()) {
      String text = given.get(parameter.name());
      if (text != null) {
        values.put(
            parameter.name(), parameter.fromText(text, "--set " + parameter.name(), problems));
      } else if (parameter.value().isPresent()) {
        values.put(parameter.name(), parameter.value().get());
      } else {
        problems.add(
            parameter.line(),
            "parameters." + parameter.name(),
            "has no value; give --set " + parameter.name() + "=...");
        values.put(parameter.name(), new Scalar(parameter.line(), "", Kind.UNRESOLVED));
      }
    }
    for (String name : new TreeSet<>(given.keySet())) {
      if (!declared.containsKey(name)) {
        problems.add(
            0,
            "--set " + name,
            "the spec has no such parameter"
                + Problems.didYouMean(name, declared.keySet())
                + (declared.isEmpty()
                    ? "; it declares none"
                    : "; declared: " + SpecProblems.oneOf(declared.keySet())));
      }
    }
    return values;
  }

  private Map<String, Parameter> declared(Mapping head) {
    Map<String, Parameter> declared = new LinkedHashMap<>();
    YamlNode node = head.get("parameters").orElse(null);
    if (node == null || YamlNode.isNull(node)) {
      return declared;
    }
    if (!(node instanceof Mapping mapping)) {
      problems.add(node.line(), "parameters", "expected a mapping, found " + node.kindName());
      return declared;
    }
    mapping
        .entries()
        .forEach(
            (name, entry) -> {
              String path = "parameters." + name;
              if (!NAME.matcher(name).matches()) {
                problems.add(entry.line(), path, "a name has letters, digits and _ only");
              }
              declared.put(name, declared(name, entry, path));
            });
    return declared;
  }

  private Parameter declared(String name, Entry entry, String path) {
    Mapping body = new Mapping(entry.line(), Map.of());
    if (entry.value() instanceof Mapping mapping) {
      body = mapping;
    } else if (!YamlNode.isNull(entry.value())) {
      problems.add(
          entry.line(),
          path,
          "expected a mapping (type, default, ...), found " + entry.value().kindName());
    }
    for (String key : body.entries().keySet()) {
      if (!KEYS.contains(key)) {
        problems.add(
            body.lineOf(key),
            path + "." + key,
            "unknown key '"
                + key
                + "'"
                + Problems.didYouMean(key, KEYS)
                + "; allowed: "
                + SpecProblems.oneOf(KEYS));
      }
    }
    String type = type(body, path);
    Parameter parameter =
        new Parameter(
            name,
            entry.line(),
            type,
            Optional.empty(),
            allowed(body, path),
            new Range(bound(body, "min", type, path), bound(body, "max", type, path)));
    Optional<YamlNode> value =
        body.get("default").map(given -> parameter.checked(given, path + ".default", problems));
    checkRequired(body, path, value.isPresent());
    return new Parameter(name, entry.line(), type, value, parameter.allowed(), parameter.range());
  }

  /** Returns a bound; null when there is none, or none that is right. */
  private BigDecimal bound(Mapping body, String key, String type, String path) {
    YamlNode node = body.get(key).orElse(null);
    if (node == null) {
      return null;
    }
    if (!type.equals("integer") && !type.equals("number")) {
      problems.add(node.line(), path + "." + key, "only for the types integer and number");
      return null;
    }
    try {
      if (node instanceof Scalar scalar) {
        return new BigDecimal(scalar.text());
      }
    } catch (NumberFormatException e) {
      // Said below, as of anything else that is no number.
    }
    problems.add(node.line(), path + "." + key, "expected a number, found " + node.kindName());
    return null;
  }

  private String type(Mapping body, String path) {
    YamlNode node = body.get("type").orElse(null);
    if (node == null) {
      return "string";
    }
    if (node instanceof Scalar scalar && Parameter.TYPES.containsKey(scalar.text())) {
      return scalar.text();
    }
    problems.add(
        node.line(),
        path + ".type",
        "unknown type "
            + node.kindName()
            + "; allowed: "
            + SpecProblems.oneOf(new TreeSet<>(Parameter.TYPES.keySet())));
    return "string";
  }

  private List<String> allowed(Mapping body, String path) {
    List<String> allowed = new ArrayList<>();
    YamlNode node = body.get("allowed").orElse(null);
    if (node instanceof Sequence sequence
        && sequence.items().stream().allMatch(Scalar.class::isInstance)) {
      sequence.items().forEach(item -> allowed.add(((Scalar) item).text()));
    } else if (node != null) {
      problems.add(node.line(), path + ".allowed", "expected a list of values");
    }
    return allowed;
  }

  private void checkRequired(Mapping body, String path, boolean hasDefault) {
    YamlNode node = body.get("required").orElse(null);
    if (node == null) {
      return;
    }
    boolean yes = node instanceof Scalar scalar && scalar.text().equals("true");
    if (!yes && !(node instanceof Scalar scalar && scalar.text().equals("false"))) {
      problems.add(
          node.line(), path + ".required", "expected true or false, found " + node.kindName());
    } else if (yes == hasDefault) {
      problems.add(
          node.line(),
          path + ".required",
          yes ? "a required parameter has no default" : "needs a default (may be null)");
    }
  }
}
