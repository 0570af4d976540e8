package io.beamhouse.transforms.flatten;

import java.util.Arrays;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;

/**
 * A struct whose fields become columns.
 *
 * @param present column that says whether it is there, -1 when it always is
 */
record StructNode(Schema schema, Node[] fields, int present) implements Node {
  @Override
  public void write(Object value, FlatRow row) {
    if (present >= 0) {
      row.set(present, value != null);
    }
    if (value == null) {
      return;
    }
    Row struct = (Row) value;
    for (int i = 0; i < fields.length; i++) {
      fields[i].write(struct.getValue(i), row);
    }
  }

  @Override
  public Object read(StoredRow row) {
    if (present >= 0 && !Boolean.TRUE.equals(row.get(present))) {
      return null;
    }
    Object[] values = new Object[fields.length];
    for (int i = 0; i < fields.length; i++) {
      values[i] = fields[i].read(row);
    }
    return Row.withSchema(schema).attachValues(Arrays.asList(values));
  }
}
