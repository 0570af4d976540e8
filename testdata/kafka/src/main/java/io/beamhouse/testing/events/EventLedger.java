package io.beamhouse.testing.events;

import io.beamhouse.core.Evolving;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.EnumMap;
import java.util.Map;

/**
 * Keeps account of events that have arrived, and of no others; thread-safe.
 *
 * <p>With a file, each is a line {@code kind,type,event_id,session_id}, the header first. Memory:
 * three bits for each event.
 */
@Evolving
public final class EventLedger implements AutoCloseable {
  private final Writer file;
  private final BitSet events = new BitSet();
  private final BitSet starts = new BitSet();
  private final BitSet stops = new BitSet();
  private final Map<EventKind, Long> bad = new EnumMap<>(EventKind.class);
  private long sent;
  private long late;
  private long duplicates;

  public EventLedger() {
    this.file = null;
  }

  /** Writes to a new file as it goes. */
  public EventLedger(Path path) throws IOException {
    this.file = Files.newBufferedWriter(path, StandardCharsets.UTF_8);
    file.write("kind,type,event_id,session_id\n");
  }

  /** Takes down an event that was acknowledged. */
  public synchronized void sent(GeneratedEvent event) {
    sent++;
    if (event.kind().isBad()) {
      bad.merge(event.kind(), 1L, Long::sum);
    } else if (events.get(event.number())) {
      duplicates++;
    } else {
      events.set(event.number());
      (event.type().equals("start") ? starts : stops).set(event.session());
      late += event.kind() == EventKind.LATE ? 1 : 0;
    }
    if (file != null) {
      try {
        file.write(
            event.kind()
                + ","
                + event.type()
                + ","
                + event.eventId()
                + ","
                + event.sessionId()
                + "\n");
      } catch (IOException e) {
        throw new UncheckedIOException("the ledger could not be written", e);
      }
    }
  }

  public synchronized EventSummary summary() {
    BitSet paired = (BitSet) starts.clone();
    paired.and(stops);
    return new EventSummary(
        sent,
        events.cardinality(),
        late,
        duplicates,
        bad,
        paired.cardinality(),
        starts.cardinality() - paired.cardinality(),
        stops.cardinality() - paired.cardinality());
  }

  /** Brings the file up to date. */
  public synchronized void flush() throws IOException {
    if (file != null) {
      file.flush();
    }
  }

  @Override
  public synchronized void close() throws IOException {
    if (file != null) {
      file.close();
    }
  }
}
