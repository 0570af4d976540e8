package io.beamhouse.io.files;

import io.beamhouse.core.row.Quarantined;
import java.io.Serializable;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;

/**
 * How files become rows; the same for all files of a read.
 *
 * @param layouts that files refer to by index
 * @param schema of the rows: that of the layouts, widened, and the columns below
 * @param filenameColumn gets the file's path; empty for none
 * @param sourceColumn gets {@code file:record} where the file does not have it; empty for none
 * @param step names the reading step in quarantined rows
 * @param quarantine whether bad records go there; otherwise they fail the read
 * @param counted whether the counts of each file follow its records
 */
record ReadTask(
    List<ReadLayout> layouts,
    Schema schema,
    String filenameColumn,
    String sourceColumn,
    String step,
    boolean quarantine,
    boolean counted)
    implements Serializable {
  /** A raw record: its text, or its bytes when they are not in the file's encoding. */
  static final Schema RAW =
      Schema.builder()
          .addNullableStringField("record")
          .addNullableField("record_bytes", FieldType.BYTES)
          .build();

  static final Schema QUARANTINED = Quarantined.schema(FieldType.row(RAW));

  /** Adds the columns that the task adds to the records' own. */
  static Schema withColumns(Schema schema, String filenameColumn, String sourceColumn) {
    Schema.Builder with = Schema.builder().addFields(schema.getFields());
    for (String column : new String[] {filenameColumn, sourceColumn}) {
      if (!column.isEmpty() && !schema.hasField(column)) {
        with.addStringField(column);
      }
    }
    return with.build();
  }
}
