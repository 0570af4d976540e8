package io.beamhouse.quality;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamhouse.core.error.Problems;
import java.io.StringReader;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
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
 * YAML or JSON as JSON, with the line of each key; dates stay texts, as in specs.
 *
 * @param lines by path: {@code rules[2].range.min}
 */
record RulesYaml(JsonNode json, Map<String, Integer> lines) {
  private static final JsonNodeFactory JSON = new JsonNodeFactory(true);
  private static final Pattern NUMBER =
      Pattern.compile("[-+]?(0|[1-9][0-9]*)(\\.[0-9]*)?([eE][-+]?[0-9]+)?|[-+]?\\.[0-9]+");
  private static final int MAX_NODES = 200_000;
  private static final int MAX_PATH = 1_000;

  /** Returns null with a problem for what is no YAML. */
  static RulesYaml parse(String file, String text, Problems problems) {
    try {
      Node root = new Yaml(new LoaderOptions()).compose(new StringReader(text));
      if (root == null) {
        problems.add("rules_file", file + ": is empty");
        return null;
      }
      Map<String, Integer> lines = new HashMap<>();
      return new RulesYaml(new Converter(file, problems, lines).json(root, ""), lines);
    } catch (MarkedYAMLException e) {
      int line = e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1;
      problems.add("rules_file", file + ":" + line + ": not YAML: " + e.getProblem());
    } catch (YAMLException e) {
      problems.add("rules_file", file + ": not YAML: " + e.getMessage());
    }
    return null;
  }

  private record Converter(String file, Problems problems, Map<String, Integer> lines) {
    JsonNode json(Node node, String path) {
      lines.putIfAbsent(path, line(node));
      if (lines.size() > MAX_NODES || path.length() > MAX_PATH) {
        throw new YAMLException("too large or too deep; are aliases nested?");
      }
      if (node instanceof MappingNode mapping) {
        return mapping(mapping, path);
      } else if (node instanceof SequenceNode sequence) {
        ArrayNode array = JSON.arrayNode();
        for (Node item : sequence.getValue()) {
          array.add(json(item, path + "[" + array.size() + "]"));
        }
        return array;
      }
      return scalar((ScalarNode) node, path);
    }

    private JsonNode mapping(MappingNode node, String path) {
      ObjectNode object = JSON.objectNode();
      for (NodeTuple tuple : node.getValue()) {
        String key = tuple.getKeyNode() instanceof ScalarNode name ? name.getValue() : "?";
        String at = path.isEmpty() ? key : path + "." + key;
        lines.put(at, line(tuple.getKeyNode()));
        if (object.has(key) || tuple.getKeyNode().getTag().equals(Tag.MERGE)) {
          problem(
              tuple.getKeyNode(),
              at,
              object.has(key) ? "key given twice" : "YAML's << is not supported in a rules file");
        }
        object.set(key, json(tuple.getValueNode(), at));
      }
      return object;
    }

    private JsonNode scalar(ScalarNode node, String path) {
      String text = node.getValue();
      Tag tag = node.getTag();
      if (tag.equals(Tag.NULL)) {
        return JSON.nullNode();
      } else if (tag.equals(Tag.BOOL)) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.equals("true") || lower.equals("false")) {
          return JSON.booleanNode(lower.equals("true"));
        }
        problem(
            node,
            path,
            "'" + text + "' is ambiguous in YAML: write true, false or \"" + text + "\"");
        return JSON.textNode(text);
      } else if (tag.equals(Tag.INT) || tag.equals(Tag.FLOAT)) {
        if (NUMBER.matcher(text).matches()) {
          return tag.equals(Tag.INT)
              ? JSON.numberNode(new BigInteger(text))
              : JSON.numberNode(new BigDecimal(text));
        }
        problem(
            node,
            path,
            "'" + text + "' is ambiguous in YAML: write a plain number or \"" + text + "\"");
        return JSON.textNode(text);
      } else if (!tag.equals(Tag.STR) && !tag.equals(Tag.TIMESTAMP)) {
        problem(node, path, "YAML tags such as " + tag.getValue() + " are not supported");
      }
      return JSON.textNode(text);
    }

    private void problem(Node node, String path, String what) {
      problems.add("rules_file", file + ":" + line(node) + ": " + path + ": " + what);
    }

    private static int line(Node node) {
      return node.getStartMark().getLine() + 1;
    }
  }
}
