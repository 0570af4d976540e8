package io.beamhouse.pipelines.spec;

import com.fasterxml.jackson.databind.JsonNode;
import io.beamhouse.core.Internal;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.pipelines.spec.YamlNode.Mapping;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which events a spec is run for, and what it takes from them.
 *
 * @param type of the event
 * @param pipeline whose end it tells, with or without its tables; null for any
 * @param outcome of the run that it tells of; null for any
 * @param set by parameter, the place of its value: names in the event joined by dots
 */
@Internal
public record OnEvent(String type, String pipeline, String outcome, Map<String, String> set) {
  static final List<String> KEYS = List.of("type", "pipeline", "outcome", "set");
  private static final Pattern PATH = Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*");
  private static final int MAX_LENGTH = 4096;

  /** What the head of {@code file} says; nothing when it says nothing. */
  public static Optional<OnEvent> of(SpecFile file) {
    SpecProblems problems = new SpecProblems(file.name());
    YamlNode document = YamlText.parse(file.text(), problems).orElse(null);
    Optional<OnEvent> found =
        document instanceof Mapping head
            ? head.get("on_event").map(node -> read(node, problems))
            : Optional.empty();
    problems.throwIfAny();
    return found;
  }

  static OnEvent read(YamlNode node, SpecProblems problems) {
    HeadKeys keys = HeadKeys.of(node, "on_event", KEYS, problems);
    String type = keys.plain("type");
    if (type == null && node instanceof Mapping) {
      keys.problem("type", "required key is missing, such as io.beamhouse.run.completed");
    }
    Map<String, String> set = keys.mapping("set");
    set.forEach(
        (parameter, path) -> {
          if (!PATH.matcher(path).matches()) {
            keys.problem(
                "set", parameter + ": '" + path + "' is no place in an event, like data.pipeline");
          }
        });
    return new OnEvent(type, keys.plain("pipeline"), keys.plain("outcome"), set);
  }

  /** Whether the spec is to be run for {@code event}. */
  public boolean matches(JsonNode event) {
    String from = event.at("/data/pipeline").asText();
    return event.path("type").asText().equals(type)
        && (pipeline == null || from.equals(pipeline) || from.startsWith(pipeline + "/"))
        && (outcome == null || event.at("/data/outcome").asText().equals(outcome));
  }

  /**
   * Returns the values that {@code event} has for parameters, as if they came from {@code --set}.
   *
   * @throws SpecException when a value is missing, no text or number, too long, or a reference
   */
  public Map<String, String> values(JsonNode event) {
    Map<String, String> values = new LinkedHashMap<>();
    set.forEach(
        (parameter, path) -> {
          JsonNode value = event.at("/" + path.replace('.', '/'));
          String text = value.asText();
          if (!value.isValueNode() || value.isNull()) {
            throw refused(parameter, path, "has no text, number or truth there");
          }
          if (text.length() > MAX_LENGTH || text.chars().anyMatch(Character::isISOControl)) {
            throw refused(parameter, path, "is longer than 4096 characters or has control ones");
          }
          if (text.contains("${")) {
            throw refused(parameter, path, "holds a reference, which no event may");
          }
          values.put(parameter, text);
        });
    return values;
  }

  private static SpecException refused(String parameter, String path, String why) {
    return new SpecException("--on-event", "parameter " + parameter + ": " + path + " " + why);
  }
}
