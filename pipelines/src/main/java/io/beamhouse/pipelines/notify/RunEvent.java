package io.beamhouse.pipelines.notify;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import io.beamhouse.pipelines.increment.RunReport;
import io.beamhouse.pipelines.increment.RunReport.SinkReport;
import io.beamhouse.pipelines.increment.RunReport.SourceReport;
import io.beamhouse.pipelines.increment.StepShape;
import io.beamhouse.pipelines.spec.Notify.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * What is told of a run's end: no values of rows, no secrets.
 *
 * @param id of the event, the same however often it is sent
 * @param time when it ended, or was found to have ended
 * @param run null when there is none yet
 * @param read rows; null when unknown, as the others
 * @param written rows, without those in quarantine
 * @param quarantined rows that went to error outputs
 * @param error its first line; null when there is none
 * @param report where to look; null when there is none
 */
record RunEvent(
    String id,
    String time,
    String pipeline,
    String outcome,
    Long run,
    String stateId,
    Long read,
    Long written,
    Long quarantined,
    String error,
    String report,
    List<Sink> sinks) {
  private static final ObjectMapper MAPPER =
      new ObjectMapper()
          .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .setSerializationInclusion(JsonInclude.Include.NON_NULL);

  /**
   * One target of the run.
   *
   * @param version the target's own name of what was committed: a table's version, a manifest
   */
  record Sink(String name, String target, String version, Map<String, Long> counts) {}

  RunEvent {
    sinks = sinks == null ? List.of() : List.copyOf(sinks);
  }

  /** The end of a run that is done, with or without a gate's refusal. */
  static RunEvent of(RunReport report, List<StepShape> shape, String where, String time) {
    boolean refused = report.refused() != null;
    List<Sink> sinks = new ArrayList<>();
    report
        .sinks()
        .forEach(
            (name, sink) -> sinks.add(new Sink(name, sink.target(), version(sink), sink.counts())));
    return new RunEvent(
        report.stateId() + "/" + report.run(),
        time,
        report.pipeline(),
        (refused ? Outcome.GATE : Outcome.SUCCESS).toString(),
        report.run(),
        report.stateId(),
        sum(report.sources().values().stream().map(SourceReport::rows).toList()),
        written(report, shape),
        quarantined(report, shape),
        refused ? FailureText.line(report.refused()) : null,
        where,
        sinks);
  }

  /** The end of an attempt that left no report. */
  static RunEvent without(
      Outcome outcome, String pipeline, String stateId, Long run, String error, String time) {
    String id =
        (stateId == null ? pipeline : stateId) + "/" + (run == null ? "" : run + "-") + outcome;
    return new RunEvent(
        id + "-" + time,
        time,
        pipeline,
        outcome.toString(),
        run,
        stateId,
        null,
        null,
        null,
        error,
        null,
        null);
  }

  private static String version(SinkReport sink) {
    return sink.versions() == null || sink.versions().isEmpty()
        ? null
        : sink.versions().get(sink.versions().size() - 1);
  }

  /** Unknown as soon as one of them is. */
  private static Long sum(List<Long> numbers) {
    return numbers.isEmpty() || numbers.stream().anyMatch(Objects::isNull)
        ? null
        : numbers.stream().mapToLong(Long::longValue).sum();
  }

  private static Long written(RunReport report, List<StepShape> shape) {
    List<String> quarantines =
        shape.stream()
            .filter(step -> step.type().equals("WriteToQuarantine"))
            .map(StepShape::name)
            .toList();
    List<Long> written = new ArrayList<>();
    report
        .sinks()
        .forEach(
            (name, sink) -> {
              if (!quarantines.contains(name)) {
                written.add(sink.counts() == null ? null : sink.counts().get("written"));
              }
            });
    return sum(written);
  }

  private static Long quarantined(RunReport report, List<StepShape> shape) {
    long rows = 0;
    for (SourceReport source : report.sources().values()) {
      rows += source.rejected() == null ? 0 : source.rejected();
    }
    for (StepShape step : shape) {
      RunReport.StepReport counted = report.steps().get(step.name());
      if (counted != null && !step.errorOutput().isEmpty()) {
        rows += counted.out().getOrDefault(step.errorOutput(), 0L);
      }
    }
    return rows;
  }

  String toJson() {
    try {
      return MAPPER.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an event that is not JSON", e);
    }
  }

  static JsonNode tree(Sink sink) {
    return MAPPER.valueToTree(sink);
  }

  static RunEvent fromJson(String json) {
    try {
      return MAPPER.readValue(json, RunEvent.class);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not an event", e);
    }
  }
}
