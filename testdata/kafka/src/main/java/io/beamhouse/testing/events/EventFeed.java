package io.beamhouse.testing.events;

import io.beamhouse.core.Evolving;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/** Events of an {@link EventGenerator} in the order in which they are sent. Not thread-safe. */
@Evolving
public final class EventFeed {
  private static final int HOT_USERS = 10;
  private static final EventKind[] BAD = {
    EventKind.UNKNOWN_USER,
    EventKind.UNKNOWN_TITLE,
    EventKind.STOP_BEFORE_START,
    EventKind.CLOCK_OFF,
    EventKind.NOT_JSON,
    EventKind.MISSING_FIELD,
    EventKind.WRONG_TYPE
  };

  /** What waits for its time; {@code order} makes equal times deterministic. */
  private record Due<T>(long millis, long order, T what) {}

  private final EventGenerator settings;
  private final SplittableRandom random;
  private final EventText text;
  private final long start;
  private final PriorityQueue<Due<WatchSession>> stops = queue();
  private final PriorityQueue<Due<GeneratedEvent>> delayed = queue();
  private long step;
  private long order;
  private int events;
  private int sessions;

  EventFeed(EventGenerator settings, Instant start) {
    this.settings = settings;
    this.start = start.toEpochMilli();
    this.random = new SplittableRandom(settings.seed());
    this.text = new EventText(random);
  }

  private static <T> PriorityQueue<Due<T>> queue() {
    return new PriorityQueue<>(
        Comparator.comparingLong((Due<T> due) -> due.millis()).thenComparingLong(Due::order));
  }

  /** When the next event is to be sent, in milliseconds since the start. */
  public double nextMillis() {
    return step * 1000.0 / settings.rate();
  }

  /** How many events wait to be late or to be sent again. */
  public int delayed() {
    return delayed.size();
  }

  /**
   * The next event, of {@code left} in all that are wanted: what is delayed comes before the end,
   * so that close to it nothing is delayed any more.
   */
  public GeneratedEvent next(long left) {
    if (!delayed.isEmpty() && delayed.size() >= left) {
      return delayed.poll().what();
    }
    long now = start + (long) nextMillis();
    step++;
    while (true) {
      if (!delayed.isEmpty() && delayed.peek().millis() <= now) {
        return delayed.poll().what();
      }
      GeneratedEvent event = make(now);
      boolean mayWait = event.kind() == EventKind.GOOD && delayed.size() + 1 < left;
      if (mayWait && random.nextDouble() < settings.shares().late()) {
        delayed.add(new Due<>(now + delay(), order++, event.as(EventKind.LATE)));
        continue;
      }
      if (mayWait && random.nextDouble() < settings.shares().duplicate()) {
        long later = random.nextInt(4) == 0 ? 0 : delay();
        delayed.add(new Due<>(now + later, order++, event.as(EventKind.DUPLICATE)));
      }
      return event;
    }
  }

  private GeneratedEvent make(long now) {
    if (random.nextDouble() < settings.shares().bad()) {
      return bad(now);
    }
    if (!stops.isEmpty() && stops.peek().millis() <= now) {
      Due<WatchSession> stop = stops.poll();
      return text.event(EventKind.GOOD, events++, stop.what(), "stop", stop.millis());
    }
    WatchSession session = session(now);
    if (random.nextDouble() >= settings.shares().open()) {
      stops.add(new Due<>(now + watched(), order++, session));
    }
    return text.event(EventKind.GOOD, events++, session, "start", now);
  }

  private GeneratedEvent bad(long now) {
    EventKind kind = BAD[random.nextInt(BAD.length)];
    WatchSession session = session(now);
    String type = random.nextBoolean() ? "start" : "stop";
    long at = type.equals("start") ? now : now + 1 + random.nextInt(60_000);
    switch (kind) {
      case UNKNOWN_USER -> session = session.withUser(settings.users() + 1L + random.nextInt(1000));
      case UNKNOWN_TITLE ->
          session = session.withTitle(settings.titles() + 1 + random.nextInt(1000));
      case STOP_BEFORE_START -> {
        type = "stop";
        at = now - 1 - random.nextInt(600_000);
      }
      case CLOCK_OFF -> {
        long off = random.nextBoolean() ? -start : 365L * 24 * 3600 * 1000;
        session = session.withStart(now + off);
        at += off;
      }
      default -> {} // the text is made bad
    }
    return text.event(kind, events++, session, type, at);
  }

  private WatchSession session(long now) {
    long user =
        random.nextDouble() < settings.shares().hot()
            ? 1 + random.nextInt(Math.min(HOT_USERS, settings.users()))
            : 1 + random.nextInt(settings.users());
    return new WatchSession(
        sessions++,
        text.uuid(now),
        user,
        1 + random.nextInt(settings.titles()),
        now,
        text.device());
  }

  /** From a fifth of the middle length to five times as long. */
  private long watched() {
    return Math.max(1, (long) (settings.watching().toMillis() * spread(5)));
  }

  private long delay() {
    return Math.max(1, (long) (settings.maxDelay().toMillis() * spread(10) / 10));
  }

  /** Between {@code 1/times} and {@code times}, as often below as above one. */
  private double spread(double times) {
    return Math.pow(times, 2 * random.nextDouble() - 1);
  }
}
