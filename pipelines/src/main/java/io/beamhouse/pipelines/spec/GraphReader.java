package io.beamhouse.pipelines.spec;

import io.beamhouse.core.error.Problems;
import io.beamhouse.pipelines.registry.Entry;
import io.beamhouse.pipelines.registry.Registry;
import io.beamhouse.pipelines.spec.Scope.Member;
import io.beamhouse.pipelines.spec.Scope.Ref;
import io.beamhouse.pipelines.spec.Step.Edge;
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
import java.util.Optional;
import java.util.Set;
import org.apache.beam.sdk.values.Row;

/** Turns the {@code pipeline} of a spec into its flat graph, sources first, and checks it. */
final class GraphReader {
  private final Registry registry;
  private final SpecProblems problems;
  private final Map<String, Leaf> leaves = new LinkedHashMap<>();

  /** A leaf with what is known of it; {@code entry} is null for an unknown type. */
  private record Leaf(
      Member member, Entry entry, Row config, Map<String, Integer> lines, String errorOutput) {}

  GraphReader(Registry registry, SpecProblems problems) {
    this.registry = registry;
    this.problems = problems;
  }

  /** Returns the steps in the order in which they can be applied. */
  List<Step> read(YamlNode pipeline) {
    Scope top = new ShapeReader(problems).read(pipeline);
    collect(top);
    List<Step> steps = new ArrayList<>();
    for (Leaf leaf : leaves.values()) {
      steps.add(step(leaf));
    }
    checkErrorsConsumed(steps);
    return sorted(steps);
  }

  private void collect(Scope scope) {
    for (Member member : scope.members) {
      if (member.inner != null) {
        collect(member.inner);
      } else {
        Leaf leaf = leaf(member);
        if (leaves.putIfAbsent(member.fullName(), leaf) != null) {
          problems.add(
              member.node.lineOf("name"),
              member.path + ".name",
              "the name '" + member.fullName() + "' is given twice");
        }
      }
    }
  }

  private Leaf leaf(Member member) {
    Entry entry = registry.get(member.type).orElse(null);
    if (entry == null) {
      problems.add(member.node.lineOf("type"), member.path + ".type", unknown(member.type));
      return new Leaf(member, null, null, Map.of(), "");
    }
    YamlNode config =
        member.node.get("config").orElse(new Scalar(member.node.line(), "", Kind.NULL));
    Row row =
        new ConfigReader(member.type, problems)
            .read(config, entry.configSchema(), member.path + ".config")
            .orElse(null);
    Map<String, Integer> lines = new LinkedHashMap<>();
    lines(config, "", lines);
    return new Leaf(member, entry, row, lines, errorOutput(member, entry, config));
  }

  private static void lines(YamlNode node, String path, Map<String, Integer> lines) {
    if (node instanceof Mapping mapping) {
      mapping
          .entries()
          .forEach(
              (key, entry) -> {
                String at = YamlText.join(path, key);
                lines.put(at, entry.line());
                lines(entry.value(), at, lines);
              });
    } else if (node instanceof Sequence sequence) {
      int index = 0;
      for (YamlNode item : sequence.items()) {
        String at = path + "[" + index++ + "]";
        lines.put(at, item.line());
        lines(item, at, lines);
      }
    }
  }

  private String unknown(String type) {
    return BeamYaml.absentTransform(type)
        .map(why -> "Beam YAML's transform '" + type + "' is not supported: " + why)
        .orElseGet(
            () -> "unknown transform '" + type + "'" + Problems.didYouMean(type, registry.names()));
  }

  /** Read from the node, so that it is known also when another key of the config is wrong. */
  private String errorOutput(Member member, Entry entry, YamlNode config) {
    Optional<String> name =
        Optional.of(config)
            .filter(c -> entry.configSchema().hasField("error_handling"))
            .flatMap(c -> child(c, "error_handling"))
            .flatMap(c -> child(c, "output"))
            .filter(c -> c instanceof Scalar s && !s.isNull() && !YamlNode.isUnresolved(s))
            .map(c -> ((Scalar) c).text());
    if (name.isPresent() && (entry.outputs().contains(name.get()) || name.get().equals("output"))) {
      problems.add(
          child(config, "error_handling").orElseThrow().line(),
          member.path + ".config.error_handling.output",
          "the name '" + name.get() + "' is taken by the step's own output; choose another");
      return "";
    }
    return name.orElse("");
  }

  private static Optional<YamlNode> child(YamlNode node, String key) {
    return node instanceof Mapping mapping ? mapping.get(key) : Optional.empty();
  }

  private Step step(Leaf leaf) {
    Member member = leaf.member();
    Map<String, List<Edge>> inputs = inputs(member, new HashSet<>());
    if (leaf.entry() != null) {
      checkInputs(leaf, inputs);
    }
    return new Step(
        member.fullName(),
        member.named,
        member.type,
        member.node.line(),
        member.path,
        leaf.config(),
        leaf.lines(),
        inputs,
        leaf.errorOutput());
  }

  private void checkInputs(Leaf leaf, Map<String, List<Edge>> inputs) {
    Member member = leaf.member();
    Entry entry = leaf.entry();
    int line = member.node.lineOf("input");
    String path = member.path + ".input";
    if (entry.inputs().isEmpty() && entry.ours()) {
      if (!inputs.isEmpty()) {
        problems.add(line, path, member.type + " is a source and takes no input");
      }
      return;
    }
    if (inputs.isEmpty() && !entry.inputs().isEmpty()) {
      problems.add(line, path, member.type + " needs an input: the name of a step");
    }
    if (!entry.takesOtherInputs()) {
      for (String tag : inputs.keySet()) {
        if (!entry.inputs().contains(tag)) {
          problems.add(
              line,
              path + "." + tag,
              "unknown input '" + tag + "'; allowed: " + SpecProblems.oneOf(entry.inputs()));
        }
      }
    }
  }

