package io.beamhouse.pipelines.notify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamhouse.pipelines.spec.Notify;
import io.beamhouse.pipelines.spec.Notify.Format;
import io.beamhouse.pipelines.spec.Notify.Outcome;
import io.beamhouse.pipelines.spec.Notify.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Events as the texts that targets take; all of them are JSON. */
final class EventFormat {
  /** The type of all CloudEvents that we make. */
  static final String TYPE = "io.beamhouse.run.completed";

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private EventFormat() {}

  static String of(RunEvent event, Target target) {
    if (target.type() == Notify.Type.OCI_NOTIFICATIONS) {
      return json(titled(event));
    }
    Format format = target.type() == Notify.Type.SLACK ? Format.SLACK : target.format();
    return json(
        switch (format) {
          case SLACK -> slack(event);
          case SUMMARY -> summary(event);
          case CLOUDEVENTS -> cloudEvent(event);
        });
  }

  static String contentType(Target target) {
    boolean cloudEvent =
        target.format() == Format.CLOUDEVENTS
            && target.type() != Notify.Type.SLACK
            && target.type() != Notify.Type.OCI_NOTIFICATIONS;
    return cloudEvent ? "application/cloudevents+json; charset=UTF-8" : "application/json";
  }

  /** CloudEvents 1.0, JSON event format, structured mode. */
  private static ObjectNode cloudEvent(RunEvent event) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("specversion", "1.0");
    json.put("id", event.id());
    json.put("source", "/beamhouse/" + event.pipeline());
    json.put("type", TYPE);
    json.put("subject", event.run() == null ? event.outcome() : "run/" + event.run());
    json.put("time", event.time());
    json.put("datacontenttype", "application/json");
    ObjectNode data = json.putObject("data");
    details(event, data);
    if (!event.sinks().isEmpty()) {
      ArrayNode sinks = data.putArray("sinks");
      event.sinks().forEach(sink -> sinks.add(RunEvent.tree(sink)));
    }
    return json;
  }

  private static ObjectNode summary(RunEvent event) {
    ObjectNode json = titled(event);
    json.put("id", event.id());
    json.put("time", event.time());
    details(event, json);
    return json;
  }

  private static void details(RunEvent event, ObjectNode to) {
    to.put("pipeline", event.pipeline());
    to.put("outcome", event.outcome());
    put(to, "run", event.run());
    if (event.stateId() != null) {
      to.put("state_id", event.stateId());
    }
    put(to, "read", event.read());
    put(to, "written", event.written());
    put(to, "quarantined", event.quarantined());
    if (event.error() != null) {
      to.put("error", event.error());
    }
    if (event.report() != null) {
      to.put("report", event.report());
    }
  }

  private static void put(ObjectNode to, String name, Long value) {
    if (value != null) {
      to.put(name, value);
    }
  }

  private static ObjectNode titled(RunEvent event) {
    return MAPPER.createObjectNode().put("title", title(event)).put("body", body(event));
  }

  private static ObjectNode slack(RunEvent event) {
    ObjectNode json = MAPPER.createObjectNode();
    json.put("text", escaped(title(event)));
    ObjectNode section = json.putArray("blocks").addObject().put("type", "section");
    section
        .putObject("text")
        .put("type", "mrkdwn")
        .put("text", "*" + escaped(title(event)) + "*\n" + escaped(body(event)));
    return json;
  }

  /** As Slack asks for; nothing in a text becomes a link or a mention. */
  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  private static String title(RunEvent event) {
    String run = event.run() == null ? "" : " run " + event.run();
    return event.pipeline()
        + run
        + switch (Outcome.valueOf(event.outcome().toUpperCase(Locale.ROOT))) {
          case SUCCESS -> " is done";
          case FAILURE -> " failed";
          case GATE -> " was refused by a gate";
          case NOTHING_NEW -> ": nothing new";
        };
  }

  private static String body(RunEvent event) {
    List<String> lines = new ArrayList<>();
    List<String> counts = new ArrayList<>();
    count(counts, "read", event.read());
    count(counts, "written", event.written());
    count(counts, "quarantined", event.quarantined());
    if (!counts.isEmpty()) {
      lines.add("Rows: " + String.join(", ", counts));
    }
    if (event.error() != null) {
      lines.add(event.error());
    }
    if (event.report() != null) {
      lines.add("Report: " + event.report());
    }
    return String.join("\n", lines);
  }

  private static void count(List<String> counts, String name, Long value) {
    if (value != null) {
      counts.add(name + " " + value);
    }
  }

  private static String json(ObjectNode node) {
    try {
      return MAPPER.writeValueAsString(node);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an event that is not JSON", e);
    }
  }
}
