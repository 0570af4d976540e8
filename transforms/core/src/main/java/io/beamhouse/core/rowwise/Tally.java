package io.beamhouse.core.rowwise;

import io.beamhouse.core.Evolving;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.values.Row;

/**
 * What became of rows, by step and counter; sums over the bundles whose output was kept.
 *
 * <p>Tallies are data, not metrics: they leave a DoFn with the rows they count, travel to the
 * committer with the files of those rows and stand in the commit, so a retry cannot bend them.
 * Memory: one number for each counter of a step; a step has a few.
 */
@Evolving
public final class Tally implements Serializable {
  /** Tag of the output that a step emits tallies to. */
  public static final String TAG = "_tally";

  /** Rows that a step took. */
  public static final String IN = "in";

  /** Rows that a step took and that nothing came of. */
  public static final String NONE = "none";

  /** Rows that a sink put aside because it cannot hold them. */
  public static final String REFUSED = "refused";

  /** Prefix of counters of rows that a step emitted, before the output's tag. */
  public static final String OUT = "out:";

  /** Rows of tallies: the counter of a step, and a state that is merged instead of summed. */
  public static final Schema SCHEMA =
      Schema.builder()
          .addStringField("step")
          .addStringField("counter")
          .addInt64Field("rows")
          .addNullableField("state", FieldType.BYTES)
          .build();

  private final TreeMap<String, TreeMap<String, Long>> counts = new TreeMap<>();

  /** A row that says that {@code counter} of {@code step} counted {@code rows}. */
  public static Row row(String step, String counter, long rows) {
    return Row.withSchema(SCHEMA).attachValues(Arrays.asList(step, counter, rows, null));
  }

  /** Adds to a counter. */
  public void add(String step, String counter, long rows) {
    counts.computeIfAbsent(step, any -> new TreeMap<>()).merge(counter, rows, Long::sum);
  }

  /** Adds all of another tally. */
  public void add(Tally other) {
    other.counts.forEach((step, counters) -> counters.forEach((name, n) -> add(step, name, n)));
  }

  public boolean isEmpty() {
    return counts.isEmpty();
  }

  /** Counter to rows, by step. */
  public Map<String, Map<String, Long>> counts() {
    TreeMap<String, Map<String, Long>> copy = new TreeMap<>();
    counts.forEach((step, counters) -> copy.put(step, new TreeMap<>(counters)));
    return copy;
  }

  /** All counters as rows of {@link #SCHEMA}. */
  public List<Row> rows() {
    return counts.entrySet().stream()
        .flatMap(
            step ->
                step.getValue().entrySet().stream()
                    .map(one -> row(step.getKey(), one.getKey(), one.getValue())))
        .toList();
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Tally tally && tally.counts.equals(counts);
  }

  @Override
  public int hashCode() {
    return counts.hashCode();
  }

  @Override
  public String toString() {
    return counts.toString();
  }
}
