package io.beamhouse.transforms.flatten;

import io.beamhouse.core.Evolving;
import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.error.Problems;
import io.beamhouse.core.row.Quarantined;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.RowCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.join.CoGbkResult;
import org.apache.beam.sdk.transforms.join.CoGroupByKey;
import org.apache.beam.sdk.transforms.join.KeyedPCollectionTuple;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionRowTuple;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.PInput;
import org.apache.beam.sdk.values.POutput;
import org.apache.beam.sdk.values.PValue;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;

/**
 * Puts flat tables together again: the inverse of {@link FlattenRows} under a lossless plan.
 *
 * <p>Input: the main table under the tag {@code input} and each child table under its name, with
 * the columns of the plan in any order, others are ignored; bounded, or in windows that hold a row
 * with its children. Output: rows of {@link FlattenPlan#input}. A row whose child rows are not
 * complete, child rows without their main row, and main rows of one key are refused with a {@link
 * DataRefusedException}, or quarantined {@link #withQuarantine if chosen}: {@code failed_row} is
 * the row of the main table, null where there is none. A pure function of the tables: retries give
 * the same. Memory: the child rows of one main row.
 */
@Evolving
public final class UnflattenRows extends PTransform<PCollectionRowTuple, UnflattenRows.Result> {
  /** The tag of the main table. */
  public static final String MAIN = Planner.INPUT;

  private final String plan;
  private final boolean quarantine;

  private UnflattenRows(String plan, boolean quarantine) {
    this.plan = plan;
    this.quarantine = quarantine;
  }

  /** Undoes what {@code plan} does. */
  public static UnflattenRows of(FlattenPlan plan) {
    return new UnflattenRows(plan.toJson(), false);
  }

  /** What cannot be put together becomes {@link Quarantined} rows. */
  public UnflattenRows withQuarantine() {
    return new UnflattenRows(plan, true);
  }

  /**
   * The outputs.
   *
   * @param rows of the plan's input schema
   * @param quarantined present if chosen
   */
  @Evolving
  public record Result(PCollection<Row> rows, Optional<PCollection<Row>> quarantined)
      implements POutput {
    @Override
    public Pipeline getPipeline() {
      return rows.getPipeline();
    }

    @Override
    public Map<TupleTag<?>, PValue> expand() {
      return quarantined.isPresent()
          ? Map.of(AssembleFn.ROWS, rows, AssembleFn.FAILED, quarantined.get())
          : Map.of(AssembleFn.ROWS, rows);
    }

    @Override
    public void finishSpecifyingOutput(
        String transformName, PInput input, PTransform<?, ?> transform) {}
  }

  @Override
  public Result expand(PCollectionRowTuple input) {
    Flattening flattening = Assembler.of(plan);
    Map<String, PCollection<Row>> given = input.getAll();
    checkInputs(flattening, given.keySet());
    List<TableLayout> tables = flattening.tables();
    Schema failed = Quarantined.schema(FieldType.row(tables.get(0).schema()));
    TupleTagList failedTag = TupleTagList.of(AssembleFn.FAILED);
    PCollectionTuple outputs;
    if (tables.size() == 1) {
      PCollection<Row> main =
          given
              .get(MAIN)
              .apply("Columns", ParDo.of(ColumnsFn.of(tables.get(0), given.get(MAIN).getSchema())))
              .setRowSchema(tables.get(0).schema());
      outputs =
          main.apply(
              "Assemble",
              ParDo.of(new AssembleFn.EachFn(plan, quarantine))
                  .withOutputTags(AssembleFn.ROWS, failedTag));
    } else {
      outputs =
          grouped(tables, input)
              .apply(
                  "Assemble",
                  ParDo.of(new AssembleFn.GroupedFn(plan, quarantine))
                      .withOutputTags(AssembleFn.ROWS, failedTag));
    }
    PCollection<Row> rows = outputs.get(AssembleFn.ROWS).setRowSchema(flattening.root().schema());
    PCollection<Row> bad = outputs.get(AssembleFn.FAILED).setCoder(RowCoder.of(failed));
    bad.setRowSchema(failed);
    return new Result(rows, quarantine ? Optional.of(bad) : Optional.empty());
  }

  private static void checkInputs(Flattening flattening, Set<String> given) {
    Problems problems = new Problems();
    Set<String> wanted = new LinkedHashSet<>(Set.of(MAIN));
    flattening.tables().stream().skip(1).forEach(table -> wanted.add(table.name()));
    for (String name : wanted) {
      if (!given.contains(name)) {
        problems.add("input", "the table " + name + " is missing");
      }
    }
    for (String name : given) {
      if (!wanted.contains(name)) {
        problems.add(
            "input",
            "the plan has no table '"
                + name
                + "'"
                + Problems.didYouMean(name, wanted)
                + "; its tables are: "
                + String.join(", ", wanted));
      }
    }
    problems.throwIfAny();
  }

  private static PCollection<KV<String, CoGbkResult>> grouped(
      List<TableLayout> tables, PCollectionRowTuple input) {
    KeyedPCollectionTuple<String> keyed = KeyedPCollectionTuple.empty(input.getPipeline());
    for (TableLayout table : tables) {
      String name = table.isMain() ? MAIN : table.name();
      PCollection<Row> rows = input.get(name);
      PCollection<KV<String, Row>> byRoot =
          rows.apply("Columns " + name, ParDo.of(ColumnsFn.of(table, rows.getSchema())))
              .setRowSchema(table.schema())
              .apply("ByRoot " + name, ParDo.of(new ColumnsFn.ByRootFn(table.rowKey())))
              .setCoder(KvCoder.of(StringUtf8Coder.of(), RowCoder.of(table.schema())));
      keyed = keyed.and(new TupleTag<Row>(Integer.toString(table.index())), byRoot);
    }
    return keyed.apply("Group", CoGroupByKey.create());
  }
}
