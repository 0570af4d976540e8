package io.beamhouse.runners.direct;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * A database on an embedded PostgreSQL server.
 *
 * <p>{@link #close} ends the server and deletes its files; the caller runs it on Ctrl-C too.
 */
final class DemoDatabase implements AutoCloseable {
  private final EmbeddedPostgres server;

  private DemoDatabase(EmbeddedPostgres server) {
    this.server = server;
  }

  /** Starts the server with the YouFlix platform database. */
  static DemoDatabase start(Path directory) throws IOException, SQLException {
    return start(directory, "demo/youflix.sql");
  }

  /**
   * Starts the server in {@code directory}.
   *
   * @param resource statements that create the tables
   */
  static DemoDatabase start(Path directory, String resource) throws IOException, SQLException {
    EmbeddedPostgres server =
        EmbeddedPostgres.builder().setDataDirectory(directory).setCleanDataDirectory(true).start();
    DemoDatabase database = new DemoDatabase(server);
    Runtime.getRuntime().addShutdownHook(new Thread(database::stop, "stop PostgreSQL"));
    database.run(resource);
    return database;
  }

  String url() {
    return "jdbc:postgresql://localhost:" + server.getPort() + "/postgres";
  }

  String username() {
    return "postgres";
  }

  String password() {
    return "postgres";
  }

  Connection connect() throws SQLException {
    return DriverManager.getConnection(url(), username(), password());
  }

  /** Runs the statements of a class-path resource in one transaction. */
  void run(String resource) throws IOException, SQLException {
    try (InputStream in = DemoDatabase.class.getClassLoader().getResourceAsStream(resource)) {
      if (in == null) {
        throw new IOException("no resource " + resource);
      }
      String sql = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      try (Connection connection = connect();
          Statement statement = connection.createStatement()) {
        connection.setAutoCommit(false);
        statement.execute(sql);
        connection.commit();
      }
    }
  }

  private void stop() {
    try {
      server.close();
    } catch (IOException e) {
      throw new UncheckedIOException("PostgreSQL could not be stopped; end its process by hand", e);
    }
  }

  /** Stops the server; it is stopped on Ctrl-C too. */
  @Override
  public void close() {
    stop();
  }
}
