package io.beamhouse.testing.kafka;

import io.beamhouse.core.Evolving;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaFuture;

/**
 * A Kafka broker (KRaft, one node) in a JVM of its own, to be killed, paused and started again on
 * the same ports with the same data.
 *
 * <pre>{@code
 * try (KafkaBroker broker = KafkaBroker.in(directory).start()) {
 *   broker.createTopic("events", 3);
 *   broker.kill();
 *   broker.restart();
 * }
 * }</pre>
 *
 * <p>Topics are never created by themselves. {@link #close} and the end of this JVM end the broker;
 * its files stay. The broker's jars are found beside this class, in {@code target/home}, or where
 * the system property {@code beamhouse.kafka.home} says. Signals need a POSIX system.
 */
@Evolving
public final class KafkaBroker implements AutoCloseable {
  private static final long START_SECONDS = 60;

  private final Path directory;
  private final Map<String, Integer> ports;
  private final KeyStores keys;
  private Process process;
  private Path log;
  private Admin admin;

  private KafkaBroker(Path directory, Map<String, Integer> ports, KeyStores keys) {
    this.directory = directory;
    this.ports = ports;
    this.keys = keys;
  }

  /** Starts describing a broker with its files in {@code directory}. */
  public static Builder in(Path directory) {
    return new Builder(directory);
  }

  /** What to start. */
  @Evolving
  public static final class Builder {
    private final Path directory;
    private final Map<String, String> settings = new TreeMap<>();
    private String username;
    private String password;

    private Builder(Path directory) {
      this.directory = directory.toAbsolutePath();
    }

    /** A setting of server.properties. */
    public Builder withSetting(String key, String value) {
      settings.put(key, value);
      return this;
    }

    /** Also listens for SASL_SSL with PLAIN, and for TLS with certificates of clients. */
    public Builder withSecurity(String user, String secret) {
      username = user;
      password = secret;
      return this;
    }

    /** Starts the broker and waits until it takes requests. */
    public KafkaBroker start() {
      try {
        Files.createDirectories(directory);
        Map<String, Integer> ports = freePorts("CONTROLLER", "PLAINTEXT", "SASL", "MTLS");
        BrokerSettings broker =
            new BrokerSettings(directory.resolve("data"), ports.get("CONTROLLER"))
                .listener("PLAINTEXT", "PLAINTEXT", ports.get("PLAINTEXT"));
        KeyStores keys = null;
        if (username != null) {
          keys = KeyStores.in(directory);
          secure(broker, ports, keys);
        }
        broker.setAll(settings).write(directory.resolve("server.properties"));
        KafkaBroker started = new KafkaBroker(directory, ports, keys);
        Runtime.getRuntime().addShutdownHook(new Thread(started::end, "stop Kafka"));
        started.restart();
        return started;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
    }

    private void secure(BrokerSettings broker, Map<String, Integer> ports, KeyStores keys) {
      broker
          .listener("SASL", "SASL_SSL", ports.get("SASL"))
          .listener("MTLS", "SSL", ports.get("MTLS"))
          .set("listener.name.mtls.ssl.client.auth", "required")
          .set("sasl.enabled.mechanisms", "PLAIN")
          .set(
              "listener.name.sasl.plain.sasl.jaas.config",
              "org.apache.kafka.common.security.plain.PlainLoginModule required \"user_"
                  + username
                  + "\"=\""
                  + password
                  + "\";")
          .set("ssl.keystore.type", "PKCS12")
          .set("ssl.keystore.location", keys.broker().toString())
          .set("ssl.keystore.password", KeyStores.PASSWORD)
          .set("ssl.truststore.type", "PKCS12")
          .set("ssl.truststore.location", keys.trusted().toString())
          .set("ssl.truststore.password", KeyStores.PASSWORD);
    }
  }

  /** Without encryption. */
  public String bootstrapServers() {
    return "localhost:" + ports.get("PLAINTEXT");
  }

  /** For SASL_SSL with PLAIN. */
  public String saslServers() {
    return "localhost:" + ports.get("SASL");
  }

  /** For TLS with a client's certificate. */
  public String mutualTlsServers() {
    return "localhost:" + ports.get("MTLS");
  }

  /** The store with the certificates to trust; PKCS12, its password is {@link #storePassword}. */
  public Path trustStore() {
    return keys.trusted();
  }

  /** The store with a client's key; PKCS12, its password is {@link #storePassword}. */
  public Path clientKeyStore() {
    return keys.client();
  }

