package io.beamhouse.io.core.pane;

import io.beamhouse.core.Internal;
import io.beamhouse.core.error.StateRefusedException;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.RowCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;

/**
 * Gives the rows of each pane to a sink, which commits them at once.
 *
 * <p>Input: rows in windows, bounded or unbounded. Output, in the window of the pane: what the sink
 * says of its commits, and the rows that it puts aside. Panes without rows are passed over.
 *
 * <p>All rows of a pane go to one worker: only so a pane has one number and one content, and the
 * commit knows that it has all of them. The runner keeps the rows of windows that have not fired;
 * the worker looks at one row at a time, twice.
 *
 * <p>The committing DoFn asks for stable input: a runner that tries a pane again must give the same
 * rows. One that cannot promise that, such as Spark's, refuses the pipeline.
 */
@Internal
public final class CommitPanes extends PTransform<PCollection<Row>, PCollectionTuple> {
  /** What the sink says of its commits. */
  public static final TupleTag<Row> RESULTS = new TupleTag<>("results") {};

  /** Rows that were put aside; empty when the sink puts none aside. */
  public static final TupleTag<Row> REFUSED = new TupleTag<>("refused") {};

  private final String stream;
  private final PaneSink sink;

  private CommitPanes(String stream, PaneSink sink) {
    this.stream = stream;
    this.sink = sink;
  }

  /**
   * Commits panes to {@code sink}.
   *
   * @param stream names the stream; empty for a sink that needs no name
   */
  public static CommitPanes of(String stream, PaneSink sink) {
    return new CommitPanes(stream, sink);
  }

  @Override
  public PCollectionTuple expand(PCollection<Row> rows) {
    PaneWindows.check(rows);
    Schema schema = rows.getSchema();
    PCollectionTuple committed =
        rows.apply("ToOne", ParDo.of(new ToOneFn()))
            .setCoder(KvCoder.of(VarIntCoder.of(), RowCoder.of(schema)))
            .apply("Pane", GroupByKey.create())
            .apply(
                "Commit",
                ParDo.of(new CommitFn(stream, sink, schema))
                    .withOutputTags(RESULTS, TupleTagList.of(REFUSED)));
    Schema refused = sink.refused() == null ? schema : sink.refused();
    committed.get(RESULTS).setRowSchema(sink.results());
    committed.get(REFUSED).setRowSchema(refused);
    return committed;
  }

  private static final class ToOneFn extends DoFn<Row, KV<Integer, Row>> {
    @ProcessElement
    public void process(@Element Row row, OutputReceiver<KV<Integer, Row>> out) {
      out.output(KV.of(0, row));
    }
  }

  private static final class CommitFn extends DoFn<KV<Integer, Iterable<Row>>, Row> {
    private final String stream;
    private final PaneSink sink;
    private final Schema schema;

    CommitFn(String stream, PaneSink sink, Schema schema) {
      this.stream = stream;
      this.sink = sink;
      this.schema = schema;
    }

    @RequiresStableInput
    @ProcessElement
    public void process(
        @Element KV<Integer, Iterable<Row>> grouped,
        BoundedWindow window,
        PaneInfo info,
        MultiOutputReceiver out) {
      Iterable<Row> rows = grouped.getValue();
      if (!rows.iterator().hasNext()) {
        return;
      }
      Pane pane = Pane.of(stream, window, info, PaneContent.of(schema, rows));
      try {
        sink.commit(
            pane,
            rows,
            result -> out.get(RESULTS).output(result),
            bad -> out.get(REFUSED).output(bad));
      } catch (StateRefusedException e) {
        throw new StateRefusedException(
            "Pane "
                + pane.name()
                + " of stream "
                + stream
                + " was committed before, and not with these rows ("
                + e.getMessage()
                + "). The source or its watermark is not the same as then. Nothing was changed."
                + " Choose: start from the runner's checkpoint; or take a new stream token, and"
                + " merge by key if the source gives rows again.",
            e);
      }
    }
  }
}
