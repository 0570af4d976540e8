package io.beamhouse.pipelines.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamhouse.core.Internal;
import io.beamhouse.pipelines.registry.Entry;
import io.beamhouse.pipelines.registry.Registry;
import java.util.TreeSet;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.Field;
import org.apache.beam.sdk.schemas.Schema.FieldType;

/** The JSON Schema (draft 7) of specs, for editors: completion, descriptions, typing errors. */
@Internal
public final class SpecJsonSchema {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private SpecJsonSchema() {}

  public static String of(Registry registry) {
    ObjectNode schema = JSON.objectNode();
    schema.put("$schema", "http://json-schema.org/draft-07/schema#");
    schema.put("title", "Beamhouse spec");
    schema.put("type", "object");
    ObjectNode keys = schema.putObject("properties");
    text(keys, "name", "Name of the pipeline; its state is known by it.");
    text(keys, "description", "What the pipeline is for.");
    text(keys, "state", "Directory of the state.");
    keys.set("parameters", parameters());
    keys.set("for_each", forEach());
    keys.putObject("options").put("type", "object").put("description", "Pipeline options.");
    keys.set("guards", guards());
    keys.set("notify", HeadJsonSchema.notifications());
    keys.set("on_event", HeadJsonSchema.onEvent());
    keys.set("pipeline", ref("pipeline"));
    schema.putArray("required").add("pipeline");
    schema.put("additionalProperties", false);
    ObjectNode definitions = schema.putObject("definitions");
    definitions.set("pipeline", shape(false));
    definitions.set("composite", shape(true));
    definitions.set("input", input());
    definitions.set("step", step(registry, definitions));
    return schema.toPrettyString();
  }

  private static ObjectNode ref(String name) {
    return JSON.objectNode().put("$ref", "#/definitions/" + name);
  }

  private static void text(ObjectNode keys, String name, String description) {
    keys.putObject(name).put("type", "string").put("description", description);
  }

  private static ObjectNode parameters() {
    ObjectNode parameter = JSON.objectNode().put("type", "object");
    ObjectNode keys = parameter.putObject("properties");
    ArrayNode types = keys.putObject("type").putArray("enum");
    new TreeSet<>(Parameter.TYPES.keySet()).forEach(types::add);
    keys.putObject("default");
    keys.putObject("required").put("type", "boolean");
    keys.putObject("allowed").put("type", "array");
    keys.putObject("min").put("type", "number");
    keys.putObject("max").put("type", "number");
    text(keys, "description", "What the parameter is for.");
    parameter.put("additionalProperties", false);
    ObjectNode all = JSON.objectNode().put("type", "object");
    all.put("description", "Values for ${name}, given by --set name=value.");
    all.set("additionalProperties", anyOf(parameter, JSON.objectNode().put("type", "null")));
    return all;
  }

  private static ObjectNode guards() {
    ObjectNode guards = JSON.objectNode().put("type", "object");
    guards.put("description", "Limits under which a run is committed; outside them it exits 50.");
    ObjectNode keys = guards.putObject("properties");
    limit(keys, "min_rows", "integer", "Rows that the run must read.");
    limit(
        keys, "max_reject_share", "share", "Share of the rows read that may go to error outputs.");
    limit(keys, "max_delete_share", "share", "Share of a table's rows that a merge may delete.");
    limit(
        keys,
        "max_new_columns",
        "integer",
        "Columns that a source may have gained since the last run.");
    return guards.put("additionalProperties", false);
  }

  private static void limit(ObjectNode keys, String name, String type, String description) {
    ObjectNode number = JSON.objectNode().put("minimum", 0);
    number.put("type", type.equals("share") ? "number" : type);
    if (type.equals("share")) {
      number.put("maximum", 1);
    }
    ObjectNode parameter = JSON.objectNode().put("type", "string").put("pattern", "\\$\\{");
    keys.set(name, anyOf(number, parameter).put("description", description));
  }

  private static ObjectNode forEach() {
    ObjectNode each = JSON.objectNode().put("type", "object");
    each.put("description", "One pipeline for each entry of 'in'; ${as.key} is the entry's value.");
    ObjectNode keys = each.putObject("properties");
    text(keys, "as", "The name that ${name.key} uses.");
    keys.putObject("in").put("description", "Entries with a name each, or names.");
    each.putArray("required").add("as").add("in");
    return each.put("additionalProperties", false);
  }

  private static ObjectNode shape(boolean nested) {
    ObjectNode shape = JSON.objectNode().put("type", "object");
    ObjectNode keys = shape.putObject("properties");
    keys.putObject("type").putArray("enum").add("chain").add("composite");
    ObjectNode steps = JSON.objectNode().put("type", "array");
    ObjectNode more = JSON.objectNode().put("type", "string").put("pattern", "^\\$\\{[^}]*\\}$");
    steps.set("items", anyOf(ref("step"), more.put("description", "A list of steps, or none.")));
    keys.set("transforms", steps);
    keys.set("extra_transforms", steps);
    keys.set("source", ref("step"));
    keys.set("sink", ref("step"));
    if (nested) {
      text(keys, "name", "Name of the group of steps.");
      keys.set("input", ref("input"));
      keys.putObject("output").put("description", "Name: Step.output, for each output.");
      shape.putArray("required").add("type");
    }
    return shape.put("additionalProperties", false);
  }

