package io.beamhouse.pipelines.spec;

import io.beamhouse.core.error.Problems;
import io.beamhouse.pipelines.spec.YamlNode.Entry;
import io.beamhouse.pipelines.spec.YamlNode.Kind;
import io.beamhouse.pipelines.spec.YamlNode.Mapping;
import io.beamhouse.pipelines.spec.YamlNode.Scalar;
import io.beamhouse.pipelines.spec.YamlNode.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Replaces {@code ${name}} in the values of a document.
 *
 * <p>A value that is nothing but {@code ${name}} becomes what is named, a list too; inside a text
 * it is spliced in as text. This happens once, on parsed YAML: no value can add keys, steps or
 * further references. A doubled dollar sign stands for one that is text. References to secrets stay
 * as they are.
 */
final class Substitution {
  private static final Pattern REFERENCE = Pattern.compile("\\$(\\$?)\\{([^}]*)\\}");
  private static final Set<String> SECRETS = Set.of("env", "file");

  private final Map<String, YamlNode> values;
  private final SpecProblems problems;

  /**
   * @param values by name as it is written, {@code lake} or {@code table.name}
   */
  Substitution(Map<String, YamlNode> values, SpecProblems problems) {
    this.values = values;
    this.problems = problems;
  }

  YamlNode apply(YamlNode node, String path) {
    if (node instanceof Mapping mapping) {
      Map<String, Entry> entries = new LinkedHashMap<>();
      mapping
          .entries()
          .forEach(
              (key, e) ->
                  entries.put(
                      key, new Entry(e.line(), apply(e.value(), YamlText.join(path, key)))));
      return new Mapping(mapping.line(), entries);
    }
    if (node instanceof Sequence sequence) {
      List<YamlNode> items = new ArrayList<>();
      for (YamlNode item : sequence.items()) {
        items.add(apply(item, path + "[" + items.size() + "]"));
      }
      return new Sequence(sequence.line(), items);
    }
    return scalar((Scalar) node, path);
  }

  private YamlNode scalar(Scalar scalar, String path) {
    if (!scalar.text().contains("${")) {
      return scalar;
    }
    Matcher matcher = REFERENCE.matcher(scalar.text());
    if (matcher.matches() && matcher.group(1).isEmpty() && !isSecret(matcher.group(2))) {
      return movedTo(scalar.line(), lookUp(matcher.group(2), scalar.line(), path));
    }
    StringBuilder text = new StringBuilder();
    boolean resolved = true;
    int from = 0;
    matcher.reset();
    while (matcher.find()) {
      text.append(scalar.text(), from, matcher.start());
      from = matcher.end();
      String reference = matcher.group(2);
      if (!matcher.group(1).isEmpty()) {
        text.append(matcher.group().substring(1));
      } else if (isSecret(reference)) {
        text.append(matcher.group());
      } else {
        resolved &= splice(lookUp(reference, scalar.line(), path), reference, scalar, path, text);
      }
    }
    text.append(scalar.text().substring(from));
    return new Scalar(scalar.line(), text.toString(), resolved ? Kind.TEXT : Kind.UNRESOLVED);
  }

  private boolean splice(
      YamlNode value, String reference, Scalar into, String path, StringBuilder text) {
    if (YamlNode.isUnresolved(value)) {
      return false;
    }
    if (value instanceof Scalar scalar && !scalar.isNull()) {
      text.append(scalar.text());
      return true;
    }
    problems.add(
        into.line(),
        path,
        "${" + reference + "} is " + value.kindName() + " and cannot stand inside a text");
    return false;
  }

  private YamlNode lookUp(String reference, int line, String path) {
    YamlNode value = values.get(reference);
    if (value != null) {
      return value;
    }
    int colon = reference.indexOf(':');
    problems.add(
        line,
        path,
        colon > 0
            ? "unknown kind of secret '"
                + reference.substring(0, colon)
                + "'; allowed: ${env:NAME}, ${file:/path}"
            : "${"
                + reference
                + "} is not declared"
                + Problems.didYouMean(reference, values.keySet())
                + (values.isEmpty()
                    ? "; the spec has no parameters"
                    : "; known: " + SpecProblems.oneOf(values.keySet()))
                + ". $${...} gives the text ${...}");
    return new Scalar(line, "", Kind.UNRESOLVED);
  }

  private static boolean isSecret(String reference) {
    int colon = reference.indexOf(':');
    return colon > 0 && SECRETS.contains(reference.substring(0, colon));
  }

  /** A value's problems are reported where it is used. */
  private static YamlNode movedTo(int line, YamlNode value) {
    if (value instanceof Scalar scalar) {
      return new Scalar(line, scalar.text(), scalar.kind());
    }
    if (value instanceof Sequence sequence) {
      return new Sequence(line, sequence.items());
    }
    return new Mapping(line, ((Mapping) value).entries());
  }
}
