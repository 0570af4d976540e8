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
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.joda.time.DateTime;
import org.joda.time.DateTimeZone;
import org.joda.time.Duration;
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
 * @param start of the window; of the global one the earliest time there is
 * @param end of the window
 * @param index of the pane in its window, from 0
 * @param timing EARLY, ON_TIME, LATE or UNKNOWN
 * @param content number and bytes of its rows, and a sum of their hashes, in whatever order
 */
@Internal
public record Pane(
    String stream, Instant start, Instant end, long index, String timing, PaneContent content)
    implements Serializable {
  private static final Pattern STREAM = Pattern.compile("[A-Za-z0-9._-]{1,100}");
  private static final DateTimeFormatter TIME = ISODateTimeFormat.basicDateTime().withZoneUTC();
  private static final DateTimeFormatter DAY = ISODateTimeFormat.basicDate().withZoneUTC();
  private static final int PANES = 1000;

  static Pane of(String stream, BoundedWindow window, PaneInfo info, PaneContent content) {
    Instant start =
        window instanceof IntervalWindow interval
            ? interval.start()
            : BoundedWindow.TIMESTAMP_MIN_VALUE;
    Instant end = window.maxTimestamp().plus(Duration.millis(1));
    return new Pane(stream, start, end, info.getIndex(), info.getTiming().name(), content);
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

  /** Start and end of the window; {@code global} for the global one. */
  public String window() {
    return isGlobal() ? "global" : TIME.print(start) + "-" + TIME.print(end);
  }

  private boolean isGlobal() {
    return start.equals(BoundedWindow.TIMESTAMP_MIN_VALUE);
  }

  /** The pane within its stream. */
  public String name() {
    return window() + "/" + index;
  }

  /** For the history of what is committed. */
  public Map<String, String> facts() {
    TreeMap<String, String> facts = new TreeMap<>();
    if (!stream.isEmpty()) {
      facts.put("stream", stream);
    }
    facts.put("window", window());
    facts.put("pane", String.valueOf(index));
    facts.put("timing", timing);
    return facts;
  }

  /**
   * The pane as a run of a sink that keeps manifests, whose readers take runs in order and only
   * chunks of one run in any: so a day is one run of a sink of its own, and {@code HHmmss} and the
   * index make the chunk.
   */
  public SinkContext context() {
    String id = UUID.nameUUIDFromBytes(stream.getBytes(StandardCharsets.UTF_8)).toString();
    if (isGlobal()) {
      return new SinkContext(id, "global", index + 1, 0, 1, content.digest());
    }
    DateTime time = start.toDateTime(DateTimeZone.UTC);
    int clock =
        time.getHourOfDay() * 10_000 + time.getMinuteOfHour() * 100 + time.getSecondOfMinute();
    StringBuilder sink = new StringBuilder("day.").append(DAY.print(start));
    if (time.getMillisOfSecond() > 0) {
      sink.append('.').append(time.getMillisOfSecond());
    }
    if (index >= PANES) {
      sink.append('-').append(index / PANES);
    }
    return new SinkContext(
        id, sink.toString(), 1, clock * PANES + (int) (index % PANES), 1, content.digest());
  }
}
