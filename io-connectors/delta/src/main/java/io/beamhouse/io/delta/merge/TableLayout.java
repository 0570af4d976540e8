package io.beamhouse.io.delta.merge;

import io.beamhouse.core.error.Problems;
import io.beamhouse.io.delta.log.TableSnapshot;
import io.beamhouse.io.parquet.ParquetSchemas;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.Field;
import org.apache.parquet.schema.MessageType;

/**
 * Where the table has the columns of the merge.
 *
 * @param dataSchema what its files hold: all but the partition columns, in the table's order
 * @param dataColumns the merge's column of each of those
 * @param partitionNames the partition columns, in the table's order
 * @param partitionColumns the merge's column of each of those
 * @param required the merge's columns that the table does not let be null
 */
record TableLayout(
    Schema dataSchema,
    int[] dataColumns,
    List<String> partitionNames,
    int[] partitionColumns,
    int[] required)
    implements Serializable {

  /** Compares table and changes; throws with every difference at once. */
  static TableLayout of(TableSnapshot table, MergeShape shape) {
    check(table, shape);
    Schema.Builder data = Schema.builder();
    List<Integer> dataColumns = new ArrayList<>();
    List<Integer> required = new ArrayList<>();
    for (Field field : table.schema().getFields()) {
      int column = shape.stored().indexOf(field.getName());
      if (!table.partitionColumns().contains(field.getName())) {
        data.addField(field);
        dataColumns.add(column);
      }
      if (!field.getType().getNullable()) {
        required.add(column);
      }
    }
    return new TableLayout(
        data.build(),
        ints(dataColumns),
        table.partitionColumns(),
        ints(table.partitionColumns().stream().map(shape.stored()::indexOf).toList()),
        ints(required));
  }

  private static int[] ints(List<Integer> list) {
    return list.stream().mapToInt(i -> i).toArray();
  }

  private static void check(TableSnapshot table, MergeShape shape) {
    String where = "Delta table " + table.path();
    Problems problems = new Problems();
    if (table.columnMapped()) {
      problems.add(where, "column mapping is on, which a merge cannot write");
    }
    Schema stored = shape.stored();
    for (Field field : table.schema().getFields()) {
      Optional<ColumnType> type = ColumnType.of(field.getType());
      if (type.isEmpty()) {
        problems.add(
            where, "column '" + field.getName() + "' is nested; a merge works on flat tables only");
      } else if (!stored.hasField(field.getName())) {
        problems.add(where, missing(field.getName(), stored));
      } else {
        ColumnType given = ColumnType.of(stored.getField(field.getName()).getType()).orElseThrow();
        if (!given.equals(type.get())) {
          problems.add(
              where,
              "column '" + field.getName() + "' is " + type.get() + ", in the changes " + given);
        }
      }
    }
    for (String name : table.partitionColumns()) {
      if (stored.hasField(name) && shape.combining().has(stored.indexOf(name))) {
        problems.add(
            where,
            "column '" + name + "' is a partition column, which a merge with combine cannot move");
      }
    }
    for (String name : stored.getFieldNames()) {
      if (!table.schema().hasField(name)) {
        problems.add(
            where,
            "column '"
                + name
                + "' of the changes is not in the table; drop it or add it to the table first");
      }
    }
    problems.throwIfAny();
  }

  private static String missing(String name, Schema stored) {
    return stored.getFieldNames().stream()
        .filter(name::equalsIgnoreCase)
        .findFirst()
        .map(other -> "column '" + name + "' is written '" + other + "' in the changes")
        .orElse("column '" + name + "' is not in the changes");
  }

  /** The form of new files. */
  MessageType parquetSchema() {
    return ParquetSchemas.toParquet(dataSchema);
  }

  /** Says where rows of these partition values lie: {@code country=de/}, or nothing. */
  String directory(Map<String, String> values) {
    StringBuilder directory = new StringBuilder();
    for (String name : partitionNames) {
      String value = values.get(name);
      directory
          .append(escaped(name))
          .append('=')
          .append(value == null ? "__HIVE_DEFAULT_PARTITION__" : escaped(value))
          .append('/');
    }
    return directory.toString();
  }

  /** Hive's names of directories, in which only plain characters stand for themselves. */
  private static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    for (byte b : text.getBytes(java.nio.charset.StandardCharsets.UTF_8)) {
      boolean plain =
          (b >= '0' && b <= '9')
              || (b >= 'a' && b <= 'z')
              || (b >= 'A' && b <= 'Z')
              || b == '_'
              || b == '-'
              || b == '.';
      if (plain) {
        escaped.append((char) b);
      } else {
        escaped.append(String.format("_%02X", b & 0xFF));
      }
    }
    return escaped.toString();
  }
}
