package io.beamhouse.quality;

import io.beamhouse.core.Evolving;
import io.beamhouse.core.error.GateRefusedException;
import io.beamhouse.core.error.Problems;
import io.beamhouse.quality.DatasetResult.Outcome;
import io.beamhouse.quality.Metric.Kind;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.RowCoder;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.display.DisplayData;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollection.IsBounded;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionView;
import org.apache.beam.sdk.values.PValue;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TupleTag;

/**
 * Judges a collection of rows as a whole.
 *
 * <p>Input: bounded rows with a schema. Output: a row of {@link DatasetResult#SCHEMA} for each
 * rule, also for an empty input. Measures are combined before anything is shuffled, in the bounded
 * memory that {@link DatasetCheck} states; keys ({@link DatasetRule#unique}, {@link
 * DatasetRule#existsIn}) are counted exactly, for which 17 bytes of each key are shuffled.
 *
 * <p>The same for every retry and runner, given the clock. Only with {@link #failing} does a rule
 * fail the pipeline, with a {@link GateRefusedException}.
 *
 * @throws io.beamhouse.core.error.SpecException when the pipeline is built and rules do not fit the
 *     input's schema, with every problem
 */
@Evolving
public final class CheckDataset extends PTransform<PCollection<Row>, PCollection<Row>> {
  private static final int MOST_METRICS = 127;

  private final List<DatasetRule> rules;
  private final Instant now;
  private final boolean failing;
  private final transient Map<String, PCollection<Row>> tables;
  private final transient PCollection<Row> history;

  private CheckDataset(
      List<DatasetRule> rules,
      Instant now,
      boolean failing,
      Map<String, PCollection<Row>> tables,
      PCollection<Row> history) {
    this.rules = List.copyOf(rules);
    this.now = now;
    this.failing = failing;
    this.tables = new TreeMap<>(tables);
    this.history = history;
  }

  /**
   * @param now the clock that freshness is measured by, and the time of the results
   */
  public static CheckDataset of(List<DatasetRule> rules, Instant now) {
    return new CheckDataset(rules, now, false, Map.of(), null);
  }

  /** A rule that fails fails the pipeline; its results are in the message. */
  public CheckDataset failing() {
    return new CheckDataset(rules, now, true, tables, history);
  }

  /** Gives the rows of a table that {@link DatasetRule#existsIn} names. */
  public CheckDataset withTable(String name, PCollection<Row> rows) {
    Map<String, PCollection<Row>> more = new TreeMap<>(tables);
    more.put(name, rows);
    return new CheckDataset(rules, now, failing, more, history);
  }

  /**
   * Gives the results of earlier runs, for {@link DatasetRule#change}: rows with {@code metric},
   * {@code value} and {@code as_of} as in {@link DatasetResult#SCHEMA}.
   */
  public CheckDataset withHistory(PCollection<Row> results) {
    return new CheckDataset(rules, now, failing, tables, results);
  }

  @Override
  public PCollection<Row> expand(PCollection<Row> input) {
    DatasetCheck check = checked(input);
    PCollection<Row> rows = input.apply("AtOnce", Window.into(new GlobalWindows()));
    PCollection<byte[]> measured = rows.apply("Measure", Combine.globally(MeasureFn.ofRows(check)));
    if (check.metrics().stream().anyMatch(CountKeys::counts)) {
      Map<String, PCollection<Row>> atOnce = new TreeMap<>();
      tables.forEach(
          (name, table) ->
              atOnce.put(name, table.apply("AtOnce " + name, Window.into(new GlobalWindows()))));
      measured =
          PCollectionList.of(measured)
              .and(rows.apply("CountKeys", new CountKeys(check, atOnce)))
              .apply("Parts", Flatten.pCollections())
              .setCoder(ByteArrayCoder.of())
              .apply("Whole", Combine.globally(MeasureFn.ofParts(check)));
    }
    PCollectionView<RunHistory> earlier = history(check);
    ParDo.SingleOutput<byte[], Row> judge = ParDo.of(new JudgeFn(check, now, failing, earlier));
    return measured
        .apply("Judge", earlier == null ? judge : judge.withSideInputs(earlier))
        .setCoder(RowCoder.of(DatasetResult.SCHEMA))
        .setRowSchema(DatasetResult.SCHEMA);
  }

  private PCollectionView<RunHistory> history(DatasetCheck check) {
    Map<String, Integer> needed = check.historyNeeded();
    return history == null || needed.isEmpty()
        ? null
        : history
            .apply("HistoryAtOnce", Window.into(new GlobalWindows()))
            .apply("History", Combine.globally(new HistoryFn(needed, now)).asSingletonView());
  }

  private DatasetCheck checked(PCollection<Row> input) {
    Problems problems = new Problems();
    if (input.isBounded() == IsBounded.UNBOUNDED) {
      problems.add("rules", "need a bounded input");
    }
    for (int i = 0; i < rules.size(); i++) {
      Metric metric = rules.get(i).metric();
      if (metric.kind() == Kind.EXISTS_IN) {
        ExistsIn key = new ExistsIn(metric.columns(), metric.table(), metric.keys());
        TableFit.check(key, input, tables, rules.get(i).origin(i), problems);
      }
    }
    HistoryFit.check(history, problems);
    problems.throwIfAny();
    DatasetCheck check = DatasetCheck.of(rules, input.getSchema(), true);
    if (check.metrics().size() > MOST_METRICS) {
      problems.add("rules", "ask for more than " + MOST_METRICS + " different measures");
    }
    problems.throwIfAny();
    return check;
  }

  @Override
  public Map<TupleTag<?>, PValue> getAdditionalInputs() {
    Map<TupleTag<?>, PValue> inputs = new LinkedHashMap<>();
    tables.forEach((name, rows) -> inputs.put(new TupleTag<Row>("table:" + name), rows));
    if (history != null) {
      inputs.put(new TupleTag<Row>("history"), history);
    }
    return inputs;
  }

  @Override
  public void populateDisplayData(DisplayData.Builder builder) {
    for (int i = 0; i < rules.size(); i++) {
      builder.add(DisplayData.item("rule:" + i, rules.get(i).toString()));
    }
  }

  private static final class JudgeFn extends DoFn<byte[], Row> {
    private final DatasetCheck check;
    private final Instant now;
    private final boolean failing;
    private final PCollectionView<RunHistory> history;

    JudgeFn(DatasetCheck check, Instant now, boolean failing, PCollectionView<RunHistory> history) {
      this.check = check;
      this.now = now;
      this.failing = failing;
      this.history = history;
    }

    @ProcessElement
    public void process(ProcessContext context) {
      Map<String, List<Double>> earlier =
          history == null ? Map.of() : context.sideInput(history).byMetric();
      List<DatasetResult> results =
          check.evaluate(check.fromBytes(context.element()), earlier, now);
      if (failing) {
        refuse(results);
      }
      results.forEach(result -> context.output(result.toRow()));
    }
  }

  /** Throws when a rule fails, and names all that do. */
  static void refuse(List<DatasetResult> results) {
    String broken =
        results.stream()
            .filter(result -> result.outcome() == Outcome.FAIL)
            .map(result -> "rule '" + result.rule() + "': " + result.message())
            .collect(Collectors.joining("; "));
    if (!broken.isEmpty()) {
      throw new GateRefusedException(
          "CheckDataset refuses the data: "
              + broken
              + ". Repair the data or the bounds, or set on_fail: report.");
    }
  }

  /** The rules, in their order. */
  List<DatasetRule> rules() {
    return rules;
  }

  Instant now() {
    return now;
  }

  boolean isFailing() {
    return failing;
  }
}
