package io.beamhouse.core.rowwise;

import io.beamhouse.core.Evolving;
import io.beamhouse.core.error.Judgement;
import java.io.Serializable;
import java.util.ArrayList;
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
 * <p>Measures of a step (accumulators of checks) come along in parts, one for each bundle, and are
 * looked at by its {@link Gate}; only counts stand in the commit. A committer's tally ({@link
 * #summing}) adds the parts up as they come.
 *
 * <p>Tallies are data, not metrics: they leave a DoFn with the rows they count, travel to the
 * committer with the files of those rows and stand in the commit, so a retry cannot bend them.
 * Memory: one number for each counter of a step; of its measures one part in a bundle's tally, and
 * one sum in a committer's, however many bundles there were.
 */
@Evolving
public final class Tally implements Serializable {
  /** Tag of the output that a step emits tallies to. */
  public static final String TAG = "_tally";

  /** Rows that a step took. */
  public static final String IN = "in";

  /** Rows that a step took and that nothing came of. */
  public static final String NONE = "none";

  /** Prefix of counters of rows that broke a rule, before the rule's name. */
  public static final String RULE = "rule:";

  /** Rows that a sink put aside because it cannot hold them. */
  public static final String REFUSED = "refused";

  /** Prefix of counters of rows that a step emitted, before the output's tag. */
  public static final String OUT = "out:";

  /** Prefix of counters of records that a source read from a file, before the file's path. */
  public static final String FILE = "file:";

  /** Prefix of counters of records of a file that the source refused, before the file's path. */
  public static final String FILE_REJECTED = "file_rejected:";

  /** Stands for all files that are not counted by themselves, in place of a path. */
  public static final String OTHER_FILES = "";

  /** Number of files that are not counted by themselves. */
  public static final String FILES = "other_files";

  /** Rows of tallies: the counter of a step, and a state that is merged instead of summed. */
  public static final Schema SCHEMA =
      Schema.builder()
          .addStringField("step")
          .addStringField("counter")
          .addInt64Field("rows")
          .addNullableField("state", FieldType.BYTES)
          .build();

  private static final String MEASURE = "measure";

  private final TreeMap<String, TreeMap<String, Long>> counts = new TreeMap<>();
  private final TreeMap<String, ArrayList<byte[]>> measures = new TreeMap<>();
  private final ArrayList<Judgement> judgements = new ArrayList<>();

  /** Null where parts are kept as they are. */
  private final transient Map<String, MeasureSum> sums;

  /** Nothing yet; keeps the parts of measures. */
  public Tally() {
    this(null);
  }

  private Tally(Map<String, MeasureSum> sums) {
    this.sums = sums;
  }

  /** Nothing yet; adds up the measures that {@code gate} looks at, and keeps no others. */
  public static Tally summing(Gate gate) {
    return new Tally(gate.sums());
  }

  /** A row that says that {@code counter} of {@code step} counted {@code rows}. */
  public static Row row(String step, String counter, long rows) {
    return Row.withSchema(SCHEMA).attachValues(Arrays.asList(step, counter, rows, null));
  }

  /** A row with a part of what {@code step} measured, in the step's own form. */
  public static Row measure(String step, byte[] state) {
    return Row.withSchema(SCHEMA).attachValues(Arrays.asList(step, MEASURE, 0L, state));
  }

  /** Adds what a row of {@link #SCHEMA} says. */
  public void add(Row row) {
    byte[] state = row.getBytes("state");
    if (state == null) {
      add(row.getString("step"), row.getString("counter"), row.getInt64("rows"));
    } else {
      addPart(row.getString("step"), state);
    }
  }

  private void addPart(String step, byte[] part) {
    if (sums == null) {
      measures.computeIfAbsent(step, any -> new ArrayList<>()).add(part);
    } else if (sums.containsKey(step)) {
      sums.get(step).add(part);
    }
  }

  /** What {@code step} measured, in parts whose order means nothing; one when they are summed. */
  public List<byte[]> measures(String step) {
    if (sums != null) {
      return sums.containsKey(step) ? List.of(sums.get(step).sum()) : List.of();
    }
    return List.copyOf(measures.getOrDefault(step, new ArrayList<>()));
  }

  /** Sums are written down as one part each. */
  private Object writeReplace() {
    if (sums == null) {
      return this;
    }
    Tally plain = new Tally();
    plain.add(this);
    return plain;
  }

  /** Notes what a gate found, for the commit; at most one result for each of its rules. */
  public void judge(Judgement judgement) {
    judgements.add(judgement);
  }

  /** What gates have found, in the order in which they did. */
  public List<Judgement> judgements() {
    return List.copyOf(judgements);
  }

  /** Adds to a counter. */
  public void add(String step, String counter, long rows) {
    counts.computeIfAbsent(step, any -> new TreeMap<>()).merge(counter, rows, Long::sum);
  }

  /** Adds all of another tally. */
  public void add(Tally other) {
    other.counts.forEach((step, counters) -> counters.forEach((name, n) -> add(step, name, n)));
    other.measures.forEach((step, parts) -> parts.forEach(part -> addPart(step, part)));
    if (other.sums != null) {
      other.sums.forEach((step, sum) -> addPart(step, sum.sum()));
    }
    judgements.addAll(other.judgements);
  }

  public boolean isEmpty() {
    return counts.isEmpty() && measures.isEmpty() && judgements.isEmpty();
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
