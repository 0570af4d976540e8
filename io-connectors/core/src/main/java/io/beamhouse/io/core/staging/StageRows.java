package io.beamhouse.io.core.staging;

import io.beamhouse.core.Internal;
import io.beamhouse.core.rowwise.RowStep;
import io.beamhouse.core.rowwise.RowSteps;
import io.beamhouse.core.rowwise.Tally;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.RowCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.PInput;
import org.apache.beam.sdk.values.POutput;
import org.apache.beam.sdk.values.PValue;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;

/**
 * Runs row steps and the stagings of the sinks behind them in one DoFn.
 *
 * <p>With one sink and nothing else behind the steps the DoFn has one output, so that no runner
 * keeps rows for a second consumer. Tallies of the steps go to every sink, beside its records.
 */
@Internal
public final class StageRows extends PTransform<PCollection<Row>, StageRows.Result> {
  private static final KvCoder<Integer, byte[]> CODER =
      KvCoder.of(VarIntCoder.of(), ByteArrayCoder.of());

  private final RowSteps steps;
  private final LinkedHashMap<String, RowStaging> stagings;
  private final LinkedHashMap<String, String> joined;

  private final boolean counted;

  private StageRows(
      RowSteps steps,
      LinkedHashMap<String, RowStaging> stagings,
      LinkedHashMap<String, String> joined,
      boolean counted) {
    this.steps = steps;
    this.stagings = stagings;
    this.joined = joined;
    this.counted = counted;
  }

  /** Stages rows as they come, and counts only those that are refused. */
  public static StageRows of(RowStaging staging) {
    return new StageRows(
        RowSteps.create().withOutput(RowStep.OUTPUT, RowSteps.ROOT, RowStep.OUTPUT),
        new LinkedHashMap<>(Map.of(RowStep.OUTPUT, staging)),
        new LinkedHashMap<>(),
        false);
  }

  /**
   * Stages the outputs of {@code steps} that {@code stagings} names; the others stay rows. The rows
   * that each staging takes are counted under its name.
   */
  public static StageRows counted(RowSteps steps, LinkedHashMap<String, RowStaging> stagings) {
    return new StageRows(steps, new LinkedHashMap<>(stagings), new LinkedHashMap<>(), true);
  }

  /** Puts the records of {@code output} to those of the output {@code into}; uncounted. */
  public StageRows withJoined(String output, String into) {
    LinkedHashMap<String, String> more = new LinkedHashMap<>(joined);
    more.put(output, into);
    return new StageRows(steps, stagings, more, counted);
  }

  /**
   * What came out.
   *
   * @param records of each staging, by output
   * @param rows of each other output
   * @param refused rows of stagings that put rows aside, by output
   * @param tallies of the steps; null when nobody needs them but the stagings, whose records hold
   *     them
   */
  public record Result(
      Map<String, PCollection<KV<Integer, byte[]>>> records,
      Map<String, PCollection<Row>> rows,
      Map<String, PCollection<Row>> refused,
      PCollection<KV<Integer, byte[]>> tallies)
      implements POutput {
    /** The records of the only staging. */
    public PCollection<KV<Integer, byte[]>> only() {
      return records.values().iterator().next();
    }

    @Override
    public Pipeline getPipeline() {
      return all().get(0).getPipeline();
    }

    private List<PCollection<?>> all() {
      List<PCollection<?>> all = new ArrayList<>(records.values());
      all.addAll(rows.values());
      all.addAll(refused.values());
      if (tallies != null) {
        all.add(tallies);
      }
      return all;
    }

    @Override
    public Map<TupleTag<?>, PValue> expand() {
      Map<TupleTag<?>, PValue> outputs = new LinkedHashMap<>();
      records.forEach((name, records) -> outputs.put(new TupleTag<>("records " + name), records));
      rows.forEach((name, each) -> outputs.put(new TupleTag<>("rows " + name), each));
      refused.forEach((name, each) -> outputs.put(new TupleTag<>("refused " + name), each));
      if (tallies != null) {
        outputs.put(new TupleTag<>("tallies"), tallies);
      }
      return outputs;
    }

    @Override
    public void finishSpecifyingOutput(
        String transformName, PInput input, PTransform<?, ?> transform) {}
  }

  @Override
  public Result expand(PCollection<Row> input) {
    LinkedHashMap<String, Schema> outputs = steps.outputs(input.getSchema());
    List<StageFn.Output> planned = new ArrayList<>();
    for (String name : outputs.keySet()) {
      if (!name.equals(Tally.TAG)) {
        planned.add(StageFn.Output.of(name, joined.getOrDefault(name, name), stagings.get(name)));
      }
    }
    TupleTag<KV<Integer, byte[]>> tallies = new TupleTag<>("tallies") {};
    List<TupleTag<?>> tags = new ArrayList<>();
    List<TupleTag<KV<Integer, byte[]>>> records =
        planned.stream()
            .filter(output -> output.staging() != null && !output.joined())
            .map(StageFn.Output::records)
            .toList();
    TupleTag<KV<Integer, byte[]>> main = records.isEmpty() ? tallies : records.get(0);
    tags.addAll(records);
    tags.remove(main);
    // Steps that take the rows as rows hand them to sinks, which need the counts too.
    boolean passedOn = !main.equals(tallies) && planned.stream().anyMatch(o -> o.staging() == null);
    if (passedOn) {
      tags.add(tallies);
    }
    for (StageFn.Output output : planned) {
      if (output.staging() == null) {
        tags.add(output.rows());
      } else if (output.staging().refused() != null) {
        tags.add(output.refused());
      }
    }
    PCollectionTuple all =
        input
            .apply("Global", Window.into(new GlobalWindows()))
            .apply(
                "Stage",
                ParDo.of(new StageFn(steps, input.getSchema(), planned, tallies, counted, passedOn))
                    .withOutputTags(main, list(tags)));
    return result(all, planned, outputs, main.equals(tallies) || passedOn ? tallies : null);
  }

  private static TupleTagList list(List<TupleTag<?>> tags) {
    TupleTagList list = TupleTagList.empty();
    for (TupleTag<?> tag : tags) {
      list = list.and(tag);
    }
    return list;
  }

  private static Result result(
      PCollectionTuple all,
      List<StageFn.Output> planned,
      Map<String, Schema> schemas,
      TupleTag<KV<Integer, byte[]>> tallies) {
    Map<String, PCollection<KV<Integer, byte[]>>> records = new LinkedHashMap<>();
    Map<String, PCollection<Row>> rows = new LinkedHashMap<>();
    Map<String, PCollection<Row>> refused = new LinkedHashMap<>();
    for (StageFn.Output output : planned) {
      if (output.staging() == null) {
        rows.put(output.name(), withSchema(all.get(output.rows()), schemas.get(output.name())));
        continue;
      }
      if (!output.joined()) {
        records.put(output.name(), all.get(output.records()).setCoder(CODER));
      }
      Schema schema = output.staging().refused();
      if (schema != null) {
        refused.put(output.name(), withSchema(all.get(output.refused()), schema));
      }
    }
    return new Result(
        records, rows, refused, tallies == null ? null : all.get(tallies).setCoder(CODER));
  }

  private static PCollection<Row> withSchema(PCollection<Row> rows, Schema schema) {
    return rows.setCoder(RowCoder.of(schema)).setRowSchema(schema);
  }
}
