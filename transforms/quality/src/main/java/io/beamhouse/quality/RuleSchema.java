package io.beamhouse.quality;

import io.beamhouse.core.error.Problems;
import io.beamhouse.core.row.SchemaJson;
import java.util.function.Predicate;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;

/** The schema that a rule meets, and where it says what does not fit. */
final class RuleSchema {
  private final Schema schema;
  private final Problems problems;
  private final Origin origin;

  RuleSchema(Schema schema, Problems problems, Origin origin) {
    this.schema = schema;
    this.problems = problems;
    this.origin = origin;
  }

  Schema schema() {
    return schema;
  }

  void problem(String key, String what) {
    origin.add(problems, key, what);
  }

  /** Returns the index of {@code column}; -1 with a problem. */
  int index(String column, String key) {
    if (schema.hasField(column)) {
      return schema.indexOf(column);
    }
    problem(
        key,
        "no column '"
            + column
            + "'"
            + Problems.didYouMean(column, schema.getFieldNames())
            + "; columns: "
            + String.join(", ", schema.getFieldNames()));
    return -1;
  }

  /** Returns the index of a column of an allowed kind; -1 with a problem. */
  int index(String column, String key, Predicate<ColumnKind> allowed, String wanted) {
    int index = index(column, key);
    if (index >= 0 && !allowed.test(kind(index))) {
      problem(key, wanted + ", and column '" + column + "' is " + typeName(type(index)));
      return -1;
    }
    return index;
  }

  FieldType type(int index) {
    return schema.getField(index).getType();
  }

  ColumnKind kind(int index) {
    return ColumnKind.of(type(index));
  }

  /** Returns what {@code literal} means for the column; null with a problem. */
  Comparable<?> value(Literal literal, int index, String key) {
    ColumnKind kind = kind(index);
    try {
      return kind.parse(literal.text());
    } catch (RuntimeException e) {
      // What the parsers of numbers, times and UUIDs throw has no common type.
      problem(
          key,
          "'"
              + literal.text()
              + "' is not "
              + kind.words()
              + ", as column '"
              + schema.getField(index).getName()
              + "' ("
              + typeName(type(index))
              + ") needs");
      return null;
    }
  }

  static String typeName(FieldType type) {
    try {
      return SchemaJson.typeName(type);
    } catch (IllegalArgumentException e) {
      return type.getLogicalType().getIdentifier();
    }
  }
}
