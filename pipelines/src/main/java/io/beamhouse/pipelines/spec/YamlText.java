package io.beamhouse.pipelines.spec;

import io.beamhouse.pipelines.spec.YamlNode.Entry;
import io.beamhouse.pipelines.spec.YamlNode.Kind;
import io.beamhouse.pipelines.spec.YamlNode.Mapping;
import io.beamhouse.pipelines.spec.YamlNode.Scalar;
import io.beamhouse.pipelines.spec.YamlNode.Sequence;
import java.io.StringReader;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Parses YAML into {@link YamlNode}s: refuses duplicate keys and Jinja, resolves {@code <<} and
 * aliases.
 *
 * <p>SnakeYAML's own loading would lose lines and turn {@code 012} into 10, {@code on} into true
 * and dates into objects; its node graph keeps the text.
 */
final class YamlText {
  /** Nested aliases can multiply a small file into millions of nodes. */
  private static final int MAX_NODES = 200_000;

  private static final int MAX_CHARACTERS = 3 * 1024 * 1024;
  private static final Pattern COMMENT = Pattern.compile("^\\s*#.*");

  private final SpecProblems problems;
  private final Deque<Node> open = new ArrayDeque<>();
  private int nodes;

  private YamlText(SpecProblems problems) {
    this.problems = problems;
  }

  /** Returns the document, or nothing when it was so wrong that there is none. */
  static Optional<YamlNode> parse(String text, SpecProblems problems) {
    if (hasTemplates(text, problems)) {
      return Optional.empty();
    }
    try {
      LoaderOptions options = new LoaderOptions();
      options.setCodePointLimit(MAX_CHARACTERS);
      Node root = new Yaml(options).compose(new StringReader(text));
      if (root == null) {
        problems.add(1, "", "the file is empty; a spec needs at least 'pipeline'");
        return Optional.empty();
      }
      return Optional.of(new YamlText(problems).convert(root, ""));
    } catch (MarkedYAMLException e) {
      int line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1;
      problems.add(line, "", "not YAML: " + e.getProblem());
      return Optional.empty();
    } catch (YAMLException e) {
      problems.add(0, "", "not YAML: " + e.getMessage());
      return Optional.empty();
    }
  }

  /** Jinja works on the text before YAML does, so it cannot be found among the nodes. */
  private static boolean hasTemplates(String text, SpecProblems problems) {
    int before = problems.count();
    int line = 0;
    for (String content : text.split("\n", -1)) {
      line++;
      if (COMMENT.matcher(content).matches()) {
        continue;
      }
      if (content.contains("{%")) {
        problems.add(line, "", "Jinja's '{%' is not supported: specs hold no logic");
      } else if (content.contains("{{")) {
        problems.add(
            line, "", "Jinja's '{{' is not supported: declare it in 'parameters', write ${name}");
      }
    }
    return problems.count() > before;
  }

  private YamlNode convert(Node node, String path) {
    int line = node.getStartMark().getLine() + 1;
    if (++nodes > MAX_NODES) {
      throw new YAMLException("more than " + MAX_NODES + " values; are aliases nested?");
    }
    if (open.contains(node)) {
      problems.add(line, path, "an alias refers to what contains it");
      return new Scalar(line, "", Kind.UNRESOLVED);
    }
    open.push(node);
    try {
      if (node instanceof MappingNode mapping) {
        return mapping(mapping, line, path);
      } else if (node instanceof SequenceNode sequence) {
        List<YamlNode> items = new ArrayList<>();
        for (Node item : sequence.getValue()) {
          items.add(convert(item, path + "[" + items.size() + "]"));
        }
        return new Sequence(line, items);
      }
      return scalar((ScalarNode) node, line, path);
    } finally {
      open.pop();
    }
  }

  private Mapping mapping(MappingNode node, int line, String path) {
    Map<String, Entry> own = new LinkedHashMap<>();
    Map<String, Entry> merged = new LinkedHashMap<>();
    for (NodeTuple tuple : node.getValue()) {
      int keyLine = tuple.getKeyNode().getStartMark().getLine() + 1;
      if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
        problems.add(keyLine, path, "a key must be a text");
        continue;
      }
      if (key.getTag().equals(Tag.MERGE)) {
        merge(convert(tuple.getValueNode(), join(path, "<<")), keyLine, path, merged);
        continue;
      }
      String name = key.getValue();
      if (name.contains("${")) {
        problems.add(keyLine, join(path, name), "${...} is replaced in values only, not in keys");
      }
      YamlNode value = convert(tuple.getValueNode(), join(path, name));
      if (own.putIfAbsent(name, new Entry(keyLine, value)) != null) {
        problems.add(
            keyLine, join(path, name), "key given twice; first on line " + own.get(name).line());
      }
    }
    // YAML's rule: a mapping's own keys win over merged ones, wherever << stands.
    merged.forEach(own::putIfAbsent);
    return new Mapping(line, own);
  }

  private void merge(YamlNode source, int line, String path, Map<String, Entry> merged) {
    if (source instanceof Mapping mapping) {
      mapping.entries().forEach(merged::putIfAbsent);
    } else if (source instanceof Sequence sequence
        && sequence.items().stream().allMatch(Mapping.class::isInstance)) {
      sequence.items().forEach(item -> merge(item, line, path, merged));
    } else if (!YamlNode.isUnresolved(source)) {
      problems.add(line, join(path, "<<"), "merges a mapping or a list of mappings");
    }
  }

  private Scalar scalar(ScalarNode node, int line, String path) {
    Tag tag = node.getTag();
    Kind kind = Kind.TEXT;
    if (node.isPlain() || !tag.equals(Tag.STR)) {
      if (tag.equals(Tag.NULL)) {
        kind = Kind.NULL;
      } else if (tag.equals(Tag.BOOL)) {
        kind = Kind.BOOLEAN;
      } else if (tag.equals(Tag.INT)) {
        kind = Kind.INTEGER;
      } else if (tag.equals(Tag.FLOAT)) {
        kind = Kind.FLOAT;
      } else if (!tag.equals(Tag.STR) && !tag.equals(Tag.TIMESTAMP)) {
        problems.add(line, path, "YAML tags such as " + tag.getValue() + " are not supported");
      }
    }
    return new Scalar(line, node.getValue(), kind);
  }

  static String join(String path, String key) {
    return path.isEmpty() ? key : path + "." + key;
  }
}
