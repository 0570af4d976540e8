package io.beamhouse.pipelines.spec;

import io.beamhouse.core.error.Problems;
import io.beamhouse.core.provider.Durations;
import io.beamhouse.pipelines.spec.YamlNode.Entry;
import io.beamhouse.pipelines.spec.YamlNode.Kind;
import io.beamhouse.pipelines.spec.YamlNode.Mapping;
import io.beamhouse.pipelines.spec.YamlNode.Scalar;
import io.beamhouse.pipelines.spec.YamlNode.Sequence;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Reads the keys of a mapping in a spec's head, and reports what is wrong about them. */
final class HeadKeys {
  private final Mapping mapping;
  private final String path;
  private final SpecProblems problems;

  private HeadKeys(Mapping mapping, String path, SpecProblems problems) {
    this.mapping = mapping;
    this.path = path;
    this.problems = problems;
  }

  /** The keys of {@code node}; none, after a report, when it is no mapping. */
  static HeadKeys of(YamlNode node, String path, List<String> allowed, SpecProblems problems) {
    if (!(node instanceof Mapping mapping)) {
      problems.add(node.line(), path, "expected a mapping, found " + node.kindName());
      return new HeadKeys(new Mapping(node.line(), Map.of()), path, problems);
    }
    for (Map.Entry<String, Entry> entry : mapping.entries().entrySet()) {
      if (!allowed.contains(entry.getKey())) {
        problems.add(
            entry.getValue().line(),
            path + "." + entry.getKey(),
            "unknown key '"
                + entry.getKey()
                + "'"
                + Problems.didYouMean(entry.getKey(), allowed)
                + "; allowed: "
                + SpecProblems.oneOf(allowed));
      }
    }
    return new HeadKeys(mapping, path, problems);
  }

  void problem(String key, String what) {
    problems.add(mapping.lineOf(key), key.isEmpty() ? path : path + "." + key, what);
  }

  boolean has(String key) {
    return mapping.get(key).filter(node -> !YamlNode.isNull(node)).isPresent();
  }

  /** A text; null when it is not there or none. */
  String text(String key) {
    YamlNode node = mapping.get(key).orElse(null);
    if (node == null || YamlNode.isNull(node) || YamlNode.isUnresolved(node)) {
      return null;
    }
    if (node instanceof Scalar scalar) {
      return scalar.text();
    }
    problem(key, "expected a text, found " + node.kindName());
    return null;
  }

  /** A text that is printed, so that it holds no secret; null as above. */
  String plain(String key) {
    String text = text(key);
    return text == null
        ? null
        : SecretKeys.refuseReference(text, mapping.lineOf(key), path + "." + key, problems);
  }

  /** A list of texts; one text stands for a list of one. */
  List<String> texts(String key) {
    YamlNode node = mapping.get(key).orElse(null);
    if (node == null || YamlNode.isNull(node)) {
      return List.of();
    }
    List<YamlNode> items = node instanceof Sequence sequence ? sequence.items() : List.of(node);
    List<String> texts = new ArrayList<>();
    for (YamlNode item : items) {
      if (item instanceof Scalar scalar && scalar.kind() != Kind.UNRESOLVED) {
        texts.add(scalar.text());
      } else if (!YamlNode.isUnresolved(item)) {
        problem(key, "expected texts, found " + item.kindName());
      }
    }
    return texts;
  }

  /** A mapping of texts. */
  Map<String, String> mapping(String key) {
    Map<String, String> texts = new LinkedHashMap<>();
    YamlNode node = mapping.get(key).orElse(null);
    if (node instanceof Mapping found) {
      found
          .entries()
          .forEach(
              (name, entry) -> {
                if (entry.value() instanceof Scalar scalar && !scalar.isNull()) {
                  texts.put(name, scalar.text());
                } else {
                  problem(key, name + ": expected a text, found " + entry.value().kindName());
                }
              });
    } else if (node != null && !YamlNode.isNull(node)) {
      problem(key, "expected a mapping, found " + node.kindName());
    }
    return texts;
  }

  Duration duration(String key, String fallback) {
    String text = text(key);
    if (text != null && !Durations.isDuration(text)) {
      problem(key, "found '" + text + "'; allowed: " + Durations.FORM);
      return Durations.parse(fallback);
    }
    return Durations.parse(text == null ? fallback : text);
  }

  /** One of an enum's names in lower case; {@code fallback} when it is not there. */
  <E extends Enum<E>> E choice(String key, Class<E> type, E fallback) {
    String text = text(key);
    return text == null ? fallback : oneOf(key, text, type, fallback);
  }

  <E extends Enum<E>> Set<E> choices(String key, Class<E> type, Set<E> fallback) {
    if (!has(key)) {
      return fallback;
    }
    Set<E> chosen = new LinkedHashSet<>();
    for (String text : texts(key)) {
      E one = oneOf(key, text, type, null);
      if (one != null) {
        chosen.add(one);
      }
    }
    return chosen;
  }

  private <E extends Enum<E>> E oneOf(String key, String text, Class<E> type, E fallback) {
    List<String> names =
        Stream.of(type.getEnumConstants()).map(e -> e.name().toLowerCase(Locale.ROOT)).toList();
    int index = names.indexOf(text);
    if (index < 0) {
      problem(
          key,
          "unknown '"
              + text
              + "'"
              + Problems.didYouMean(text, names)
              + "; allowed: "
              + SpecProblems.oneOf(names));
      return fallback;
    }
    return type.getEnumConstants()[index];
  }
}
