package io.beamhouse.quality;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.beamhouse.core.error.Problems;
import io.beamhouse.core.provider.ConfigFiles;
import java.util.ArrayList;
import java.util.List;

/** Rules as JSON out of a spec, or as YAML in a file of their own. */
final class RulesText {
  /** What a rules file may hold: rules for rows, and for the whole. */
  static final List<String> SECTIONS = List.of("rules", "dataset_rules");

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private RulesText() {}

  /** The rules of a config: exactly one of its two keys is given. */
  static List<RuleNode> config(String rules, String file, String section, Problems problems) {
    if ((rules == null) == (file == null)) {
      problems.add(
          rules == null ? "rules" : "rules_file",
          rules == null
              ? "required key is missing; or give rules_file"
              : "and rules are both given; choose one");
      return List.of();
    }
    if (file != null) {
      return file(file, section, problems);
    }
    try {
      return list(MAPPER.readTree(rules), Origin.of("rules"), problems);
    } catch (JsonProcessingException e) {
      problems.add("rules", "expected a list of rules, found a text");
      return List.of();
    }
  }

  /** The rules of one section of a file. */
  static List<RuleNode> file(String path, String section, Problems problems) {
    RulesYaml yaml = RulesYaml.parse(path, ConfigFiles.read(path, "rules_file"), problems);
    if (yaml == null) {
      return List.of();
    }
    Origin whole = new Origin("", path, yaml.lines());
    RuleNode head = new RuleNode(yaml.json(), whole, problems);
    if (!head.isMapping()) {
      return List.of();
    }
    head.allow(SECTIONS);
    if (!head.has(section)) {
      head.problem(section, "required key is missing");
      return List.of();
    }
    return list(yaml.json().get(section), whole.at(section), problems);
  }

  private static List<RuleNode> list(JsonNode node, Origin origin, Problems problems) {
    if (!node.isArray() || node.isEmpty()) {
      origin.add(problems, "", "expected a list of rules, found " + RuleNode.kind(node));
      return List.of();
    }
    List<RuleNode> nodes = new ArrayList<>();
    for (JsonNode rule : node) {
      nodes.add(new RuleNode(rule, origin.at("[" + nodes.size() + "]"), problems));
    }
    return nodes;
  }
}
