package io.beamhouse.testing.kafka;

import java.io.ByteArrayOutputStream;
import java.io.FileReader;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Properties;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import kafka.tools.StorageTool;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;

/** The broker's process: formats its directory once, starts, and ends when its parent does. */
final class BrokerMain {
  static final String READY = "ready";

  private BrokerMain() {}

  /**
   * Runs the broker.
   *
   * @param arguments the path of server.properties, and that of a file for {@link #READY} or why
   *     the broker did not start
   */
  public static void main(String[] arguments) {
    try {
      serve(arguments[0], Path.of(arguments[1]));
    } catch (Throwable e) {
      say(Path.of(arguments[1]), e.toString());
      // Threads of a broker that failed to start keep the JVM alive.
      Runtime.getRuntime().halt(1);
    }
  }

  private static void serve(String file, Path state) throws IOException {
    Properties properties = new Properties();
    try (Reader reader = new FileReader(file, StandardCharsets.UTF_8)) {
      properties.load(reader);
    }
    if (!Files.exists(Path.of(properties.getProperty("log.dirs"), "meta.properties"))) {
      format(file);
    }
    KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(properties), Time.SYSTEM);
    server.startup();
    say(state, READY);
    endWithParent();
    server.awaitShutdown();
  }

  private static void say(Path state, String text) {
    try {
      Files.writeString(state, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void format(String file) {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    int status =
        StorageTool.execute(
            new String[] {"format", "-t", Uuid.randomUuid().toString(), "-c", file},
            new PrintStream(output, true, StandardCharsets.UTF_8));
    if (status != 0) {
      throw new IllegalStateException(output.toString(StandardCharsets.UTF_8));
    }
  }

  /** The parent never writes: what can be read is the end of its pipe. */
  private static void endWithParent() {
    Thread thread =
        new Thread(
            () -> {
              try {
                while (System.in.read() >= 0) {}
              } catch (IOException e) {
                Runtime.getRuntime().halt(1); // no pipe, no parent
              }
              Runtime.getRuntime().halt(0);
            },
            "end with parent");
    thread.setDaemon(true);
    thread.start();
  }
}
