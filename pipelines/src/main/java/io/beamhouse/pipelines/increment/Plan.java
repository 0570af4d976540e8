package io.beamhouse.pipelines.increment;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import io.beamhouse.core.row.SchemaJson;
import io.beamhouse.io.core.increment.Delivery;
import io.beamhouse.io.core.increment.Increment;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one run will read and write, fixed before it starts.
 *
 * @param clock the time that the run takes as now
 * @param seed for whatever needs randomness
 * @param backfill null for an ordinary run
 * @param pins which state is read of tables that others change, by step
 */
record Plan(
    int version,
    String pipeline,
    String stateId,
    long run,
    int attempt,
    String specHash,
    String clock,
    long seed,
    Range backfill,
    Map<String, PlannedSource> sources,
    Map<String, String> pins,
    Map<String, PlannedSink> sinks) {

  Plan {
    requireNonNull(pipeline, "pipeline");
    requireNonNull(stateId, "state_id");
    requireNonNull(specHash, "spec_hash");
    requireNonNull(clock, "clock");
    sources = new TreeMap<>(sources);
    // Plans of runs before reads were pinned have none.
    pins = pins == null ? new TreeMap<>() : new TreeMap<>(pins);
    sinks = new TreeMap<>(sinks);
  }

  /**
   * A backfill's range as the user wrote it.
   *
   * @param to null for "up to now"
   */
  record Range(String from, String to) {}

  /** One source's increment. */
  record PlannedSource(
      boolean replayable,
      JsonNode schema,
      List<String> chunks,
      String position,
      Map<String, String> facts) {
    PlannedSource {
      requireNonNull(schema, "schema");
      chunks = List.copyOf(chunks);
      facts = new TreeMap<>(facts);
    }

    static PlannedSource of(Increment increment, boolean replayable) {
      return new PlannedSource(
          replayable,
          StateJson.tree(SchemaJson.toJson(increment.schema())),
          increment.chunks(),
          increment.position(),
          increment.facts());
    }

    Increment increment() {
      return new Increment(SchemaJson.fromJson(schema.toString()), chunks, position, facts);
    }
  }

  /**
   * One sink as it was found.
   *
   * @param targetId null when the target did not exist or has no identity
   */
  record PlannedSink(String target, Delivery delivery, String targetId) {}
}