  private Map<String, List<Edge>> inputs(Member member, Set<Ref> open) {
    if (member.firstOfChain) {
      Member owner = member.scope.owner;
      return owner == null ? Map.of() : inputs(owner, open);
    }
    Map<String, List<Edge>> inputs = new LinkedHashMap<>();
    member.inputs.forEach(
        (tag, refs) -> {
          List<Edge> edges = new ArrayList<>();
          refs.forEach(ref -> edges.addAll(resolve(ref, member.scope, open)));
          inputs.put(tag, edges);
        });
    return inputs;
  }

  private List<Edge> resolve(Ref ref, Scope scope, Set<Ref> open) {
    if (!open.add(ref)) {
      problems.add(ref.line(), ref.path(), "'" + ref.text() + "' refers to itself");
      return List.of();
    }
    try {
      if (ref.target() != null) {
        return outputOf(ref.target(), "", ref, open);
      }
      if (scope.owner != null && inputs(scope.owner, open).containsKey(ref.text())) {
        return inputs(scope.owner, open).get(ref.text());
      }
      List<Member> found = scope.find(ref.text());
      String output = "";
      int dot = ref.text().lastIndexOf('.');
      if (found.isEmpty() && dot > 0) {
        found = scope.find(ref.text().substring(0, dot));
        output = ref.text().substring(dot + 1);
      }
      if (found.size() != 1) {
        List<String> names = scope.members.stream().map(m -> m.label).toList();
        Set<String> known = new LinkedHashSet<>(names);
        scope.members.forEach(m -> known.add(m.type));
        problems.add(
            ref.line(),
            ref.path(),
            found.isEmpty()
                ? "no step '"
                    + ref.text()
                    + "'"
                    + Problems.didYouMean(ref.text(), known)
                    + "; steps here: "
                    + SpecProblems.oneOf(names)
                : "'" + ref.text() + "' is ambiguous; give those steps a name each");
        return List.of();
      }
      return outputOf(found.get(0), output, ref, open);
    } finally {
      open.remove(ref);
    }
  }

  private List<Edge> outputOf(Member member, String output, Ref ref, Set<Ref> open) {
    if (member.inner == null) {
      Leaf leaf = leaves.get(member.fullName());
      return checkOutput(leaf, output, ref)
          ? List.of(new Edge(member.fullName(), output.equals("output") ? "" : output))
          : List.of();
    }
    Ref inside =
        output.isEmpty() && member.outputs.size() == 1
            ? member.outputs.values().iterator().next()
            : member.outputs.get(output.isEmpty() ? "output" : output);
    if (inside == null) {
      problems.add(
          ref.line(),
          ref.path(),
          member.outputs.isEmpty()
              ? "'" + member.label + "' has no output; give it 'output: {name: Step}'"
              : "'"
                  + member.label
                  + "' has no output '"
                  + output
                  + "'; it has: "
                  + SpecProblems.oneOf(member.outputs.keySet()));
      return List.of();
    }
    return resolve(inside, member.inner, open);
  }

  private boolean checkOutput(Leaf leaf, String output, Ref ref) {
    if (leaf == null || leaf.entry() == null || !leaf.entry().ours()) {
      return true;
    }
    Set<String> outputs = new LinkedHashSet<>(leaf.entry().outputs());
    String name = leaf.member().label;
    String problem = null;
    if (output.isEmpty()) {
      if (outputs.isEmpty()) {
        problem = "'" + name + "' is a sink and has no output";
      } else if (outputs.size() > 1 && !outputs.contains("output")) {
        problem = "'" + name + "' has several outputs; name one: ";
      }
    } else if (!outputs.contains(output) && !output.equals(leaf.errorOutput())) {
      problem = "'" + name + "' has no output '" + output + "'";
    }
    if (problem != null) {
      if (!leaf.errorOutput().isEmpty()) {
        outputs.add(leaf.errorOutput());
      }
      List<String> full = outputs.stream().map(o -> name + "." + o).toList();
      problems.add(
          ref.line(),
          ref.path(),
          full.isEmpty() ? problem : problem + "; it has: " + SpecProblems.oneOf(full));
    }
    return problem == null;
  }

  /** An error output that nobody reads is data lost in silence, so it is refused. */
  private void checkErrorsConsumed(List<Step> steps) {
    Set<Edge> used = new HashSet<>();
    steps.forEach(s -> s.inputs().values().forEach(used::addAll));
    for (Step step : steps) {
      Edge errors = new Edge(step.name(), step.errorOutput());
      if (!step.errorOutput().isEmpty() && !used.contains(errors)) {
        problems.add(
            step.line(),
            step.path(),
            "the error output '" + errors + "' is not used; give it to a sink");
      }
    }
  }

  private List<Step> sorted(List<Step> steps) {
    List<Step> sorted = new ArrayList<>();
    Set<String> done = new HashSet<>();
    List<Step> rest = new ArrayList<>(steps);
    while (!rest.isEmpty()) {
      List<Step> ready =
          rest.stream()
              .filter(
                  s ->
                      s.inputs().values().stream()
                          .flatMap(List::stream)
                          .allMatch(e -> done.contains(e.step())))
              .toList();
      if (ready.isEmpty()) {
        problems.add(
            rest.get(0).line(),
            rest.get(0).path(),
            "these steps feed each other in a circle: "
                + SpecProblems.oneOf(rest.stream().map(Step::name).toList()));
        return steps;
      }
      sorted.addAll(ready);
      ready.forEach(s -> done.add(s.name()));
      rest.removeAll(ready);
    }
    return sorted;
  }
}
