package io.beamhouse.io.files;

import io.beamhouse.core.rowwise.RowStep;
import io.beamhouse.core.rowwise.Tally;
import java.util.Arrays;
import java.util.LinkedHashMap;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.values.Row;

/**
 * Good and bad records, and counts of files, as rows of one schema: one of its fields is there.
 *
 * @param name of the step that files are counted by; null when they are not
 */
record MixedRecords(Schema good, String errorOutput, FileCounts files, String name)
    implements RowStep {
  static Schema schema(Schema good) {
    return Schema.builder()
        .addNullableField("good", FieldType.row(good))
        .addNullableField("bad", FieldType.row(ReadTask.QUARANTINED))
        .addNullableField("counts", FieldType.row(Outcome.COUNTS))
        .build();
  }

  /** Wraps a record for {@link #start}. */
  static Row wrapped(Schema mixed, Outcome outcome) {
    Row row = outcome.row();
    return Row.withSchema(mixed)
        .attachValues(
            switch (outcome.kind()) {
              case GOOD -> Arrays.asList(row, null, null);
              case BAD -> Arrays.asList(null, row, null);
              case COUNTS -> Arrays.asList(null, null, row);
            });
  }

  MixedRecords talliedAs(String step) {
    return new MixedRecords(good, errorOutput, files, step);
  }

  @Override
  public LinkedHashMap<String, Schema> outputs(Schema input) {
    LinkedHashMap<String, Schema> outputs = new LinkedHashMap<>();
    outputs.put(OUTPUT, good);
    outputs.put(errorOutput, ReadTask.QUARANTINED);
    if (name != null) {
      outputs.put(Tally.TAG, Tally.SCHEMA);
    }
    return outputs;
  }

  @Override
  public Processor start(Schema input) {
    return (row, out) -> {
      Row record = row.getValue(0);
      if (record != null) {
        out.emit(0, record);
        return;
      }
      Row bad = row.getValue(1);
      if (bad != null) {
        out.emit(1, bad);
      } else if (name != null) {
        files.tally(name, row.getValue(2), tally -> out.emit(2, tally));
      }
    };
  }
}
