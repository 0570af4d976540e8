package io.beamhouse.quality;

import io.beamhouse.core.Evolving;
import io.beamhouse.core.error.Problems;
import io.beamhouse.core.rowwise.ApplyRowStep;
import io.beamhouse.core.rowwise.RowStep;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.display.DisplayData;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollection.IsBounded;
import org.apache.beam.sdk.values.PCollectionRowTuple;
import org.apache.beam.sdk.values.PInput;
import org.apache.beam.sdk.values.POutput;
import org.apache.beam.sdk.values.PValue;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TupleTag;

/**
 * Checks every row against all rules.
 *
 * <pre>{@code
 * CheckRows.Result checked =
 *     titles.apply(
 *         CheckRows.of(
 *                 RowRule.notNull("tconst"),
 *                 RowRule.range("startYear", 1870, 2035).withAction(Action.WARN))
 *             .withRuleCounts());
 * }</pre>
 *
 * <p>Input: rows with a schema, bounded or not. Output: the rows that broke no rule or only rules
 * that warn, as they came; {@link #withWarnings} adds the nullable column {@code _warnings}, an
 * array of rows of {@link io.beamhouse.core.row.Quarantined#FAILURE}. Rows that broke a rule with
 * {@link Action#QUARANTINE} are {@link io.beamhouse.core.row.Quarantined} rows with every rule that
 * they broke, none of the values in the messages, and the column {@code _source}, if there is one,
 * as their position. Rows that broke a rule with {@link Action#DROP}, and none of a stronger
 * action, go nowhere. {@link Action#FAIL} throws a {@link
 * io.beamhouse.core.error.DataRefusedException}.
 *
 * <p>A pure function of each row, so retries give the same. Foreign keys ({@link RowRule#existsIn})
 * need bounded inputs: hashes of keys are shuffled, and those of the missing ones come back to the
 * rows, 17 bytes each, {@link #withMaxMissingKeys} at most.
 *
 * @throws io.beamhouse.core.error.SpecException when the pipeline is built and rules do not fit the
 *     input's schema, with every problem
 */
@Evolving
public final class CheckRows extends PTransform<PCollection<Row>, CheckRows.Result> {
  static final int DEFAULT_MAX_MISSING_KEYS = 1_000_000;
  private static final int MOST_FOREIGN_KEYS = 63;
  private static final String QUARANTINED = "quarantined";

  private final RowChecks checks;
  private final int maxMissingKeys;
  private final transient Map<String, PCollection<Row>> tables;

  private CheckRows(RowChecks checks, int maxMissingKeys, Map<String, PCollection<Row>> tables) {
    this.checks = checks;
    this.maxMissingKeys = maxMissingKeys;
    this.tables = new TreeMap<>(tables);
  }

  public static CheckRows of(RowRule... rules) {
    return of(List.of(rules));
  }

  public static CheckRows of(List<RowRule> rules) {
    return new CheckRows(
        new RowChecks(rules, QUARANTINED, false, false, false, null),
        DEFAULT_MAX_MISSING_KEYS,
        Map.of());
  }

  /** Adds the column {@code _warnings}: the rules with {@link Action#WARN} that a row broke. */
  public CheckRows withWarnings() {
    return with(
        new RowChecks(checks.rules(), checks.errorOutput(), true, checks.counts(), false, null));
  }

  /** Counts for each rule the rows that broke it; see {@link Result#ruleCounts}. */
  public CheckRows withRuleCounts() {
    return with(
        new RowChecks(checks.rules(), checks.errorOutput(), checks.warnings(), true, false, null));
  }

  /** Gives the rows of a table that {@link RowRule#existsIn} names. */
  public CheckRows withTable(String name, PCollection<Row> rows) {
    Map<String, PCollection<Row>> more = new TreeMap<>(tables);
    more.put(name, rows);
    return new CheckRows(checks, maxMissingKeys, more);
  }

  /**
   * How many distinct keys all foreign keys together may miss before the pipeline fails; 1,000,000
   * by default.
   */
  public CheckRows withMaxMissingKeys(int most) {
    return new CheckRows(checks, most, tables);
  }

  /** Names the output of quarantined rows in {@link #step}; null for a step without one. */
  CheckRows withErrorOutput(String tag) {
    return with(
        new RowChecks(checks.rules(), tag, checks.warnings(), checks.counts(), false, null));
  }

  private CheckRows with(RowChecks changed) {
    return new CheckRows(changed, maxMissingKeys, tables);
  }

  /** The checks as a step that needs no runner; empty when there are foreign keys. */
  Optional<RowChecks> rowChecks() {
    return foreignKeys().isEmpty() && !checks.counts() ? Optional.of(checks) : Optional.empty();
  }

