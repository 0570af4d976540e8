package io.beamhouse.io.files;

import io.beamhouse.core.rowwise.RowWiseStep;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;

/** Reads a fixed list of files; see {@link ReadFiles} for the guarantees. */
final class RowsFromFiles extends PTransform<PBegin, ReadFiles.Result> {
  private final RowFilesSource source;
  private final Schema schema;
  private final boolean quarantine;

  private RowsFromFiles(RowFilesSource source, Schema schema, boolean quarantine) {
    this.source = source;
    this.schema = schema;
    this.quarantine = quarantine;
  }

  /** Reads {@code files} into rows of {@code schema}, which holds all their columns. */
  static RowsFromFiles of(FileSet files, Schema schema, ReadColumns columns, boolean quarantine) {
    Schema rows = ReadTask.withColumns(schema, columns.filename(), columns.source());
    ReadTask task =
        new ReadTask(
            files.layouts(),
            rows,
            columns.filename(),
            columns.source(),
            columns.step(),
            quarantine,
            quarantine);
    return new RowsFromFiles(new RowFilesSource(files.files(), task), rows, quarantine);
  }

  @Override
  public ReadFiles.Result expand(PBegin begin) {
    PCollection<Outcome> outcomes = begin.apply("Records", Read.from(source));
    if (!quarantine) {
      PCollection<Row> rows = outcomes.apply("Rows", ParDo.of(new RowFn()));
      return new ReadFiles.Result(rows.setRowSchema(schema), null);
    }
    TupleTag<Row> good = new TupleTag<>("output");
    TupleTag<Row> bad = new TupleTag<>("quarantined");
    PCollectionTuple split =
        outcomes.apply(
            "Rows", ParDo.of(new SplitFn(good, bad)).withOutputTags(good, TupleTagList.of(bad)));
    return new ReadFiles.Result(
        split.get(good).setRowSchema(schema), split.get(bad).setRowSchema(ReadTask.QUARANTINED));
  }

  /** Reads good and bad records into one collection, for {@link MixedRecords} to tell apart. */
  PTransform<PBegin, PCollection<Row>> mixed() {
    return new Mixed(source, MixedRecords.schema(schema));
  }

  /** What {@link #mixed} gives, told apart. */
  RowWiseStep sorting(String errorOutput) {
    return new MixedRecordsStep(
        new MixedRecords(schema, errorOutput, FileCounts.of(source.files()), null));
  }

  Schema schema() {
    return schema;
  }

  private static final class Mixed extends PTransform<PBegin, PCollection<Row>> {
    private final RowFilesSource source;
    private final Schema mixed;

    Mixed(RowFilesSource source, Schema mixed) {
      this.source = source;
      this.mixed = mixed;
    }

    @Override
    public PCollection<Row> expand(PBegin begin) {
      return begin
          .apply("Records", Read.from(source))
          .apply("Rows", ParDo.of(new MixFn(mixed)))
          .setRowSchema(mixed);
    }
  }

  private static final class MixFn extends DoFn<Outcome, Row> {
    private final Schema mixed;

    MixFn(Schema mixed) {
      this.mixed = mixed;
    }

    @ProcessElement
    public void process(@Element Outcome outcome, OutputReceiver<Row> output) {
      output.output(MixedRecords.wrapped(mixed, outcome));
    }
  }

  private static final class RowFn extends DoFn<Outcome, Row> {
    @ProcessElement
    public void process(@Element Outcome outcome, OutputReceiver<Row> output) {
      output.output(outcome.row());
    }
  }

  private static final class SplitFn extends DoFn<Outcome, Row> {
    private final TupleTag<Row> good;
    private final TupleTag<Row> bad;

    SplitFn(TupleTag<Row> good, TupleTag<Row> bad) {
      this.good = good;
      this.bad = bad;
    }

    @ProcessElement
    public void process(@Element Outcome outcome, MultiOutputReceiver output) {
      if (outcome.kind() != Outcome.Kind.COUNTS) {
        output.get(outcome.good() ? good : bad).output(outcome.row());
      }
    }
  }
}
