package io.beamhouse.pipelines.run;

import io.beamhouse.core.rowwise.Gate;
import io.beamhouse.core.rowwise.RowStep;
import io.beamhouse.core.rowwise.RowSteps;
import io.beamhouse.io.core.increment.JoiningSink;
import io.beamhouse.io.core.increment.SinkContext;
import io.beamhouse.io.core.increment.StagingSink;
import io.beamhouse.io.core.staging.RowStaging;
import io.beamhouse.io.core.staging.StageRows;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionRowTuple;
import org.apache.beam.sdk.values.Row;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A sink whose inputs are staged, each where its rows are made, and then committed together.
 *
 * @param inputs what the rows of each input are, by its tag
 */
record StagedSink(String name, StagingSink sink, SinkContext context, Map<String, Schema> inputs) {
  /** The tag of the input whose rows count as the sink's. */
  String counted() {
    return sink instanceof JoiningSink && inputs.size() > 1
        ? JoiningSink.INPUT
        : inputs.keySet().iterator().next();
  }

  /** What the rows of {@code input} are called where they are staged. */
  String output(String input) {
    return input.equals(counted()) ? name : name + " <- " + input;
  }

  RowStaging staging(String input) {
    return sink instanceof JoiningSink joining && inputs.size() > 1
        ? joining.staging(context, inputs, input)
        : sink.staging(context, inputs.get(input));
  }

  private PTransform<PCollection<KV<Integer, byte[]>>, PCollectionRowTuple> commit(Gate gate) {
    return sink instanceof JoiningSink joining && inputs.size() > 1
        ? joining.commit(context, inputs, gate)
        : sink.commit(context, inputs.values().iterator().next(), gate);
  }

  /**
   * Commits.
   *
   * @param staged records of the inputs, and tallies that belong to none
   * @param refused rows that were put aside; null where none are
   */
  PCollectionRowTuple commit(
      List<PCollection<KV<Integer, byte[]>>> staged,
      @Nullable PCollection<Row> refused,
      Gate gate) {
    PCollection<KV<Integer, byte[]>> records =
        staged.size() == 1
            ? staged.get(0)
            : PCollectionList.of(staged).apply(name + "/WithTallies", Flatten.pCollections());
    PCollectionRowTuple committed = records.apply(name + "/Commit", commit(gate));
    return refused == null ? committed : committed.and(sink.refusedOutput(), refused);
  }

  /** Stages inputs that come from different places, and commits them. */
  PCollectionRowTuple apply(
      PCollectionRowTuple rows, List<PCollection<KV<Integer, byte[]>>> upstream, Gate gate) {
    List<PCollection<KV<Integer, byte[]>>> staged = new ArrayList<>(upstream);
    PCollection<Row> refused = null;
    for (String input : inputs.keySet()) {
      RowSteps steps = RowSteps.create().withOutput(name, RowSteps.ROOT, RowStep.OUTPUT);
      StageRows stage =
          input.equals(counted())
              ? StageRows.counted(steps, new LinkedHashMap<>(Map.of(name, staging(input))))
              : StageRows.of(staging(input));
      StageRows.Result result = rows.get(input).apply(name + "/Stage " + input, stage);
      staged.add(result.only());
      refused = result.refused().getOrDefault(name, refused);
    }
    return commit(staged, refused, gate);
  }
}
