package io.beamhouse.pipelines.spec;

import io.beamhouse.core.error.Problems;
import io.beamhouse.pipelines.spec.Scope.Member;
import io.beamhouse.pipelines.spec.Scope.Ref;
import io.beamhouse.pipelines.spec.YamlNode.Mapping;
import io.beamhouse.pipelines.spec.YamlNode.Scalar;
import io.beamhouse.pipelines.spec.YamlNode.Sequence;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Reads the shape of a pipeline in any of Beam YAML's forms: chain, composite, {@code source} and
 * {@code sink}, {@code extra_transforms}, nested.
 */
final class ShapeReader {
  private static final Set<String> SHAPES = Set.of("chain", "composite");
  private static final List<String> LEAF_KEYS = List.of("type", "name", "input", "config");
  private static final List<String> SHAPE_KEYS =
      List.of(
          "type", "name", "input", "output", "source", "transforms", "sink", "extra_transforms");
  private static final List<String> PIPELINE_KEYS =
      List.of("type", "source", "transforms", "sink", "extra_transforms");

  private final SpecProblems problems;

  ShapeReader(SpecProblems problems) {
    this.problems = problems;
  }

  /** Returns the names and members of the pipeline. */
  Scope read(YamlNode pipeline) {
    Scope scope = new Scope(null);
    if (pipeline instanceof Sequence sequence) {
      problems.add(
          sequence.line(), "pipeline", "a bare list is not allowed; put it below 'transforms:'");
    } else if (pipeline instanceof Mapping mapping) {
      checkKeys(mapping, PIPELINE_KEYS, "pipeline");
      String type = text(mapping, "type", "pipeline", "composite");
      if (!SHAPES.contains(type)) {
        problems.add(
            mapping.lineOf("type"),
            "pipeline.type",
            "unknown type '" + type + "'; allowed: chain, composite");
      }
      inside(scope, mapping, "pipeline", type.equals("chain"));
    } else if (!YamlNode.isUnresolved(pipeline)) {
      problems.add(pipeline.line(), "pipeline", "expected a mapping, found " + pipeline.kindName());
    }
    return scope;
  }

  private void inside(Scope scope, Mapping node, String path, boolean chain) {
    List<Member> row = new ArrayList<>();
    if (node.has("source")) {
      add(row, scope, node.get("source").get(), path + ".source");
    }
    list(node, "transforms", path, scope, row);
    if (node.has("sink")) {
      add(row, scope, node.get("sink").get(), path + ".sink");
    }
    if (row.isEmpty()) {
      problems.add(node.lineOf("transforms"), path + ".transforms", "a pipeline needs steps");
    }
    if (chain) {
      link(row);
    } else if (node.has("extra_transforms")) {
      problems.add(
          node.lineOf("extra_transforms"),
          path + ".extra_transforms",
          "is for chains; here every step may stand in 'transforms'");
    }
    List<Member> extra = new ArrayList<>();
    if (chain) {
      list(node, "extra_transforms", path, scope, extra);
    }
    (chain ? extra : row).forEach(this::readInputs);
    unique(scope);
  }

  private void list(Mapping node, String key, String path, Scope scope, List<Member> into) {
    YamlNode steps = node.get(key).orElse(null);
    if (steps instanceof Sequence sequence) {
      items(sequence, path + "." + key, scope, into);
    } else if (steps != null && !YamlNode.isUnresolved(steps)) {
      problems.add(
          steps.line(), path + "." + key, "expected a list of steps, found " + steps.kindName());
    }
  }

  /**
   * A list among the steps, or null, is what ${table.steps} stood for: its steps take its place.
   */
  private void items(Sequence steps, String path, Scope scope, List<Member> into) {
    int index = 0;
    for (YamlNode step : steps.items()) {
      String at = path + "[" + index++ + "]";
      if (step instanceof Sequence more) {
        items(more, at, scope, into);
      } else if (!YamlNode.isNull(step) && !YamlNode.isUnresolved(step)) {
        add(into, scope, step, at);
      }
    }
  }

  private void add(List<Member> into, Scope scope, YamlNode node, String path) {
    if (!(node instanceof Mapping mapping)) {
      problems.add(node.line(), path, "expected a step (type, config), found " + node.kindName());
      return;
    }
    if (!mapping.has("type")) {
      problems.add(mapping.line(), path + ".type", "required key is missing");
      return;
    }
    String type = text(mapping, "type", path, "?");
    String name = text(mapping, "name", path, type);
    boolean shape = SHAPES.contains(type);
    checkKeys(mapping, shape ? SHAPE_KEYS : LEAF_KEYS, path);
    Member member = new Member(scope, mapping, path, type, name, mapping.has("name"));
    scope.members.add(member);
    into.add(member);
    if (shape) {
      member.inner = new Scope(member);
      inside(member.inner, mapping, path, type.equals("chain"));
      readOutputs(member);
    }
  }

