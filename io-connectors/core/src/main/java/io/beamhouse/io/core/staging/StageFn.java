package io.beamhouse.io.core.staging;

import io.beamhouse.core.rowwise.RowStep;
import io.beamhouse.core.rowwise.RowSteps;
import io.beamhouse.core.rowwise.Tally;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TupleTag;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Steps and stagings at work. What a bundle counted leaves with its end, and a bundle that failed
 * leaves nothing.
 */
final class StageFn extends DoFn<Row, KV<Integer, byte[]>> {
  /**
   * An output of the steps: staged, or rows.
   *
   * @param joined whether its records go with those of another output, which is counted
   * @param staging null for rows
   */
  record Output(
      String name,
      boolean joined,
      @Nullable RowStaging staging,
      TupleTag<KV<Integer, byte[]>> records,
      TupleTag<Row> rows,
      TupleTag<Row> refused)
      implements Serializable {
    /** {@code into} is the output whose records these go with; its own name for itself. */
    static Output of(String name, String into, @Nullable RowStaging staging) {
      return new Output(
          name,
          !name.equals(into),
          staging,
          new TupleTag<>("records " + into) {},
          new TupleTag<>("rows " + name) {},
          new TupleTag<>("refused " + name) {});
    }
  }

  /** Takes an element for an output, in a bundle or at its end. */
  private interface Outlet {
    <T> void put(TupleTag<T> tag, T value);
  }

  private final RowSteps steps;
  private final Schema input;
  private final ArrayList<Output> outputs;
  private final TupleTag<KV<Integer, byte[]>> tallies;
  private final boolean counted;
  private final boolean passedOn;

  private transient RowStep.Processor processor;
  private transient List<Staged> staged;
  private transient Tally tally;
  private transient Outlet outlet;

  StageFn(
      RowSteps steps,
      Schema input,
      List<Output> outputs,
      TupleTag<KV<Integer, byte[]>> tallies,
      boolean counted,
      boolean passedOn) {
    this.counted = counted;
    this.passedOn = passedOn;
    this.steps = steps;
    this.input = input;
    this.outputs = new ArrayList<>(outputs);
    this.tallies = tallies;
  }

  /** One output at work. */
  private final class Staged implements RowStaging.Records {
    private final Output output;
    private final RowStaging.Stage stage;
    private long in;
    private long refused;

    Staged(Output output) {
      this.output = output;
      this.stage = output.staging() == null ? null : output.staging().start();
    }

    void take(Row row) {
      if (stage == null) {
        outlet.put(output.rows(), row);
      } else {
        in++;
        stage.stage(row, this);
      }
    }

    @Override
    public void add(int key, byte[] record) {
      outlet.put(output.records(), KV.of(key, record));
    }

    @Override
    public void refuse(Row row) {
      refused++;
      outlet.put(output.refused(), row);
    }
  }

  @Setup
  public void setup() {
    processor = steps.start(input);
    staged = new ArrayList<>();
    outputs.forEach(output -> staged.add(new Staged(output)));
  }

  @StartBundle
  public void startBundle() {
    // What a bundle that failed has counted and written is nobody's.
    processor.finish((output, row) -> {});
    tally = new Tally();
    for (Staged one : staged) {
      one.in = 0;
      one.refused = 0;
      if (one.stage != null) {
        one.stage.begin();
      }
    }
  }

  @ProcessElement
  public void process(@Element Row row, MultiOutputReceiver receiver) {
    outlet =
        new Outlet() {
          @Override
          public <T> void put(TupleTag<T> tag, T value) {
            receiver.get(tag).output(value);
          }
        };
    processor.process(row, this::emit);
  }

  private void emit(int output, Row row) {
    if (output == staged.size()) {
      tally.add(row);
    } else {
      staged.get(output).take(row);
    }
  }

  @FinishBundle
  public void finishBundle(FinishBundleContext context) {
    outlet =
        new Outlet() {
          @Override
          public <T> void put(TupleTag<T> tag, T value) {
            context.output(tag, value, GlobalWindow.INSTANCE.maxTimestamp(), GlobalWindow.INSTANCE);
          }
        };
    processor.finish(this::emit);
    for (Staged one : staged) {
      if (one.stage != null && counted && !one.output.joined()) {
        tally.add(one.output.name(), Tally.IN, one.in);
      }
      if (one.refused > 0) {
        tally.add(one.output.name(), Tally.REFUSED, one.refused);
      }
    }
    boolean anywhere = false;
    for (Staged one : staged) {
      if (one.stage != null) {
        one.stage.finish(one);
        if (!tally.isEmpty() && !one.output.joined()) {
          one.add(TallyRecords.KEY, TallyRecords.encode(tally));
        }
        anywhere = true;
      }
    }
    if ((!anywhere || passedOn) && !tally.isEmpty()) {
      outlet.put(tallies, KV.of(TallyRecords.KEY, TallyRecords.encode(tally)));
    }
  }

  @Teardown
  public void teardown() {
    if (staged != null) {
      staged.stream().filter(one -> one.stage != null).forEach(one -> one.stage.abandon());
    }
  }
}
