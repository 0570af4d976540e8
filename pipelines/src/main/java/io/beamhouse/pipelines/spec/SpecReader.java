package io.beamhouse.pipelines.spec;

import io.beamhouse.core.Internal;
import io.beamhouse.core.error.Problems;
import io.beamhouse.pipelines.registry.Registry;
import io.beamhouse.pipelines.spec.YamlNode.Kind;
import io.beamhouse.pipelines.spec.YamlNode.Mapping;
import io.beamhouse.pipelines.spec.YamlNode.Scalar;
import io.beamhouse.pipelines.spec.YamlNode.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads a spec: head, parameters, tables, graph. */
@Internal
public final class SpecReader {
  static final List<String> KEYS =
      List.of(
          "name",
          "description",
          "parameters",
          "state",
          "for_each",
          "options",
          "guards",
          "notify",
          "on_event",
          "pipeline");
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]*");

  private final Registry registry;
  private final SpecProblems problems;

  /**
   * @param problems takes what is wrong; the caller throws
   */
  public SpecReader(Registry registry, SpecProblems problems) {
    this.registry = registry;
    this.problems = problems;
  }

  /**
   * Returns the spec as far as it could be read.
   *
   * @param given the parameters' values from the command line
   */
  public Spec read(SpecFile file, Map<String, String> given) {
    YamlNode document = YamlText.parse(file.text(), problems).orElse(null);
    if (!(document instanceof Mapping head)) {
      if (document != null) {
        problems.add(
            document.line(),
            "",
            "expected a mapping with 'pipeline', found " + document.kindName());
      }
      return new Spec(
          file.name(),
          Optional.empty(),
          Optional.empty(),
          Map.of(),
          Guards.NONE,
          Notify.NONE,
          List.of());
    }
    checkKeys(head);
    Map<String, YamlNode> values = Parameters.values(head, given, problems);
    Substitution substitution = new Substitution(values, problems);
    return new Spec(
        file.name(),
        name(head),
        text(head, "state", substitution),
        options(head, substitution),
        guards(head, substitution),
        notify(head, substitution),
        tables(head, values, substitution));
  }

  private void checkKeys(Mapping head) {
    for (String key : head.entries().keySet()) {
      if (!KEYS.contains(key)) {
        problems.add(
            head.lineOf(key),
            key,
            BeamYaml.absentFrame(key)
                .map(why -> "'" + key + "' is not supported: " + why)
                .orElse(
                    "unknown key '"
                        + key
                        + "'"
                        + Problems.didYouMean(key, KEYS)
                        + "; allowed: "
                        + SpecProblems.oneOf(KEYS)));
      }
    }
    if (!head.has("pipeline")) {
      problems.add(head.line(), "pipeline", "required key is missing");
    }
    head.get("description")
        .filter(d -> !(d instanceof Scalar))
        .ifPresent(
            d -> problems.add(d.line(), "description", "expected a text, found " + d.kindName()));
  }

  private Optional<String> name(Mapping head) {
    Optional<String> name = text(head, "name", new Substitution(Map.of(), problems));
    name.filter(n -> !NAME.matcher(n).matches())
        .ifPresent(
            n ->
                problems.add(
                    head.lineOf("name"),
                    "name",
                    "'" + n + "' may hold letters, digits, '.', '_' and '-' only"));
    return name;
  }

  private Optional<String> text(Mapping head, String key, Substitution substitution) {
    YamlNode node = head.get(key).map(n -> substitution.apply(n, key)).orElse(null);
    if (node instanceof Scalar scalar) {
      boolean none = scalar.isNull() || scalar.kind() == Kind.UNRESOLVED;
      return none
          ? Optional.empty()
          : Optional.of(SecretKeys.refuseReference(scalar.text(), scalar.line(), key, problems));
    }
    if (node != null) {
      problems.add(node.line(), key, "expected a text, found " + node.kindName());
    }
    return Optional.empty();
  }

  private Guards guards(Mapping head, Substitution substitution) {
    return head.get("guards")
        .map(node -> Guards.read(substitution.apply(node, "guards"), problems))
        .orElse(Guards.NONE);
  }

  private Notify notify(Mapping head, Substitution substitution) {
    // Read before there are parameters, which it sets; here for its problems.
    head.get("on_event").ifPresent(node -> OnEvent.read(node, problems));
    return head.get("notify")
        .map(node -> NotifyReader.read(substitution.apply(node, "notify"), problems))
        .orElse(Notify.NONE);
  }

  private Map<String, String> options(Mapping head, Substitution substitution) {
    Map<String, String> options = new LinkedHashMap<>();
    YamlNode node = head.get("options").map(n -> substitution.apply(n, "options")).orElse(null);
    if (node == null || YamlNode.isNull(node)) {
      return options;
    }
    if (!(node instanceof Mapping mapping)) {
      problems.add(node.line(), "options", "expected a mapping, found " + node.kindName());
      return options;
    }
    mapping
        .entries()
        .forEach(
            (key, entry) ->
                option(key, entry.value(), entry.line()).ifPresent(v -> options.put(key, v)));
    return options;
  }

  private Optional<String> option(String key, YamlNode value, int line) {
    String path = "options." + key;
    if (key.equals("streaming") && value instanceof Scalar s && s.text().equals("true")) {
      problems.add(line, path, "continuous runs are not in this version; schedule the command");
      return Optional.empty();
    }
    if (key.equals("yaml_experimental_features") || YamlNode.isNull(value)) {
      return Optional.empty();
    }
    if (value instanceof Scalar scalar) {
      return Optional.of(SecretKeys.refuseReference(scalar.text(), line, path, problems));
    }
    if (value instanceof Sequence sequence
        && sequence.items().stream().allMatch(Scalar.class::isInstance)) {
      return Optional.of(
          sequence.items().stream()
              .map(item -> ((Scalar) item).text())
              .collect(Collectors.joining(",")));
    }
    return Optional.of(new FreeForm(problems).json(value, path).toString());
  }

  private List<Spec.Table> tables(
      Mapping head, Map<String, YamlNode> values, Substitution substitution) {
    YamlNode pipeline = head.get("pipeline").orElse(null);
    YamlNode forEach = head.get("for_each").orElse(null);
    List<Spec.Table> tables = new ArrayList<>();
    if (forEach == null || YamlNode.isNull(forEach)) {
      if (pipeline != null) {
        tables.add(table("", pipeline, substitution));
      }
      return tables;
    }
    ForEach.read(substitution.apply(forEach, "for_each"), values.keySet(), problems)
        .forEach(
            (name, own) -> {
              Map<String, YamlNode> all = new LinkedHashMap<>(values);
              all.putAll(own);
              if (pipeline != null) {
                tables.add(table(name, pipeline, new Substitution(all, problems)));
              }
            });
    return tables;
  }

  private Spec.Table table(String name, YamlNode pipeline, Substitution substitution) {
    return new Spec.Table(
        name, new GraphReader(registry, problems).read(substitution.apply(pipeline, "pipeline")));
  }
}
