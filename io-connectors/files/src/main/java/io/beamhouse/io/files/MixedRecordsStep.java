package io.beamhouse.io.files;

import io.beamhouse.core.rowwise.RowStep;
import io.beamhouse.core.rowwise.RowWiseStep;

/** {@link MixedRecords} as the first step behind a source, whose files are counted by its name. */
final class MixedRecordsStep extends RowWiseStep {
  private final MixedRecords records;

  MixedRecordsStep(MixedRecords records) {
    super(records);
    this.records = records;
  }

  @Override
  public RowStep rowStep(String name) {
    return records.talliedAs(name);
  }
}
