package io.beamhouse.io.jdbc;

import io.beamhouse.core.error.Problems;
import io.beamhouse.core.error.SpecException;
import java.io.Serializable;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.Field;

/** A table to write to, matched with the rows that come. */
record WriteTarget(SqlConnection connection, Relation relation, WriteColumns columns)
    implements Serializable {

  /** Finds the table and checks that every field fits its column; lists all that do not. */
  static WriteTarget of(SqlWrite spec, SqlConnection database, Schema input) {
    Dialect dialect = database.dialect();
    Connection connection = database.open();
    Catalog catalog;
    try {
      catalog = Catalog.describe(connection, database, Relation.tables(spec.table(), dialect));
    } finally {
      Transactions.closeQuietly(connection);
    }
    List<String> problems = new ArrayList<>();
    List<Column> columns = new ArrayList<>();
    for (Field field : input.getFields()) {
      Optional<Column.Description> found = catalog.find(field.getName());
      // A decimal without precision holds whatever comes.
      Optional<ColumnType> type =
          found.flatMap(f -> dialect.type(f, new NumericPolicy("decimal(38,18)")));
      if (found.isEmpty()) {
        problems.add("field '" + field.getName() + "' has no column");
      } else if (type.isEmpty()) {
        problems.add(
            "column '" + field.getName() + "' has the unsupported type " + found.get().typeName());
      } else {
        Column.Description one = found.get();
        Column column = new Column(one.name(), one.text(), type.get().type(), one.nullable());
        RowBinder.mismatch(field.getType(), column).ifPresent(problems::add);
        columns.add(column);
      }
    }
    List<String> keys = named(spec.keys(), columns, problems);
    List<String> sequence =
        spec.sequence().isEmpty() ? List.of() : named(List.of(spec.sequence()), columns, problems);
    if (!problems.isEmpty()) {
      throw new SpecException(
          "table " + catalog.relation().label(),
          String.join("; ", problems) + ". Select, rename or cast the fields before writing.");
    }
    return new WriteTarget(
        database,
        catalog.relation(),
        new WriteColumns(columns, keys, sequence.isEmpty() ? "" : sequence.get(0)));
  }

  private static List<String> named(
      List<String> names, List<Column> columns, List<String> problems) {
    List<String> result = new ArrayList<>();
    for (String name : names) {
      Optional<Column> found =
          columns.stream().filter(c -> c.name().equalsIgnoreCase(name)).findFirst();
      found.map(Column::name).ifPresent(result::add);
      if (found.isEmpty()) {
        problems.add(
            "no field '"
                + name
                + "'"
                + Problems.didYouMean(name, columns.stream().map(Column::name).toList()));
      }
    }
    return result;
  }

  Dialect dialect() {
    return connection.dialect();
  }

  String table() {
    return relation.sql(dialect());
  }

  /** A table beside this one. */
  String beside(String name) {
    List<String> parts = new ArrayList<>(relation.parts());
    parts.set(parts.size() - 1, name);
    return new Relation(parts, "").sql(dialect());
  }

  RowBinder binder() {
    return new RowBinder(columns.columns());
  }
}
