package io.beamhouse.runners.spark;

import io.beamhouse.core.row.RowTypes;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.Field;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.values.Row;

/** A PostgreSQL server that holds as many equal copies of the platform database as tests want. */
final class YouFlix implements AutoCloseable {
  static final List<String> TABLES = List.of("users", "subscriptions");

  private final EmbeddedPostgres server;

  private YouFlix(EmbeddedPostgres server) {
    this.server = server;
  }

  static YouFlix start() throws IOException, SQLException {
    YouFlix youFlix = new YouFlix(EmbeddedPostgres.start());
    youFlix.execute("postgres", "CREATE DATABASE wave1");
    youFlix.execute("wave1", script("wave-1.sql"));
    return youFlix;
  }

  /** Creates a database as it is after the first wave. */
  void create(String database) throws SQLException {
    execute("postgres", "CREATE DATABASE " + database + " TEMPLATE wave1");
  }

  void secondWave(String database) throws IOException, SQLException {
    execute(database, script("wave-2.sql"));
  }

  String url(String database) {
    return "jdbc:postgresql://localhost:" + server.getPort() + "/" + database;
  }

  /** Returns a table's rows, read without Beamhouse. */
  List<Row> rows(String database, String table) throws SQLException {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT * FROM " + table)) {
      Schema schema = schema(result);
      List<Row> rows = new ArrayList<>();
      while (result.next()) {
        List<Object> values = new ArrayList<>();
        for (Field field : schema.getFields()) {
          values.add(value(result, field));
        }
        rows.add(Row.withSchema(schema).addValues(values).build());
      }
      return rows;
    }
  }

  private static Schema schema(ResultSet result) throws SQLException {
    Schema.Builder schema = Schema.builder();
    for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
      FieldType type =
          switch (result.getMetaData().getColumnTypeName(i)) {
            case "int8" -> FieldType.INT64;
            case "bool" -> FieldType.BOOLEAN;
            case "date" -> RowTypes.DATE;
            case "timestamptz" -> RowTypes.TIMESTAMP;
            case "timestamp" -> RowTypes.LOCAL_DATETIME;
            case "numeric" -> RowTypes.decimal(8, 2);
            default -> FieldType.STRING;
          };
      schema.addNullableField(result.getMetaData().getColumnName(i), type);
    }
    return schema.build();
  }

  private static Object value(ResultSet result, Field field) throws SQLException {
    String name = field.getName();
    if (result.getObject(name) == null) {
      return null;
    }
    if (RowTypes.is(field.getType(), RowTypes.DATE)) {
      return result.getObject(name, LocalDate.class);
    }
    if (RowTypes.is(field.getType(), RowTypes.TIMESTAMP)) {
      return result.getObject(name, OffsetDateTime.class).toInstant();
    }
    return RowTypes.is(field.getType(), RowTypes.LOCAL_DATETIME)
        ? result.getObject(name, LocalDateTime.class)
        : result.getObject(name);
  }

  private void execute(String database, String sql) throws SQLException {
    try (Connection connection = connect(database);
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private Connection connect(String database) throws SQLException {
    return DriverManager.getConnection(url(database), "postgres", "postgres");
  }

  private static String script(String name) throws IOException {
    try (InputStream in = YouFlix.class.getResourceAsStream("/youflix/" + name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
