package io.beamhouse.io.files;

import io.beamhouse.core.rowwise.RowStep;
import java.util.Arrays;
import java.util.LinkedHashMap;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.values.Row;

/** Good and bad records as rows of one schema: one of the two fields is there. */
record MixedRecords(Schema good, String errorOutput) implements RowStep {
  static Schema schema(Schema good) {
    return Schema.builder()
        .addNullableField("good", FieldType.row(good))
        .addNullableField("bad", FieldType.row(ReadTask.QUARANTINED))
        .build();
  }

  /** Wraps a record for {@link #start}. */
  static Row wrapped(Schema mixed, Outcome outcome) {
    Row row = outcome.row();
    return Row.withSchema(mixed)
        .attachValues(outcome.good() ? Arrays.asList(row, null) : Arrays.asList(null, row));
  }

  @Override
  public LinkedHashMap<String, Schema> outputs(Schema input) {
    LinkedHashMap<String, Schema> outputs = new LinkedHashMap<>();
    outputs.put(OUTPUT, good);
    outputs.put(errorOutput, ReadTask.QUARANTINED);
    return outputs;
  }

  @Override
  public Processor start(Schema input) {
    return (row, out) -> {
      Row record = row.getValue(0);
      if (record != null) {
        out.emit(0, record);
      } else {
        out.emit(1, row.getValue(1));
      }
    };
  }
}