  /** In a chain each step takes the one before, and the first one what the chain takes. */
  private void link(List<Member> row) {
    Member previous = null;
    for (Member member : row) {
      for (String key : List.of("input", "output")) {
        if (member.node.has(key)) {
          problems.add(
              member.node.lineOf(key),
              member.path + "." + key,
              "a step of a chain has none; its input is the step before");
        }
      }
      if (previous != null) {
        Ref ref = new Ref(previous, previous.label, member.node.line(), member.path);
        member.inputs.put("input", List.of(ref));
      } else {
        member.firstOfChain = true;
      }
      previous = member;
    }
  }

  private void readInputs(Member member) {
    YamlNode input = member.node.get("input").orElse(null);
    String path = member.path + ".input";
    if (input instanceof Mapping mapping) {
      mapping
          .entries()
          .forEach((tag, e) -> member.inputs.put(tag, refs(e.value(), path + "." + tag)));
    } else if (input != null) {
      member.inputs.put("input", refs(input, path));
    }
  }

  private List<Ref> refs(YamlNode node, String path) {
    List<Ref> refs = new ArrayList<>();
    List<YamlNode> items = node instanceof Sequence list ? list.items() : List.of(node);
    for (YamlNode item : items) {
      if (item instanceof Scalar scalar && !scalar.isNull()) {
        if (!YamlNode.isUnresolved(scalar)) {
          refs.add(new Ref(null, scalar.text(), scalar.line(), path));
        }
      } else {
        problems.add(item.line(), path, "expected the name of a step, found " + item.kindName());
      }
    }
    return refs;
  }

  private void readOutputs(Member member) {
    List<Member> inner = member.inner.members;
    YamlNode output = member.node.get("output").orElse(null);
    boolean chain = member.type.equals("chain");
    if (output instanceof Mapping mapping) {
      mapping
          .entries()
          .forEach(
              (tag, e) ->
                  refs(e.value(), member.path + ".output." + tag).stream()
                      .findFirst()
                      .ifPresent(ref -> member.outputs.put(tag, ref)));
    } else if (output != null) {
      refs(output, member.path + ".output").stream()
          .findFirst()
          .ifPresent(ref -> member.outputs.put("output", ref));
    } else if (chain && !inner.isEmpty()) {
      Member last = lastOfChain(member);
      member.outputs.put("output", new Ref(last, last.label, last.node.line(), member.path));
    }
  }

  private static Member lastOfChain(Member chain) {
    String extra = chain.path + ".extra_transforms";
    return chain.inner.members.stream()
        .filter(m -> !m.path.startsWith(extra))
        .reduce((a, b) -> b)
        .orElseThrow();
  }

  private void unique(Scope scope) {
    Map<String, Integer> uses = new HashMap<>();
    Set<String> explicit = new HashSet<>();
    for (Member member : scope.members) {
      uses.merge(member.label, 1, Integer::sum);
      if (member.named && !explicit.add(member.label)) {
        problems.add(
            member.node.lineOf("name"),
            member.path + ".name",
            "the name '" + member.label + "' is given twice");
      }
    }
    for (Member member : scope.members) {
      if (!member.named && uses.get(member.label) > 1) {
        member.label = member.type + "@" + member.node.line();
      }
    }
  }

  private String text(Mapping node, String key, String path, String otherwise) {
    YamlNode value = node.get(key).orElse(null);
    if (value == null) {
      return otherwise;
    }
    if (value instanceof Scalar scalar && !scalar.isNull()) {
      return YamlNode.isUnresolved(scalar) ? otherwise : scalar.text();
    }
    problems.add(value.line(), path + "." + key, "expected a text, found " + value.kindName());
    return otherwise;
  }

  private void checkKeys(Mapping node, List<String> allowed, String path) {
    for (String key : node.entries().keySet()) {
      if (!allowed.contains(key) && !key.startsWith("__")) {
        problems.add(
            node.lineOf(key),
            path + "." + key,
            BeamYaml.absentFrame(key)
                .map(why -> "'" + key + "' is not supported: " + why)
                .orElse(
                    "unknown key '"
                        + key
                        + "'"
                        + Problems.didYouMean(key, allowed)
                        + "; allowed: "
                        + SpecProblems.oneOf(allowed)));
      }
    }
  }
}
