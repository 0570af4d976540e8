package io.beamhouse.pipelines.spec;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/** The JSON Schema of head keys that are about what happens around runs. */
final class HeadJsonSchema {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private HeadJsonSchema() {}

  static ObjectNode notifications() {
    ObjectNode target = JSON.objectNode().put("type", "object");
    ObjectNode keys = target.putObject("properties");
    text(keys, "name", "Known by; default is made of type and place.");
    choice(keys, "type", Notify.Type.class, "What it travels by.");
    ObjectNode on = keys.putObject("on").put("type", "array");
    on.put("description", "Which ends are told; default failure and gate.");
    names(on.putObject("items"), Notify.Outcome.class);
    choice(keys, "format", Notify.Format.class, "Default cloudevents.");
    text(keys, "url", "Address; a secret reference such as ${env:SLACK_URL} where it is one.");
    texts(keys, "headers", "Of the request; secret references may stand in values.");
    text(keys, "path", "Directory of files, one for each event.");
    ObjectNode command = keys.putObject("command").put("type", "array");
    command.put("description", "Program and arguments, without a shell; JSON comes on its input.");
    command.putObject("items").put("type", "string");
    text(keys, "topic", "Of Kafka.");
    texts(keys, "settings", "Of Kafka's producer; secret references may stand in values.");
    text(keys, "timeout", "For one notification; default 5s, at most 1m.");
    text(keys, "repeat_after", "When an end that does not change is told again; default 1h.");
    target.putArray("required").add("type");
    target.put("additionalProperties", false);
    ObjectNode all = JSON.objectNode().put("type", "array");
    all.put("description", "Who is told of the end of a run.");
    all.set("items", target);
    return all;
  }

  static ObjectNode onEvent() {
    ObjectNode event = JSON.objectNode().put("type", "object");
    event.put("description", "Which events run --on-event runs this spec for.");
    ObjectNode keys = event.putObject("properties");
    text(keys, "type", "Of the event, such as io.beamhouse.run.completed.");
    text(keys, "pipeline", "data.pipeline of the event, with or without its tables.");
    text(keys, "outcome", "data.outcome of the event, such as success.");
    texts(keys, "set", "Parameter: place of its value in the event, such as data.pipeline.");
    event.putArray("required").add("type");
    return event.put("additionalProperties", false);
  }

  private static void text(ObjectNode keys, String name, String description) {
    keys.putObject(name).put("type", "string").put("description", description);
  }

  private static void texts(ObjectNode keys, String name, String description) {
    ObjectNode texts = keys.putObject(name).put("type", "object");
    texts.put("description", description);
    texts.putObject("additionalProperties").put("type", "string");
  }

  private static void choice(
      ObjectNode keys, String name, Class<? extends Enum<?>> type, String description) {
    names(keys.putObject(name).put("description", description), type);
  }

  private static void names(ObjectNode schema, Class<? extends Enum<?>> type) {
    ArrayNode names = schema.putArray("enum");
    for (Enum<?> one : type.getEnumConstants()) {
      names.add(one.name().toLowerCase(Locale.ROOT));
    }
  }
}
