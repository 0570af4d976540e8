package io.beamhouse.io.delta.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.values.Row;

/** Gives nested rows, which were read by the names in files, the table's own names. */
final class ColumnNames {
  private ColumnNames() {}

  /** Returns a function for non-null values of {@code type}, or null when it holds no rows. */
  static UnaryOperator<Object> renaming(FieldType type) {
    return switch (type.getTypeName()) {
      case ROW -> row(type.getRowSchema());
      case ARRAY, ITERABLE -> Containers.elements(renaming(type.getCollectionElementType()));
      case MAP ->
          Containers.entries(renaming(type.getMapKeyType()), renaming(type.getMapValueType()));
      default -> null;
    };
  }

  private static UnaryOperator<Object> row(Schema schema) {
    List<UnaryOperator<Object>> fields = new ArrayList<>();
    schema.getFields().forEach(field -> fields.add(renaming(field.getType())));
    return value -> {
      Object[] values = ((Row) value).getValues().toArray();
      for (int i = 0; i < values.length; i++) {
        if (values[i] != null && fields.get(i) != null) {
          values[i] = fields.get(i).apply(values[i]);
        }
      }
      return Row.withSchema(schema).attachValues(Arrays.asList(values));
    };
  }
}
