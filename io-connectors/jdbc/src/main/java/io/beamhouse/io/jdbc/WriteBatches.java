package io.beamhouse.io.jdbc;

import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.row.Quarantined;
import io.beamhouse.core.step.DurableSteps;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TupleTag;
import org.joda.time.Instant;

/** Functions that write the rows of a bundle in batches. */
final class WriteBatches {
  private WriteBatches() {}

  /**
   * How bundles write.
   *
   * @param sql executed for each row
   * @param staged whether the statement's first parameter names the bundle
   * @param quarantine whether refused rows are put out instead of failing the bundle
   */
  record Plan(
      WriteTarget target, String sql, boolean staged, int batch, boolean quarantine, String step)
      implements Serializable {}

  /**
   * Writes rows and puts out one (part, count) a bundle.
   *
   * <p>May run twice: upserts give the same table, a staged part that did not come through the
   * shuffle is never moved, and plain appends say so.
   */
  static final class WriteFn extends DoFn<Row, KV<String, Long>> {
    static final TupleTag<KV<String, Long>> PARTS = new TupleTag<>("parts") {};
    static final TupleTag<Row> REFUSED = new TupleTag<>("refused") {};

    private final Plan plan;
    private final Schema quarantined;
    private transient BatchWriter writer;
    private transient List<Row> batch;
    private transient Map<Row, Place> places;
    private transient String part;
    private transient long written;
    private transient List<Refusal> refusals;

    private record Place(Instant time, BoundedWindow window) {}

    private record Refusal(Row row, Place place) {}

    WriteFn(Plan plan, Schema input) {
      this.plan = plan;
      quarantined = Quarantined.schema(Schema.FieldType.row(input));
    }

    @StartBundle
    public void start() {
      batch = new ArrayList<>();
      places = new IdentityHashMap<>();
      refusals = new ArrayList<>();
      written = 0;
      // Names a bundle attempt, so that what a failed one left behind is never taken.
      part = UUID.randomUUID().toString();
      if (writer != null) {
        writer.close();
        writer = null;
      }
    }

    @ProcessElement
    public void process(
        @Element Row row, @Timestamp Instant time, BoundedWindow window, MultiOutputReceiver out) {
      // The same instance may come twice in a batch; a copy of the shell keeps them apart.
      Row own = Row.withSchema(row.getSchema()).attachValues(row.getValues());
      batch.add(own);
      places.put(own, new Place(time, window));
      if (batch.size() >= plan.batch()) {
        flush();
        refusals.forEach(refusal -> out.get(REFUSED).output(refusal.row()));
        refusals.clear();
      }
    }

    @FinishBundle
    public void finish(FinishBundleContext context) {
      if (writer == null && batch.isEmpty()) {
        return;
      }
      flush();
      for (Refusal refusal : refusals) {
        context.output(REFUSED, refusal.row(), refusal.place().time(), refusal.place().window());
      }
      context.output(
          PARTS,
          KV.of(part, written),
          BoundedWindow.TIMESTAMP_MIN_VALUE,
          org.apache.beam.sdk.transforms.windowing.GlobalWindow.INSTANCE);
      close();
    }

    private void flush() {
      if (batch.isEmpty()) {
        return;
      }
      if (writer == null) {
        writer =
            new BatchWriter(
                plan.target().connection(),
                plan.sql(),
                plan.target().binder(),
                plan.staged() ? part : "",
                "writing " + plan.target().relation().label());
      }
      int before = refusals.size();
      if (plan.staged()) {
        DurableSteps.before("jdbc.stage");
      }
      writer.write(batch, this::refuse);
      if (plan.staged()) {
        DurableSteps.after("jdbc.stage");
      }
      written += batch.size() - (refusals.size() - before);
      batch.clear();
      places.clear();
    }

    private void refuse(Row row, String reason) {
      if (!plan.quarantine()) {
        throw new DataRefusedException(
            "A row cannot be written to "
                + plan.target().relation().label()
                + ": "
                + reason
                + ". Correct the data, or choose error_handling to set such rows aside.");
      }
      Row bad = Quarantined.row(quarantined, row, reason, "database", plan.step(), null);
      refusals.add(new Refusal(bad, places.get(row)));
    }

    private void close() {
      if (writer != null) {
        writer.close();
        writer = null;
      }
    }

    @Teardown
    public void teardown() {
      close();
    }
  }
}
