package io.beamhouse.io.jdbc;

import java.io.Serializable;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.schemas.Schema;

/**
 * Everything a worker needs to read splits of one relation.
 *
 * @param columns in the order of the rows
 * @param order the columns that bounds are over: the cursor, then keys
 * @param where a condition of the user's; empty for none
 * @param changes whether rows carry {@code _deleted}, {@code _run} and {@code _source}
 * @param deleteFlag column that marks deleted rows; empty for none
 * @param keys of rows in a file of deleted keys
 * @param upTo cursor value of rows that stand for deleted keys
 * @param seen rows of the overlap that an earlier run took
 * @param snapshot exported by the driver's transaction; empty for none
 */
record TableRead(
    SqlConnection connection,
    Relation relation,
    List<Column> columns,
    List<Column> order,
    String where,
    NumericPolicy numeric,
    int fetchSize,
    boolean changes,
    String deleteFlag,
    List<String> keys,
    String upTo,
    Seen seen,
    String snapshot,
    long run)
    implements Serializable {
  static final String DELETED = "_deleted";
  static final String RUN = "_run";
  static final String SOURCE = "_source";

  TableRead withSnapshot(Optional<String> exported) {
    return new TableRead(
        connection,
        relation,
        columns,
        order,
        where,
        numeric,
        fetchSize,
        changes,
        deleteFlag,
        keys,
        upTo,
        seen,
        exported.orElse(""),
        run);
  }

  Schema schema() {
    Schema.Builder schema = rowSchema(columns);
    if (changes) {
      schema.addBooleanField(DELETED).addInt64Field(RUN).addStringField(SOURCE);
    }
    return schema.build();
  }

  static Schema.Builder rowSchema(List<Column> columns) {
    Schema.Builder schema = Schema.builder();
    columns.forEach(column -> schema.addField(column.field()));
    return schema;
  }

  /** {@code SELECT columns FROM relation WHERE split AND where}. */
  Sql select(Split split) {
    return where(new Sql(dialect()).add("SELECT ").names(columns), split);
  }

  /** Completes a statement with FROM and WHERE. */
  Sql where(Sql sql, Split split) {
    sql.add(" FROM ").add(relation.sql(dialect())).add(" WHERE ");
    split.condition(sql, order);
    return where.isBlank() ? sql : sql.add(" AND (").add(where).add(")");
  }

  Dialect dialect() {
    return connection.dialect();
  }
}
