package io.beamhouse.io.jdbc;

import io.beamhouse.core.Evolving;
import io.beamhouse.core.error.Problems;
import io.beamhouse.core.error.SourceFailedException;
import io.beamhouse.core.secret.SecretRef;
import java.io.Serializable;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * How to reach a database: address, user, timeouts. Immutable; holds a reference to the password,
 * never the password.
 *
 * <p>Each worker opens plain connections and closes them; there is no pool. Defaults: connect
 * timeout 10 s, socket timeout 30 min (a server that vanished is noticed), no query timeout.
 */
@Evolving
public final class SqlConnection implements Serializable {
  private static final long serialVersionUID = 1;
  private static final Pattern SECRET_IN_URL =
      Pattern.compile("(?i)([?&;](password|pwd|sslpassword)\\s*=)|(//[^/@\\s]*:[^/@\\s]*@)");
  private static final Pattern SECRET_PROPERTY = Pattern.compile("(?i).*(password|secret|token).*");
  private static final Pattern ORACLE_LOGIN =
      Pattern.compile("(?i)jdbc:oracle:[a-z]+:[^@]*/[^@]*@.*");

  private final String url;
  private final String username;
  private final SecretRef password;
  private final String driverClassName;
  private final TreeMap<String, String> properties;
  private final Duration connectTimeout;
  private final Duration socketTimeout;
  private final Duration queryTimeout;

  private SqlConnection(
      String url,
      String username,
      SecretRef password,
      String driverClassName,
      Map<String, String> properties,
      Duration connectTimeout,
      Duration socketTimeout,
      Duration queryTimeout) {
    this.url = url;
    this.username = username;
    this.password = password;
    this.driverClassName = driverClassName;
    this.properties = new TreeMap<>(properties);
    this.connectTimeout = connectTimeout;
    this.socketTimeout = socketTimeout;
    this.queryTimeout = queryTimeout;
  }

  /** A JDBC url without a password; refused with SpecException when there is one in it. */
  public static SqlConnection to(String url) {
    Problems problems = new Problems();
    check(url, Map.of(), problems);
    problems.throwIfAny();
    return new SqlConnection(
        url,
        null,
        null,
        null,
        Map.of(),
        Duration.ofSeconds(10),
        Duration.ofMinutes(30),
        Duration.ZERO);
  }

  public SqlConnection withUsername(String user) {
    return new SqlConnection(
        url,
        user,
        password,
        driverClassName,
        properties,
        connectTimeout,
        socketTimeout,
        queryTimeout);
  }

  public SqlConnection withPassword(SecretRef reference) {
    return new SqlConnection(
        url,
        username,
        reference,
        driverClassName,
        properties,
        connectTimeout,
        socketTimeout,
        queryTimeout);
  }

  /** Needed only for drivers that do not register themselves. */
  public SqlConnection withDriverClassName(String className) {
    return new SqlConnection(
        url,
        username,
        password,
        className,
        properties,
        connectTimeout,
        socketTimeout,
        queryTimeout);
  }

  /** The driver's own properties; secrets are refused. */
  public SqlConnection withProperties(Map<String, String> driverProperties) {
    Problems problems = new Problems();
    check(url, driverProperties, problems);
    problems.throwIfAny();
    return new SqlConnection(
        url,
        username,
        password,
        driverClassName,
        driverProperties,
        connectTimeout,
        socketTimeout,
        queryTimeout);
  }

  /** Zero means no limit. */
  public SqlConnection withTimeouts(Duration connect, Duration socket, Duration query) {
    return new SqlConnection(
        url, username, password, driverClassName, properties, connect, socket, query);
  }

  static void check(String url, Map<String, String> properties, Problems problems) {
    if (!url.startsWith("jdbc:")) {
      problems.add("url", "must start with jdbc:");
    }
    if (SECRET_IN_URL.matcher(url).find() || ORACLE_LOGIN.matcher(url).matches()) {
      problems.add(
          "url", "must not hold a password; give username and password: ${env:NAME} instead");
    }
    for (String name : properties.keySet()) {
      if (SECRET_PROPERTY.matcher(name).matches()) {
        problems.add(
            "connection_properties." + name,
            "secrets are refused here; give password: ${env:NAME} instead");
      }
    }
  }

  Dialect dialect() {
    return Dialect.of(url);
  }

  /** Where this leads, for messages: the url without its parameters. */
  @Override
  public String toString() {
    return url.replaceFirst("[?;].*$", "");
  }

  /** Opens a connection; the caller closes it. */
  Connection open() {
    return open(Map.of());
  }

  /** Opens a connection with more properties of the driver; the caller closes it. */
  Connection open(Map<String, String> more) {
    Dialect dialect = dialect();
    Properties all = new Properties();
    dialect.timeouts(connectTimeout, socketTimeout).forEach(all::setProperty);
    all.putAll(properties);
    all.putAll(more);
    if (username != null) {
      all.setProperty("user", username);
    }
    if (password != null) {
      all.setProperty("password", password.resolve());
    }
    try {
      Connection connection = connect(all);
      if (connection == null) {
        throw new SourceFailedException(
            "No JDBC driver for "
                + this
                + " on the class path. Add the driver's jar (--jars) or correct url.");
      }
      return connection;
    } catch (SQLException e) {
      throw SqlFailures.of(e, this, "connecting");
    }
  }

  int queryTimeoutSeconds() {
    return (int) Math.min(Integer.MAX_VALUE, (queryTimeout.toMillis() + 999) / 1000);
  }

  private Connection connect(Properties all) throws SQLException {
    Optional<Driver> named = driver();
    if (named.isPresent()) {
      return named.get().connect(url, all);
    }
    for (Driver driver : Collections.list(DriverManager.getDrivers())) {
      if (driver.acceptsURL(url)) {
        return driver.connect(url, all);
      }
    }
    return null;
  }

  private Optional<Driver> driver() {
    if (driverClassName == null) {
      return Optional.empty();
    }
    ClassLoader loader = Thread.currentThread().getContextClassLoader();
    try {
      return Optional.of(
          Class.forName(
                  driverClassName,
                  true,
                  loader == null ? SqlConnection.class.getClassLoader() : loader)
              .asSubclass(Driver.class)
              .getDeclaredConstructor()
              .newInstance());
    } catch (ReflectiveOperationException | ClassCastException e) {
      throw new SourceFailedException(
          "driver_class_name "
              + driverClassName
              + " cannot be loaded as a JDBC driver. Add its jar (--jars) or correct the name.",
          e);
    }
  }
}
