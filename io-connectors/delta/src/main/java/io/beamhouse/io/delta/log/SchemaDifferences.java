package io.beamhouse.io.delta.log;

import io.beamhouse.core.error.Problems;
import io.beamhouse.core.row.SchemaJson;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.Field;

/** Says where rows do not fit a table; all differences at once. */
final class SchemaDifferences {
  private SchemaDifferences() {}

  /**
   * Compares the rows to be written with the table's columns. A nullable column that the rows lack
   * is null in them and no difference.
   *
   * @param rows storable form of the rows' schema
   */
  static void of(Schema rows, Schema table, String path, Problems problems) {
    for (Field field : rows.getFields()) {
      if (!table.hasField(field.getName())) {
        problems.add(
            field.getName(),
            "not a column of Delta table "
                + path
                + " (columns: "
                + String.join(", ", table.getFieldNames())
                + ")"
                + Problems.didYouMean(field.getName(), table.getFieldNames()));
        continue;
      }
      Field column = table.getField(field.getName());
      String found = SchemaJson.typeName(field.getType());
      String wanted = SchemaJson.typeName(column.getType());
      if (!found.equals(wanted)) {
        problems.add(
            field.getName(), "rows have " + found + ", the column of Delta table is " + wanted);
      } else if (field.getType().getNullable() && !column.getType().getNullable()) {
        problems.add(field.getName(), "rows may be null, the column of Delta table may not");
      }
    }
    for (Field column : table.getFields()) {
      if (!rows.hasField(column.getName()) && !column.getType().getNullable()) {
        problems.add(column.getName(), "missing in the rows, and the column may not be null");
      }
    }
  }
}
