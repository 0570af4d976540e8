package io.beamhouse.io.core.pane;

import io.beamhouse.core.Internal;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.io.core.increment.SinkContext;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.joda.time.Instant;
import org.joda.time.format.DateTimeFormatter;
import org.joda.time.format.ISODateTimeFormat;

/**
 * What a window gave at once, by its exact name and its content.
 *
 * <p>The name is (stream, window, index) and nothing that grows: windows end out of order and late
 * panes follow much newer ones, so no number could order them.
 *
 * @param stream what the embedder calls the stream; empty for a sink that needs no name
 * @param window start and end of the window; {@code global} for the global one
 * @param index of the pane in its window, from 0
 * @param timing EARLY, ON_TIME, LATE or UNKNOWN
 * @param content number and bytes of its rows, and a sum of their hashes, in whatever order
 */
@Internal
public record Pane(String stream, String window, long index, String timing, PaneContent content)
    implements Serializable {
  private static final Pattern STREAM = Pattern.compile("[A-Za-z0-9._-]{1,100}");
  private static final DateTimeFormatter TIME = ISODateTimeFormat.basicDateTime().withZoneUTC();

  static Pane of(String stream, BoundedWindow window, PaneInfo info, PaneContent content) {
    return new Pane(stream, name(window), info.getIndex(), info.getTiming().name(), content);
  }

  /** Returns {@code token} if it can name a stream. */
  public static String checkedStream(String token) {
    if (!STREAM.matcher(token).matches()) {
      throw new SpecException(
          "stream token",
          "found '"
              + token
              + "'; allowed are 1 to 100 letters, digits, '.', '_' and '-', the same ones whenever"
              + " the pipeline is started again");
    }
    return token;
  }

  private static String name(BoundedWindow window) {
    if (window instanceof IntervalWindow interval) {
      return name(interval.start()) + "-" + name(interval.end());
    }
    if (window instanceof GlobalWindow) {
      return "global";
    }
    throw new IllegalStateException("a window of an unknown kind: " + window.getClass());
  }

  private static String name(Instant time) {
    return TIME.print(time);
  }

  /** The pane within its stream. */
  public String name() {
    return window + "/" + index;
  }

  /** For the history of what is committed. */
  public Map<String, String> facts() {
    TreeMap<String, String> facts = new TreeMap<>();
    if (!stream.isEmpty()) {
      facts.put("stream", stream);
    }
    facts.put("window", window);
    facts.put("pane", String.valueOf(index));
    facts.put("timing", timing);
    return facts;
  }

  /** The pane as a run of its own of a sink that keeps manifests. */
  public SinkContext context() {
    String id = UUID.nameUUIDFromBytes(stream.getBytes(StandardCharsets.UTF_8)).toString();
    return new SinkContext(id, "window." + window, index + 1, 0, 1, content.digest());
  }
}
