package io.beamhouse.transforms.flatten;

import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.row.Quarantined;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.join.CoGbkResult;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TupleTag;

/** Runs an {@link Assembler}. */
abstract class AssembleFn<T> extends DoFn<T, Row> {
  static final TupleTag<Row> ROWS = new TupleTag<>("rows");
  static final TupleTag<Row> FAILED = new TupleTag<>("failed");

  private final String plan;
  private final boolean quarantine;
  private transient Assembler assembler;
  private transient Schema failed;

  AssembleFn(String plan, boolean quarantine) {
    this.plan = plan;
    this.quarantine = quarantine;
  }

  @Setup
  public void setup() {
    Flattening flattening = Assembler.of(plan);
    assembler = new Assembler(flattening);
    failed = Quarantined.schema(FieldType.row(flattening.tables().get(0).schema()));
  }

  Flattening flattening() {
    return assembler.flattening();
  }

  void assemble(Row main, StoredRow.Family family, MultiOutputReceiver out) {
    Row row;
    try {
      row = assembler.assemble(main, family);
    } catch (BadRowException e) {
      bad(main, e.rule(), e.getMessage(), out);
      return;
    }
    out.get(ROWS).output(row);
  }

  void bad(Row main, String rule, String message, MultiOutputReceiver out) {
    if (!quarantine) {
      throw new DataRefusedException(
          "UnflattenRows: "
              + message
              + ". Give all rows of all tables, each once, or error_handling to set such rows"
              + " aside.");
    }
    out.get(FAILED).output(Quarantined.row(failed, main, message, rule, "UnflattenRows", null));
  }

  /** For plans without child tables. */
  static final class EachFn extends AssembleFn<Row> {
    EachFn(String plan, boolean quarantine) {
      super(plan, quarantine);
    }

    @ProcessElement
    public void process(@Element Row main, MultiOutputReceiver out) {
      assemble(main, new StoredRow.Family(), out);
    }
  }

  /** For the rows of one root, by table. */
  static final class GroupedFn extends AssembleFn<KV<String, CoGbkResult>> {
    GroupedFn(String plan, boolean quarantine) {
      super(plan, quarantine);
    }

    @ProcessElement
    public void process(@Element KV<String, CoGbkResult> root, MultiOutputReceiver out) {
      StoredRow.Family family = new StoredRow.Family();
      Row main = null;
      boolean several = false;
      for (TableLayout table : flattening().tables()) {
        Iterable<Row> rows =
            root.getValue().getAll(new TupleTag<Row>(Integer.toString(table.index())));
        for (Row row : rows) {
          if (!table.isMain()) {
            family.add(table, row);
          } else if (main == null) {
            main = row;
          } else {
            several = true;
            bad(row, "keys", "several rows of the main table have one key", out);
          }
        }
      }
      if (several) {
        bad(main, "keys", "several rows of the main table have one key", out);
      } else if (main == null) {
        bad(null, "parent", family.left() + " rows of child tables have no main row", out);
      } else {
        assemble(main, family, out);
      }
    }
  }
}
