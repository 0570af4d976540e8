package io.beamhouse.testing.events;

import io.beamhouse.core.Evolving;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;

/**
 * What became of events that were sent, event by event: the ledger of who sent them, held against
 * the tables of {@code youflix/events-silver.yaml}.
 *
 * @param sent records that the broker has acknowledged
 * @param events distinct good ones
 * @param duplicates good events that were sent again
 * @param bad records that belong into quarantine
 * @param lost good events that are not in the table
 * @param doubled rows of the table beyond one for each event
 * @param unknown rows of the table that nobody sent, or that are bad
 * @param wrongSessions sessions that are missing, too many, or do not have the events that were
 *     sent of them
 * @param paired sessions with start and stop
 * @param open sessions with a start only
 * @param stopOnly sessions with a stop only
 * @param quarantined records in quarantine
 */
@Evolving
public record EventsProof(
    long sent,
    long events,
    long duplicates,
    long bad,
    long lost,
    long doubled,
    long unknown,
    long wrongSessions,
    long paired,
    long open,
    long stopOnly,
    long quarantined) {

  /** Reads Delta tables; whoever proves something chooses by what. */
  @Evolving
  @FunctionalInterface
  public interface Tables {
    /** Hands over the values of {@code columns} of each row of a table that exists. */
    void forEachRow(Path table, List<String> columns, Consumer<List<Object>> each);
  }

  /** The events of a session that were sent. */
  private static final class Session {
    private String start;
    private String stop;
  }

  /**
   * Compares.
   *
   * @param ledger what an {@link EventLedger} wrote
   */
  public static EventsProof of(Path ledger, Path lake, Tables tables) throws IOException {
    Set<String> good = new HashSet<>();
    Map<String, Session> sessions = new HashMap<>();
    long[] counts = new long[3]; // sent, duplicates, bad
    readLedger(ledger, good, sessions, counts);
    Path silver = lake.resolve("silver/youflix");
    Set<String> found = new HashSet<>();
    long[] rows = new long[2]; // all, of those nobody sent
    rows(
        tables,
        silver.resolve("events"),
        List.of("event_id"),
        row -> {
          rows[0]++;
          found.add((String) row.get(0));
          rows[1] += good.contains(row.get(0)) ? 0 : 1;
        });
    long[] pairs = new long[4]; // paired, open, stop only, wrong
    rows(
        tables,
        silver.resolve("watch_sessions"),
        List.of("session_id", "start_event", "stop_event"),
        row -> compare(sessions.remove((String) row.get(0)), row, pairs));
    long[] quarantined = new long[1];
    rows(
        tables,
        lake.resolve("quarantine/events"),
        List.of("copies"),
        row -> quarantined[0] += ((Number) row.get(0)).longValue());
    long lost = good.stream().filter(id -> !found.contains(id)).count();
    return new EventsProof(
        counts[0],
        good.size(),
        counts[1],
        counts[2],
        lost,
        rows[0] - found.size(),
        rows[1],
        pairs[3] + sessions.size(),
        pairs[0],
        pairs[1],
        pairs[2],
        quarantined[0]);
  }

  /** Whether each event is where it belongs, once. */
  public boolean holds() {
    return lost == 0
        && doubled == 0
        && unknown == 0
        && wrongSessions == 0
        && quarantined == bad
        && sent == events + duplicates + bad
        && events == 2 * paired + open + stopOnly;
  }

  /** As a sum for people. */
  public String sum() {
    return String.format(
        Locale.ROOT,
        "%,d events in = %,d of %,d paired sessions + %,d open + %,d whose start is to come"
            + " + %,d quarantined + %,d duplicates",
        sent,
        2 * paired,
        paired,
        open,
        stopOnly,
        quarantined,
        duplicates);
  }

  private static void readLedger(
      Path ledger, Set<String> good, Map<String, Session> sessions, long[] counts)
      throws IOException {
    try (BufferedReader lines = Files.newBufferedReader(ledger)) {
      lines.readLine(); // header
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] fields = line.split(",", -1);
        counts[0]++;
        if (EventKind.valueOf(fields[0].toUpperCase(Locale.ROOT)).isBad()) {
          counts[2]++;
        } else if (good.add(fields[2])) {
          Session session = sessions.computeIfAbsent(fields[3], id -> new Session());
          if (fields[1].equals("start")) {
            session.start = fields[2];
          } else {
            session.stop = fields[2];
          }
        } else {
          counts[1]++;
        }
      }
    }
  }

  private static void compare(Session sent, List<Object> row, long[] pairs) {
    String start = (String) row.get(1);
    String stop = (String) row.get(2);
    pairs[start == null ? 2 : stop == null ? 1 : 0]++;
    if (sent == null || !Objects.equals(sent.start, start) || !Objects.equals(sent.stop, stop)) {
      pairs[3]++;
    }
  }

  private static void rows(
      Tables tables, Path table, List<String> columns, Consumer<List<Object>> each) {
    if (Files.exists(table.resolve("_delta_log"))) {
      tables.forEachRow(table, columns, each);
    }
  }
}
