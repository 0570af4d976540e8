package io.beamhouse.core.rowwise;

import io.beamhouse.core.Evolving;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.coders.RowCoder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionRowTuple;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;
import org.joda.time.Instant;

/**
 * Applies a {@link RowStep} to every row.
 *
 * <p>Input: rows with a schema, bounded or not, in any windows. Output: the step's outputs by tag,
 * in the windows and with the timestamps of the row that they come from; counts that the step emits
 * at its end come with those of the last row of their window. Nothing is kept between bundles, so
 * retries give the same.
 */
@Evolving
public final class ApplyRowStep extends PTransform<PCollection<Row>, PCollectionRowTuple> {
  private final RowStep step;

  private ApplyRowStep(RowStep step) {
    this.step = step;
  }

  public static ApplyRowStep of(RowStep step) {
    return new ApplyRowStep(step);
  }

  @Override
  public PCollectionRowTuple expand(PCollection<Row> input) {
    LinkedHashMap<String, Schema> outputs = step.outputs(input.getSchema());
    List<TupleTag<Row>> tags = new ArrayList<>();
    outputs.keySet().forEach(tag -> tags.add(new TupleTag<>(tag)));
    TupleTagList others = TupleTagList.empty();
    for (TupleTag<Row> tag : tags.subList(1, tags.size())) {
      others = others.and(tag);
    }
    PCollectionTuple all =
        input.apply(
            "Rows",
            ParDo.of(new StepFn(step, input.getSchema(), tags))
                .withOutputTags(tags.get(0), others));
    PCollectionRowTuple result = PCollectionRowTuple.empty(input.getPipeline());
    int index = 0;
    for (Map.Entry<String, Schema> output : outputs.entrySet()) {
      PCollection<Row> rows = all.get(tags.get(index++)).setCoder(RowCoder.of(output.getValue()));
      result = result.and(output.getKey(), rows.setRowSchema(output.getValue()));
    }
    return result;
  }

  private static final class StepFn extends DoFn<Row, Row> {
    private final RowStep step;
    private final Schema input;
    private final List<TupleTag<Row>> tags;
    private transient Deque<RowStep.Processor> idle;
    private transient Map<BoundedWindow, InWindow> busy;
    private transient InWindow current;

    StepFn(RowStep step, Schema input, List<TupleTag<Row>> tags) {
      this.step = step;
      this.input = input;
      this.tags = new ArrayList<>(tags);
    }

    @Setup
    public void setup() {
      idle = new ArrayDeque<>(List.of(step.start(input)));
      busy = new HashMap<>();
    }

    @StartBundle
    public void start() {
      // What a bundle that failed has counted.
      busy.values().forEach(each -> each.processor.finish((output, row) -> {}));
      rest();
    }

    @ProcessElement
    public void process(
        @Element Row row,
        @Timestamp Instant timestamp,
        BoundedWindow window,
        MultiOutputReceiver out) {
      if (current == null || !current.window.equals(window)) {
        current = busy.computeIfAbsent(window, this::in);
      }
      current.last = timestamp;
      current.processor.process(
          row, (output, emitted) -> out.get(tags.get(output)).output(emitted));
    }

    @FinishBundle
    public void finish(FinishBundleContext context) {
      for (InWindow each : busy.values()) {
        each.processor.finish(
            (output, row) -> context.output(tags.get(output), row, each.last, each.window));
      }
      rest();
    }

    private InWindow in(BoundedWindow window) {
      return new InWindow(window, idle.isEmpty() ? step.start(input) : idle.pop());
    }

    private void rest() {
      busy.values().forEach(each -> idle.push(each.processor));
      busy.clear();
      current = null;
    }
  }

  /** The processor of one window's rows, so that its counts belong to that window. */
  private static final class InWindow {
    final BoundedWindow window;
    final RowStep.Processor processor;
    Instant last;

    InWindow(BoundedWindow window, RowStep.Processor processor) {
      this.window = window;
      this.processor = processor;
    }
  }
}
