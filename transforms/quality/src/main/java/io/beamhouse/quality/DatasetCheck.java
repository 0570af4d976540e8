package io.beamhouse.quality;

import io.beamhouse.core.Evolving;
import io.beamhouse.core.error.Problems;
import io.beamhouse.quality.Metric.Kind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.schemas.Schema;

/**
 * Dataset rules without a runner: measures parts of a collection, merges them, judges the whole.
 *
 * <pre>{@code
 * DatasetCheck check = DatasetCheck.of(rules, schema);
 * DatasetAccumulator part = check.newAccumulator();
 * rows.forEach(part::add);
 * byte[] kept = part.toBytes();              // rides with the file
 * whole.merge(check.fromBytes(kept));
 * List<DatasetResult> results = check.evaluate(whole, history, now);
 * }</pre>
 *
 * <p>Values do not depend on the order of rows and parts. Memory per measure, however many rows: a
 * few bytes for counts, null shares, freshness; 1 KB for sums and means of floating-point columns;
 * 16 KB for {@code distinct}, an estimate whose standard error is 0.8 %; 4 MB (0.6 MB written) for
 * {@code unique}, which is exact up to 65,536 distinct keys and then an estimate from so many keys:
 * what it finds is there, a single duplicate may be overlooked. {@link CheckDataset} counts keys
 * exactly, by a shuffle. Foreign keys need its tables and are refused here.
 *
 * <p>Immutable and serializable; accumulators are not thread-safe.
 */
@Evolving
public final class DatasetCheck implements Serializable {
  private static final int FORMAT = 1;

  private final List<DatasetRule> rules;
  private final Schema schema;
  private final Map<String, Metric> metrics;
  private final boolean keysElsewhere;

  private DatasetCheck(List<DatasetRule> rules, Schema schema, boolean keysElsewhere) {
    this.rules = List.copyOf(rules);
    this.schema = schema;
    this.keysElsewhere = keysElsewhere;
    this.metrics = new LinkedHashMap<>();
    rules.forEach(rule -> metrics.putIfAbsent(rule.metricName(), rule.metric()));
  }

  /**
   * Binds rules to a schema; throws one SpecException with every problem.
   *
   * @param schema of the rows to come
   */
  public static DatasetCheck of(List<DatasetRule> rules, Schema schema) {
    Problems problems = new Problems();
    for (int i = 0; i < rules.size(); i++) {
      if (rules.get(i).metric().kind() == Kind.EXISTS_IN) {
        rules
            .get(i)
            .origin(i)
            .add(problems, "exists_in", "needs a table: for the transform CheckDataset only");
      }
    }
    problems.throwIfAny();
    return of(rules, schema, false);
  }

  /**
   * @param keysElsewhere whether duplicate and missing keys are counted by the caller, see {@link
   *     #ofKeys}
   */
  static DatasetCheck of(List<DatasetRule> rules, Schema schema, boolean keysElsewhere) {
    Problems problems = new Problems();
    if (rules.isEmpty()) {
      problems.add("rules", "there is no rule");
    }
    for (int i = 0; i < rules.size(); i++) {
      MetricFit.check(
          rules.get(i).metric(), new RuleSchema(schema, problems, rules.get(i).origin(i)));
    }
    problems.throwIfAny();
    return new DatasetCheck(rules, schema, keysElsewhere);
  }

  /** Returns the measures of no rows. */
  public DatasetAccumulator newAccumulator() {
    List<Measure<?>> measures = new ArrayList<>();
    metrics
        .values()
        .forEach(metric -> measures.add(MetricFit.measure(metric, schema, keysElsewhere)));
    return new DatasetAccumulator(this, measures);
  }

  /**
   * Reads what {@link DatasetAccumulator#toBytes} of the same rules wrote.
   *
   * @throws IllegalArgumentException when it is of other rules
   */
  public DatasetAccumulator fromBytes(byte[] bytes) {
    DatasetAccumulator accumulator = newAccumulator();
    try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(bytes))) {
      if (in.readUnsignedByte() != FORMAT || !in.readUTF().equals(fingerprint())) {
        throw new IllegalArgumentException(
            "the measures are of other rules or of another version; measure the rows again");
      }
      for (Measure<?> measure : accumulator.measures()) {
        measure.read(in);
      }
    } catch (IOException e) {
      throw new IllegalArgumentException("the measures are cut short", e);
    }
    return accumulator;
  }

  byte[] toBytes(DatasetAccumulator accumulator) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataOutputStream out = new DataOutputStream(bytes)) {
      out.writeByte(FORMAT);
      out.writeUTF(fingerprint());
      for (Measure<?> measure : accumulator.measures()) {
        measure.write(out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("memory does not fail", e);
    }
    return bytes.toByteArray();
  }

  /** Hash of what is measured. */
  private String fingerprint() {
    return Fingerprint.of(Condition.json(metrics.keySet())) + (keysElsewhere ? "k" : "");
  }

  /** Returns the measures of no rows but for {@code count} bad keys of metric {@code number}. */
  DatasetAccumulator ofKeys(int number, long count) {
    DatasetAccumulator accumulator = newAccumulator();
    ((RowCount) accumulator.measures().get(number)).add(count);
    return accumulator;
  }

  /**
   * Judges the whole: a result for each rule, in their order.
   *
   * @param history values of earlier runs by the measure's name ({@link DatasetRule#metricName}),
   *     oldest first
   * @param now the clock that freshness is measured by
   */
  public List<DatasetResult> evaluate(
      DatasetAccumulator whole, Map<String, List<Double>> history, Instant now) {
    List<String> names = new ArrayList<>(metrics.keySet());
    List<DatasetResult> results = new ArrayList<>();
    for (DatasetRule rule : rules) {
      Measure<?> measure = whole.measures().get(names.indexOf(rule.metricName()));
      results.add(Verdict.of(rule, measure, history, now));
    }
    return results;
  }

  /** The different metrics, in the order in which measures of them stand. */
  List<Metric> metrics() {
    return List.copyOf(metrics.values());
  }

  /** How many earlier values of each measure {@link #evaluate} looks at. */
  public Map<String, Integer> historyNeeded() {
    Map<String, Integer> needed = new LinkedHashMap<>();
    for (DatasetRule rule : rules) {
      if (rule.isChange()) {
        needed.merge(rule.metricName(), rule.overLast(), Math::max);
      }
    }
    return needed;
  }
}
