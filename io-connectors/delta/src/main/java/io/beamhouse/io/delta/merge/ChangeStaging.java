package io.beamhouse.io.delta.merge;

import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.row.Quarantined;
import io.beamhouse.io.core.staging.RowStaging;
import java.util.Optional;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Turns rows into changes and finds their bucket; writes nothing.
 *
 * @param parents whether the rows are the parents of a merge per parent
 * @param refused schema of rows that cannot be merged; null fails on them
 */
record ChangeStaging(MergeShape shape, boolean parents, int buckets, @Nullable Schema refused)
    implements RowStaging {
  @Override
  public Stage start() {
    return new Encoding(this);
  }

  private static final class Encoding implements Stage {
    private final ChangeStaging to;
    private final ChangeEncoder encoder;

    Encoding(ChangeStaging to) {
      this.to = to;
      encoder = new ChangeEncoder(to.shape);
    }

    @Override
    public void begin() {}

    @Override
    public void stage(Row row, Records out) {
      Optional<ChangeEncoder.Refusal> refusal = encoder.encode(row);
      if (refusal.isEmpty()) {
        byte[] change = encoder.change();
        out.add(
            Hash64.bucket(encoder.hash(), to.buckets), to.parents ? Change.parent(change) : change);
      } else if (to.refused != null) {
        out.refuse(refused(row, refusal.get()));
      } else {
        throw new DataRefusedException(
            (to.parents ? "A parent of the merge has no place: " : "A change cannot be merged: ")
                + refusal.get().message()
                + (to.parents
                    ? ". Repair the data, or keep such rows and their children from the merge."
                    : ". Repair the data, or set error_handling to put such rows aside."));
      }
    }

    private Row refused(Row row, ChangeEncoder.Refusal refusal) {
      return Quarantined.row(
          to.refused, row, refusal.message(), refusal.rule(), "MergeIntoDelta", null);
    }

    @Override
    public void finish(Records out) {}

    @Override
    public void abandon() {}
  }

  /** The schema of refused rows of {@code rows}. */
  static Schema refusedSchema(Schema rows) {
    return Quarantined.schema(Schema.FieldType.row(rows));
  }
}
