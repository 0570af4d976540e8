package io.beamhouse.transforms.flatten;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamhouse.core.row.SchemaJson;
import io.beamhouse.transforms.flatten.FlattenPlan.Column;
import io.beamhouse.transforms.flatten.FlattenPlan.Decision;
import io.beamhouse.transforms.flatten.FlattenPlan.Kind;
import io.beamhouse.transforms.flatten.FlattenPlan.Loss;
import io.beamhouse.transforms.flatten.FlattenPlan.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** {@link FlattenPlan} as JSON: one column to a line, so that a diff of two files reads well. */
final class PlanJson {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private PlanJson() {}

  static String write(FlattenPlan plan) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("version", FlattenPlan.VERSION);
    json.put("lossless", plan.lossless());
    SettingsJson.write(plan.settings(), json.putObject("settings"));
    ArrayNode tables = json.putArray("tables");
    for (Table table : plan.tables()) {
      ObjectNode node = tables.addObject();
      node.put("name", table.name()).put("path", table.path()).put("parent", table.parent());
      ArrayNode keys = node.putArray("keys");
      table.keys().forEach(keys::add);
      ArrayNode columns = node.putArray("columns");
      for (Column column : table.columns()) {
        columns
            .addObject()
            .put("name", column.name())
            .put("path", column.path())
            .put("type", column.type())
            .put("nullable", column.nullable())
            .put("kind", column.kind().word());
      }
    }
    ArrayNode decisions = json.putArray("choices");
    for (Decision decision : plan.decisions()) {
      decisions.addObject().put("path", decision.path()).put("choice", decision.choice());
    }
    ArrayNode losses = json.putArray("losses");
    for (Loss loss : plan.losses()) {
      losses.addObject().put("path", loss.path()).put("what", loss.what());
    }
    try {
      json.set("input", MAPPER.readTree(SchemaJson.toJson(plan.input())));
      DefaultPrettyPrinter printer = new DefaultPrettyPrinter();
      DefaultIndenter lines = new DefaultIndenter("  ", "\n");
      printer.indentObjectsWith(lines);
      printer.indentArraysWith(lines);
      return MAPPER.writer(printer).writeValueAsString(json) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree cannot be written as JSON", e);
    }
  }

  static FlattenPlan read(String text) {
    JsonNode json;
    try {
      json = MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + e.getOriginalMessage(), e);
    }
    if (json.path("version").asInt() != FlattenPlan.VERSION) {
      throw new IllegalArgumentException(
          "not a flatten plan of version "
              + FlattenPlan.VERSION
              + (json.has("version") ? ", but of version " + json.get("version") : ""));
    }
    List<Table> tables = new ArrayList<>();
    for (JsonNode table : json.path("tables")) {
      List<String> keys = new ArrayList<>();
      table.path("keys").forEach(key -> keys.add(key.asText()));
      List<Column> columns = new ArrayList<>();
      table.path("columns").forEach(column -> columns.add(column(column)));
      tables.add(
          new Table(
              text(table, "name"), text(table, "path"), text(table, "parent"), keys, columns));
    }
    List<Decision> decisions = new ArrayList<>();
    json.path("choices")
        .forEach(node -> decisions.add(new Decision(text(node, "path"), text(node, "choice"))));
    List<Loss> losses = new ArrayList<>();
    json.path("losses")
        .forEach(node -> losses.add(new Loss(text(node, "path"), text(node, "what"))));
    return new FlattenPlan(
        SettingsJson.read(json.path("settings")),
        SchemaJson.fromJson(json.path("input").toString()),
        tables,
        decisions,
        losses);
  }

  private static Column column(JsonNode json) {
    return new Column(
        text(json, "name"),
        text(json, "path"),
        text(json, "type"),
        json.path("nullable").asBoolean(),
        Kind.valueOf(text(json, "kind").toUpperCase(Locale.ROOT)));
  }

  private static String text(JsonNode json, String key) {
    if (!json.path(key).isTextual()) {
      throw new IllegalArgumentException("'" + key + "' is missing in " + json);
    }
    return json.path(key).textValue();
  }
}
