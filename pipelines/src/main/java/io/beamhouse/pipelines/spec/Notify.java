package io.beamhouse.pipelines.spec;

import io.beamhouse.core.Internal;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Who is told of the end of a run.
 *
 * @param targets in the order of the spec
 */
@Internal
public record Notify(List<Target> targets) {
  public static final Notify NONE = new Notify(List.of());

  public Notify {
    targets = List.copyOf(targets);
  }

  /** How a run, or the attempt to make one, ended. */
  @Internal
  public enum Outcome {
    SUCCESS,
    FAILURE,
    /** A gate refused the data. */
    GATE,
    NOTHING_NEW;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What a notification travels by. */
  @Internal
  public enum Type {
    WEBHOOK,
    SLACK,
    OCI_NOTIFICATIONS,
    COMMAND,
    FILE,
    KAFKA;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What a notification looks like. */
  @Internal
  public enum Format {
    SUMMARY,
    SLACK,
    CLOUDEVENTS;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * One who is told.
   *
   * @param name known by; a notification that could not be sent yet is kept under it
   * @param url as written: it may be, or hold, references to secrets
   * @param headers as written, too
   * @param path directory of files; null for other types
   * @param command program and arguments; empty for other types
   * @param settings of Kafka's producer, as written
   * @param timeout for one notification
   * @param repeatAfter when the same end is told again
   */
  @Internal
  public record Target(
      String name,
      Type type,
      Set<Outcome> on,
      Format format,
      String url,
      Map<String, String> headers,
      String path,
      List<String> command,
      String topic,
      Map<String, String> settings,
      Duration timeout,
      Duration repeatAfter) {}
}