  private static ObjectNode input() {
    ObjectNode names = JSON.objectNode().put("type", "array");
    names.putObject("items").put("type", "string");
    ObjectNode name = JSON.objectNode().put("type", "string");
    ObjectNode byTag = JSON.objectNode().put("type", "object");
    byTag.set("additionalProperties", anyOf(name, names));
    return anyOf(name, names, byTag)
        .put("description", "A step's name, Name.output, a list, or a mapping of them.");
  }

  private static ObjectNode step(Registry registry, ObjectNode definitions) {
    ObjectNode step = JSON.objectNode().put("type", "object");
    ObjectNode keys = step.putObject("properties");
    ArrayNode types = keys.putObject("type").putArray("enum");
    types.add("chain").add("composite");
    step.putArray("required").add("type");
    ArrayNode cases = step.putArray("allOf");
    when(cases, JSON.objectNode().set("enum", types("chain", "composite")), ref("composite"));
    for (String name : registry.names()) {
      Entry entry = registry.get(name).orElseThrow();
      types.add(name);
      definitions.set(name, leaf(entry));
      when(cases, JSON.objectNode().put("const", name), ref(name));
    }
    return step;
  }

  private static ArrayNode types(String... names) {
    ArrayNode types = JSON.arrayNode();
    for (String name : names) {
      types.add(name);
    }
    return types;
  }

  private static void when(ArrayNode cases, JsonNode type, ObjectNode then) {
    ObjectNode one = cases.addObject();
    one.putObject("if").putObject("properties").set("type", type);
    one.set("then", then);
  }

  private static ObjectNode leaf(Entry entry) {
    ObjectNode leaf = JSON.objectNode().put("type", "object");
    leaf.put("description", entry.description().strip());
    ObjectNode keys = leaf.putObject("properties");
    keys.putObject("type").put("const", entry.name());
    text(keys, "name", "Name of the step.");
    keys.set("input", ref("input"));
    keys.set("config", row(entry.configSchema()));
    ArrayNode required = leaf.putArray("required").add("type");
    if (entry.configSchema().getFields().stream().anyMatch(f -> !f.getType().getNullable())) {
      required.add("config");
    }
    return leaf.put("additionalProperties", false);
  }

  private static ObjectNode row(Schema schema) {
    ObjectNode row = JSON.objectNode().put("type", "object");
    ObjectNode keys = row.putObject("properties");
    ArrayNode required = JSON.arrayNode();
    for (Field field : ConfigReader.ordered(schema)) {
      ObjectNode value =
          ConfigReader.isFreeForm(field) ? JSON.objectNode() : value(field.getType());
      if (!field.getDescription().isEmpty()) {
        value.put("description", field.getDescription());
      }
      keys.set(field.getName(), value);
      if (!field.getType().getNullable()) {
        required.add(field.getName());
      }
    }
    if (!required.isEmpty()) {
      row.set("required", required);
    }
    return row.put("additionalProperties", false);
  }

  /** Any value may also be a reference, {@code ${name}}; a text may look like a number or date. */
  private static ObjectNode value(FieldType type) {
    ObjectNode parameter = JSON.objectNode().put("type", "string").put("pattern", "\\$\\{");
    ObjectNode none = JSON.objectNode().put("type", "null");
    return switch (type.getTypeName()) {
      case STRING -> {
        ObjectNode scalar = JSON.objectNode();
        scalar.set("type", types("string", "number", "boolean", "null"));
        yield scalar;
      }
      case BOOLEAN -> anyOf(JSON.objectNode().put("type", "boolean"), parameter, none);
      case BYTE, INT16, INT32, INT64 ->
          anyOf(JSON.objectNode().put("type", "integer"), parameter, none);
      case FLOAT, DOUBLE -> anyOf(JSON.objectNode().put("type", "number"), parameter, none);
      case ARRAY, ITERABLE -> {
        ObjectNode list = JSON.objectNode().put("type", "array");
        ObjectNode element = value(type.getCollectionElementType());
        list.set("items", element);
        yield type.getCollectionElementType().getTypeName().isCompositeType()
            ? anyOf(list, parameter, none)
            : anyOf(list, element.deepCopy());
      }
      case MAP -> {
        ObjectNode map = JSON.objectNode().put("type", "object");
        map.set("additionalProperties", value(type.getMapValueType()));
        yield anyOf(map, parameter, none);
      }
      case ROW -> anyOf(row(type.getRowSchema()), parameter, none);
      default -> JSON.objectNode();
    };
  }

  private static ObjectNode anyOf(ObjectNode... choices) {
    ObjectNode any = JSON.objectNode();
    ArrayNode list = any.putArray("anyOf");
    for (ObjectNode choice : choices) {
      list.add(choice);
    }
    return any;
  }
}