  /** The checks as one row step; empty when there are foreign keys, which need a join. */
  public Optional<RowStep> step() {
    return foreignKeys().isEmpty() ? Optional.of(checks) : Optional.empty();
  }

  private List<ExistsIn> foreignKeys() {
    List<ExistsIn> keys = new ArrayList<>();
    for (RowRule rule : checks.rules()) {
      if (rule.condition() instanceof ExistsIn key) {
        keys.add(key);
      }
    }
    return keys;
  }

  @Override
  public Result expand(PCollection<Row> input) {
    return Result.of(outputs(input), checks);
  }

  /** The outputs under their tags. */
  PCollectionRowTuple outputs(PCollection<Row> input) {
    List<ExistsIn> keys = foreignKeys();
    if (keys.isEmpty()) {
      return counted(input.apply("Check", ApplyRowStep.of(checks)));
    }
    checkTables(input);
    RowChecks marked =
        new RowChecks(
            checks.rules(), checks.errorOutput(), checks.warnings(), checks.counts(), true, null);
    // Says what is wrong with the rules before anything is built on them.
    marked.outputs(MarkMissingKeys.with(input.getSchema()));
    List<PCollection<Row>> theirs = keys.stream().map(key -> tables.get(key.table())).toList();
    return counted(
        input
            .apply("ForeignKeys", new MarkMissingKeys(keys, theirs, maxMissingKeys))
            .apply("Check", ApplyRowStep.of(marked)));
  }

  private PCollectionRowTuple counted(PCollectionRowTuple outputs) {
    if (!checks.counts()) {
      return outputs;
    }
    PCollectionRowTuple all = PCollectionRowTuple.empty(outputs.getPipeline());
    for (Map.Entry<String, PCollection<Row>> output : outputs.getAll().entrySet()) {
      all =
          all.and(
              output.getKey(),
              output.getKey().equals(RowChecks.RULE_COUNTS)
                  ? output.getValue().apply("Counts", new SumRuleCounts())
                  : output.getValue());
    }
    return all;
  }

  private void checkTables(PCollection<Row> input) {
    Problems problems = new Problems();
    for (int i = 0; i < checks.rules().size(); i++) {
      if (checks.rules().get(i).condition() instanceof ExistsIn key) {
        Origin origin = checks.rules().get(i).origin(i);
        TableFit.check(key, input, tables, origin, problems);
      }
    }
    if (foreignKeys().size() > MOST_FOREIGN_KEYS) {
      problems.add("rules", "more than " + MOST_FOREIGN_KEYS + " foreign keys in one step");
    }
    if (input.isBounded() == IsBounded.UNBOUNDED) {
      problems.add("rules", "exists_in needs a bounded input");
    }
    problems.throwIfAny();
  }

  @Override
  public Map<TupleTag<?>, PValue> getAdditionalInputs() {
    Map<TupleTag<?>, PValue> inputs = new LinkedHashMap<>();
    if (!foreignKeys().isEmpty()) {
      tables.forEach((name, rows) -> inputs.put(new TupleTag<Row>("table:" + name), rows));
    }
    return inputs;
  }

  @Override
  public void populateDisplayData(DisplayData.Builder builder) {
    for (int i = 0; i < checks.rules().size(); i++) {
      builder.add(DisplayData.item("rule:" + i, checks.rules().get(i).toString()));
    }
  }

  /**
   * What became of the rows.
   *
   * @param rows that go on
   * @param quarantined {@link io.beamhouse.core.row.Quarantined} rows
   * @param ruleCounts rule, fingerprint, action and the number of rows that failed, for each rule
   *     that a row failed, per window; present if asked for. Counts of a bundle count once, however
   *     often it was tried
   */
  @Evolving
  public record Result(
      PCollection<Row> rows, PCollection<Row> quarantined, Optional<PCollection<Row>> ruleCounts)
      implements POutput {
    private static Result of(PCollectionRowTuple outputs, RowChecks checks) {
      return new Result(
          outputs.get(RowStep.OUTPUT),
          outputs.get(checks.errorOutput()),
          checks.counts() ? Optional.of(outputs.get(RowChecks.RULE_COUNTS)) : Optional.empty());
    }

    @Override
    public Pipeline getPipeline() {
      return rows.getPipeline();
    }

    @Override
    public Map<TupleTag<?>, PValue> expand() {
      Map<TupleTag<?>, PValue> outputs = new LinkedHashMap<>();
      outputs.put(new TupleTag<Row>(RowStep.OUTPUT), rows);
      outputs.put(new TupleTag<Row>(QUARANTINED), quarantined);
      ruleCounts.ifPresent(counts -> outputs.put(new TupleTag<Row>(RowChecks.RULE_COUNTS), counts));
      return outputs;
    }

    @Override
    public void finishSpecifyingOutput(
        String transformName, PInput input, PTransform<?, ?> transform) {}
  }
}
