package io.beamhouse.transforms.flatten;

import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.Field;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.values.Row;

/**
 * A scalar that is reached through structs only.
 *
 * @param names on the way
 * @param nullable whether it or a struct on the way may be null
 */
record ValuePath(
    String path, List<String> names, List<Integer> indexes, FieldType type, boolean nullable) {

  /** Returns the scalar at {@code path}, null when there is none. */
  static ValuePath find(Schema schema, String path) {
    List<String> names = new ArrayList<>();
    List<Integer> indexes = new ArrayList<>();
    boolean nullable = false;
    Schema at = schema;
    String reached = "";
    while (at != null) {
      Field next = null;
      for (Field field : at.getFields()) {
        String there = FieldPath.field(reached, field.getName());
        if (path.equals(there) || path.startsWith(there + ".")) {
          next = field;
          break;
        }
      }
      if (next == null) {
        return null;
      }
      reached = FieldPath.field(reached, next.getName());
      names.add(next.getName());
      indexes.add(at.indexOf(next.getName()));
      nullable |= next.getType().getNullable();
      if (reached.equals(path)) {
        FieldType type = next.getType();
        boolean scalar =
            !type.getTypeName().isCompositeType()
                && !type.getTypeName().isCollectionType()
                && !type.getTypeName().isMapType();
        return scalar ? new ValuePath(path, names, indexes, type, nullable) : null;
      }
      at = next.getType().getRowSchema();
    }
    return null;
  }

  Object of(Row row) {
    Object value = row;
    for (int i = 0; i < indexes.size() && value != null; i++) {
      value = ((Row) value).getValue(indexes.get(i));
    }
    return value;
  }
}
