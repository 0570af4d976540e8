package io.beamhouse.testing;

import io.beamhouse.core.Evolving;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;

/**
 * A main class in a JVM of its own, to be killed, stopped and continued by a test.
 *
 * <pre>{@code
 * try (ChildJvm child = ChildJvm.of(Main.class.getName())
 *     .withProperty("beamhouse.faults", "state.done:before:halt")
 *     .withArguments("run", spec).start()) {
 *   assertThat(child.waitFor(Duration.ofMinutes(1))).isEqualTo(137);
 * }
 * }</pre>
 *
 * <p>{@link #close} kills the process and its descendants. Signals need a POSIX system.
 */
@Evolving
public final class ChildJvm implements AutoCloseable {
  /** What starts fast; the builder's own arguments come later and win. */
  private static final List<String> SHORT_LIVED =
      List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

  private final Process process;
  private final Path log;

  private ChildJvm(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  /** Starts describing a JVM with this JVM's class path. */
  public static Builder of(String mainClass) {
    return new Builder(mainClass);
  }

  /** What to start. */
  @Evolving
  public static final class Builder {
    private final String mainClass;
    private String classPath = System.getProperty("java.class.path");
    private File directory = new File("").getAbsoluteFile();
    private final List<String> jvmArguments = new ArrayList<>();
    private final List<String> arguments = new ArrayList<>();
    private final Map<String, String> environment = new TreeMap<>();

    private Builder(String mainClass) {
      this.mainClass = mainClass;
    }

    public Builder withClassPath(String value) {
      classPath = value;
      return this;
    }

    /** JVM options: {@code -Xmx256m}, {@code --add-opens=…}. */
    public Builder withJvmArguments(String... values) {
      jvmArguments.addAll(List.of(values));
      return this;
    }

    public Builder withProperty(String name, String value) {
      jvmArguments.add("-D" + name + "=" + value);
      return this;
    }

    public Builder withArguments(String... values) {
      arguments.addAll(List.of(values));
      return this;
    }

    public Builder withEnvironment(String name, String value) {
      environment.put(name, value);
      return this;
    }

    public Builder inDirectory(Path value) {
      directory = value.toFile();
      return this;
    }

    public ChildJvm start() {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(SHORT_LIVED);
      command.addAll(jvmArguments);
      command.addAll(List.of("-cp", classPath, mainClass));
      command.addAll(arguments);
      try {
        Path log = Files.createTempFile("child-jvm", ".log");
        ProcessBuilder builder =
            new ProcessBuilder(command)
                .directory(directory)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(environment);
        return new ChildJvm(builder.start(), log);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  /**
   * Waits for the end and returns the exit status; 128 + n after signal n.
   *
   * @throws AssertionError with the output when it is still running after {@code timeout}
   */
  public int waitFor(Duration timeout) {
    try {
      if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError("still running after " + timeout + "; output:\n" + output());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  /** Waits until {@code condition} holds; fails with the output when it ends or time runs out. */
  public void waitUntil(BooleanSupplier condition, Duration timeout) {
    long end = System.nanoTime() + timeout.toNanos();
    while (!condition.getAsBoolean()) {
      if (!process.isAlive() || System.nanoTime() > end) {
        String state = process.isAlive() ? "timed out" : "ended with " + process.exitValue();
        throw new AssertionError(state + "; output:\n" + output());
      }
      try {
        process.waitFor(50, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      }
    }
  }

  /** Waits until the output holds {@code text}. */
  public void waitForOutput(String text, Duration timeout) {
    waitUntil(() -> output().contains(text), timeout);
  }

  /** Returns what was printed so far, standard output and error together. */
  public String output() {
    try {
      return new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  public long pid() {
    return process.pid();
  }

  /** The processes that this one has started, such as a cluster's executors. */
  public Stream<ProcessHandle> descendants() {
    return process.descendants();
  }

  /** Kills the process as {@code kill -9} does. */
  public void kill() {
    process.destroyForcibly();
  }

  /** Stops the process as {@code kill -STOP} does; {@link #resume} continues it. */
  public void stop() {
    signal("-STOP");
  }

  public void resume() {
    signal("-CONT");
  }

  private void signal(String name) {
    try {
      Process kill = new ProcessBuilder("kill", name, Long.toString(pid())).inheritIO().start();
      if (kill.waitFor() != 0) {
        throw new IllegalStateException("kill " + name + " failed; is the process gone?");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    try {
      process.waitFor();
      Files.deleteIfExists(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
