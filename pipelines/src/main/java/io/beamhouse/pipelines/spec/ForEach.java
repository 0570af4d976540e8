package io.beamhouse.pipelines.spec;

import io.beamhouse.core.error.Problems;
import io.beamhouse.pipelines.spec.YamlNode.Entry;
import io.beamhouse.pipelines.spec.YamlNode.Kind;
import io.beamhouse.pipelines.spec.YamlNode.Mapping;
import io.beamhouse.pipelines.spec.YamlNode.Scalar;
import io.beamhouse.pipelines.spec.YamlNode.Sequence;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Reads {@code for_each: {as: table, in: [{name: users, ...}, ...]}}: one pipeline for each entry.
 *
 * <p>An entry is known by its {@code name}; a plain text is an entry with that name only.
 */
final class ForEach {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]*");
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z][A-Za-z0-9_]*");
  private static final List<String> KEYS = List.of("as", "in");

  private final SpecProblems problems;

  private ForEach(SpecProblems problems) {
    this.problems = problems;
  }

  /** Returns by entry name what {@code ${table.key}} stands for. */
  static Map<String, Map<String, YamlNode>> read(
      YamlNode node, Set<String> parameters, SpecProblems problems) {
    return new ForEach(problems).entries(node, parameters);
  }

  private Map<String, Map<String, YamlNode>> entries(YamlNode node, Set<String> parameters) {
    Map<String, Map<String, YamlNode>> entries = new LinkedHashMap<>();
    if (!(node instanceof Mapping mapping)) {
      problems.add(node.line(), "for_each", "expected {as: name, in: [...]}");
      return entries;
    }
    for (String key : mapping.entries().keySet()) {
      if (!KEYS.contains(key)) {
        problems.add(
            mapping.lineOf(key),
            "for_each." + key,
            "unknown key '"
                + key
                + "'"
                + Problems.didYouMean(key, KEYS)
                + "; allowed: "
                + SpecProblems.oneOf(KEYS));
      }
    }
    String as = variable(mapping, parameters);
    YamlNode in = mapping.get("in").orElse(null);
    if (!(in instanceof Sequence list) || list.items().isEmpty()) {
      if (in == null || !YamlNode.isUnresolved(in)) {
        problems.add(mapping.lineOf("in"), "for_each.in", "expected a list of entries");
      }
      return entries;
    }
    List<Mapping> bodies = new ArrayList<>();
    for (YamlNode item : list.items()) {
      body(item, "for_each.in[" + bodies.size() + "]", bodies);
    }
    Set<String> keys = new LinkedHashSet<>();
    bodies.forEach(b -> keys.addAll(b.entries().keySet()));
    Set<String> names = new HashSet<>();
    for (int i = 0; i < bodies.size(); i++) {
      String name = name(bodies.get(i), "for_each.in[" + i + "].name", names);
      entries.put(name, values(bodies.get(i), as, keys));
    }
    return entries;
  }

  /** A key that only other entries have is null here, so that it can be optional. */
  private static Map<String, YamlNode> values(Mapping body, String as, Set<String> keys) {
    Map<String, YamlNode> values = new LinkedHashMap<>();
    for (String key : keys) {
      values.put(as + "." + key, body.get(key).orElse(new Scalar(body.line(), "", Kind.NULL)));
    }
    return values;
  }

  private void body(YamlNode item, String path, List<Mapping> bodies) {
    if (item instanceof Mapping mapping) {
      bodies.add(mapping);
    } else if (item instanceof Scalar scalar && !scalar.isNull()) {
      bodies.add(new Mapping(scalar.line(), Map.of("name", new Entry(scalar.line(), scalar))));
    } else {
      problems.add(item.line(), path, "expected {name: ...}, found " + item.kindName());
    }
  }

  private String variable(Mapping mapping, Set<String> parameters) {
    if (!(mapping.get("as").orElse(null) instanceof Scalar as)
        || !VARIABLE.matcher(as.text()).matches()) {
      problems.add(
          mapping.lineOf("as"),
          "for_each.as",
          "expected the name that ${name.key} uses, of letters, digits and _");
      return "?";
    }
    if (parameters.contains(as.text())) {
      problems.add(as.line(), "for_each.as", "'" + as.text() + "' is a parameter already");
    }
    return as.text();
  }

  private String name(Mapping body, String path, Set<String> names) {
    String name =
        body.get("name").orElse(null) instanceof Scalar scalar && !scalar.isNull()
            ? scalar.text()
            : "";
    if (!NAME.matcher(name).matches()) {
      problems.add(
          body.lineOf("name"),
          path,
          name.isEmpty()
              ? "required key is missing: the entry's state is known by it"
              : "'" + name + "' may hold letters, digits, '.', '_' and '-' only");
    } else if (!names.add(name)) {
      problems.add(body.lineOf("name"), path, "the name '" + name + "' is given twice");
    }
    return name;
  }
}
