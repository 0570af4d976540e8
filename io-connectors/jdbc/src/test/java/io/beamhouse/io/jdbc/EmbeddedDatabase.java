package io.beamhouse.io.jdbc;

import io.beamhouse.core.secret.SecretRef;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One real PostgreSQL server for a whole JVM of tests; each test takes a database of its own.
 *
 * <p>The server is started at first use and stopped when the JVM ends.
 */
public final class EmbeddedDatabase implements AutoCloseable {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private static final class Server {
    static final EmbeddedPostgres POSTGRES = start();
    static final Path PASSWORD = password();

    private static EmbeddedPostgres start() {
      try {
        return EmbeddedPostgres.builder()
            .setServerConfig("max_prepared_transactions", "5")
            .setServerConfig("fsync", "off")
            .start();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private static Path password() {
      try {
        Path file = Files.createTempFile("password", ".txt");
        Files.writeString(file, "postgres\n");
        file.toFile().deleteOnExit();
        return file;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private final String name;

  private EmbeddedDatabase(String name) {
    this.name = name;
  }

  /** A new, empty database. */
  public static EmbeddedDatabase create() {
    String name = "test" + NUMBER.incrementAndGet();
    try (Connection admin = Server.POSTGRES.getPostgresDatabase().getConnection();
        Statement statement = admin.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    return new EmbeddedDatabase(name);
  }

  public String url() {
    return "jdbc:postgresql://localhost:" + Server.POSTGRES.getPort() + "/" + name;
  }

  public String username() {
    return "postgres";
  }

  /** A reference that resolves to the password: {@code ${file:...}}. */
  public String password() {
    return "${file:" + Server.PASSWORD + "}";
  }

  public SqlConnection connection() {
    return SqlConnection.to(url())
        .withUsername(username())
        .withPassword(SecretRef.parse(password()));
  }

  /** Opens a connection of the superuser; the caller closes it. */
  public Connection open() throws SQLException {
    return DriverManager.getConnection(url(), username(), "postgres");
  }

  /** Executes statements in one transaction each. */
  public void execute(String... statements) {
    try (Connection connection = open();
        Statement statement = connection.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The rows of a query, each as its values' texts joined by {@code |}. */
  public List<String> rows(String query) {
    try (Connection connection = open();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(query)) {
      List<String> result = new ArrayList<>();
      while (rows.next()) {
        List<String> values = new ArrayList<>();
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          values.add(rows.getString(i));
        }
        result.add(String.join("|", values));
      }
      return result;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    try (Connection admin = Server.POSTGRES.getPostgresDatabase().getConnection();
        Statement statement = admin.createStatement()) {
      statement.execute("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
