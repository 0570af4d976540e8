package io.beamhouse.io.jdbc;

import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.row.Quarantined;
import io.beamhouse.core.step.DurableSteps;
import io.beamhouse.io.core.staging.RowStaging;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.Row;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Writes the rows of a bundle to the staging table as a part of its own; a retry writes another.
 *
 * <p>Memory: one batch of rows.
 *
 * @param quarantine whether rows that the table cannot hold are put aside
 * @param step for quarantined rows
 */
record StagedRows(StagedCommit commit, Schema rows, int batch, boolean quarantine, String step)
    implements RowStaging {
  @Override
  public @Nullable Schema refused() {
    return quarantine ? Quarantined.schema(Schema.FieldType.row(rows)) : null;
  }

  @Override
  public Stage start() {
    return new Part(this);
  }

  /** Returns name and number of rows of a part. */
  static KV<String, Long> part(byte[] record) {
    String[] words = new String(record, StandardCharsets.UTF_8).split(" ", -1);
    return KV.of(words[0], Long.valueOf(words[1]));
  }

  private static final class Part implements Stage {
    private final StagedRows to;
    private final @Nullable Schema refused;
    private BatchWriter writer;
    private List<Row> batch;
    private String name;
    private long written;

    Part(StagedRows to) {
      this.to = to;
      this.refused = to.refused();
    }

    @Override
    public void begin() {
      abandon();
      batch = new ArrayList<>();
      // Names a bundle attempt, so that what a failed one left behind is never taken.
      name = UUID.randomUUID().toString();
      written = 0;
    }

    @Override
    public void stage(Row row, Records out) {
      // The same instance may come twice in a batch; a copy of the shell keeps them apart.
      batch.add(Row.withSchema(row.getSchema()).attachValues(row.getValues()));
      if (batch.size() >= to.batch) {
        flush(out);
      }
    }

    private void flush(Records out) {
      if (batch.isEmpty()) {
        return;
      }
      WriteTarget target = to.commit.target();
      if (writer == null) {
        writer =
            new BatchWriter(
                target.connection(),
                to.commit.insert(),
                target.binder(),
                name,
                "writing " + target.relation().label());
      }
      List<Row> bad = new ArrayList<>();
      DurableSteps.before("jdbc.stage");
      writer.write(batch, (row, reason) -> bad.add(refused(row, reason)));
      DurableSteps.after("jdbc.stage");
      written += batch.size() - bad.size();
      batch.clear();
      bad.forEach(out::refuse);
    }

    private Row refused(Row row, String reason) {
      if (refused == null) {
        throw new DataRefusedException(
            "A row cannot be written to "
                + to.commit.target().relation().label()
                + ": "
                + reason
                + ". Correct the data, or choose error_handling to set such rows aside.");
      }
      return Quarantined.row(refused, row, reason, "database", to.step, null);
    }

    @Override
    public void finish(Records out) {
      flush(out);
      if (written > 0) {
        out.add(0, (name + " " + written).getBytes(StandardCharsets.UTF_8));
      }
      abandon();
    }

    @Override
    public void abandon() {
      if (writer != null) {
        writer.close();
        writer = null;
      }
    }
  }
}