  public String storePassword() {
    return KeyStores.PASSWORD;
  }

  /** A client for whatever has no method here. */
  public synchronized Admin admin() {
    if (admin == null) {
      admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers()));
    }
    return admin;
  }

  public void createTopic(String name, int partitions) {
    createTopic(name, partitions, Map.of());
  }

  /**
   * Creates a topic.
   *
   * @param configs of the topic: {@code cleanup.policy} and the like
   */
  public void createTopic(String name, int partitions, Map<String, String> configs) {
    NewTopic topic = new NewTopic(name, partitions, (short) 1).configs(configs);
    get(admin().createTopics(List.of(topic)).all());
  }

  public void deleteTopic(String name) {
    get(admin().deleteTopics(List.of(name)).all());
  }

  /**
   * Adds partitions to a topic.
   *
   * @param total how many partitions there are then
   */
  public void addPartitions(String topic, int total) {
    get(admin().createPartitions(Map.of(topic, NewPartitions.increaseTo(total))).all());
  }

  /** Kills the broker as {@code kill -9} does. */
  public void kill() {
    end();
  }

  /** Starts the broker again after {@link #kill}, and waits until it takes requests. */
  public synchronized void restart() {
    if (process != null && process.isAlive()) {
      throw new IllegalStateException("the broker is running");
    }
    Path jars = home().resolve("jars");
    if (!Files.isDirectory(jars)) {
      throw new IllegalStateException(
          "no jars of a broker in " + jars + "; build this module with Maven first");
    }
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-Dlog4j2.level=ERROR"));
    Collections.addAll(
        command,
        "-cp",
        ownClasses() + File.pathSeparator + jars.resolve("*"),
        BrokerMain.class.getName(),
        directory.resolve("server.properties").toString(),
        state().toString());
    try {
      log = directory.resolve("broker.log");
      Files.deleteIfExists(log);
      Files.deleteIfExists(state());
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      awaitReady();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private void awaitReady() throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (!said().equals(BrokerMain.READY)) {
      if (!process.isAlive() || System.nanoTime() > end) {
        end();
        throw new IllegalStateException("the broker did not start: " + said() + "\n" + output());
      }
      process.waitFor(50, TimeUnit.MILLISECONDS);
    }
  }

  private Path state() {
    return directory.resolve("state");
  }

  private String said() throws IOException {
    return Files.exists(state()) ? Files.readString(state(), StandardCharsets.UTF_8) : "";
  }

  /** What the broker printed since its last start. */
  public String output() throws IOException {
    return Files.exists(log) ? Files.readString(log, StandardCharsets.UTF_8) : "";
  }

  /** Stops the process as {@code kill -STOP} does; {@link #resume} continues it. */
  public void pause() {
    signal("-STOP");
  }

  public void resume() {
    signal("-CONT");
  }

  public long pid() {
    return process.pid();
  }

  private void signal(String name) {
    try {
      Process kill =
          new ProcessBuilder("kill", name, Long.toString(process.pid())).inheritIO().start();
      if (kill.waitFor() != 0) {
        throw new IllegalStateException("kill " + name + " failed; is the broker gone?");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private synchronized void end() {
    if (process != null) {
      process.destroyForcibly();
      try {
        process.waitFor();
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      if (admin != null) {
        admin.close(java.time.Duration.ZERO);
        admin = null;
      }
    }
    end();
  }

  private static Map<String, Integer> freePorts(String... names) throws IOException {
    Map<String, Integer> ports = new TreeMap<>();
    List<ServerSocket> open = new ArrayList<>();
    for (String name : names) {
      ServerSocket socket = new ServerSocket(0);
      open.add(socket);
      ports.put(name, socket.getLocalPort());
    }
    for (ServerSocket socket : open) {
      socket.close();
    }
    return ports;
  }

  private static Path home() {
    String given = System.getProperty("beamhouse.kafka.home");
    // The classes are in target/classes or in target/….jar.
    return given == null ? ownClasses().resolveSibling("home") : Path.of(given);
  }

  private static Path ownClasses() {
    try {
      return Path.of(KafkaBroker.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void get(KafkaFuture<?> future) {
    try {
      future.get(START_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      throw interrupted(e);
    } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
      throw new IllegalStateException(e);
    }
  }

  private static IllegalStateException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new IllegalStateException("interrupted", e);
  }
}
