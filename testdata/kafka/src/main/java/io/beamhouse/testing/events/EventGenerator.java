package io.beamhouse.testing.events;

import io.beamhouse.core.Evolving;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;

/**
 * Makes up events of users who start and stop watching titles, some of them bad, late or twice.
 *
 * <p>An event's value is JSON: {@code event_id}, {@code type} (start or stop), {@code session_id},
 * {@code user_id}, {@code title_id}, {@code started_at}, {@code at}, {@code device}, {@code
 * app_version}; ids are UUIDs of version 7 made of the event's time. Users are 1 to {@code users},
 * titles tt0000001 to {@code titles}; see {@link EventReference}. Ten hot users have a share of the
 * sessions for themselves, and some sessions never stop. Bad events have sessions of their own and
 * come once.
 *
 * <p>The same settings and the same start give the same events. Time is made up too: event {@code
 * n} happens {@code n / rate} seconds after the start. Memory: sessions that run, and events that
 * wait to be late.
 *
 * <pre>{@code
 * EventSummary sent =
 *     EventGenerator.create(7).withRate(100).generate(10_000, start, events::add);
 * }</pre>
 */
@Evolving
public record EventGenerator(
    long seed,
    int users,
    int titles,
    double rate,
    Shares shares,
    Duration watching,
    Duration maxDelay) {
  private static final double HALF = 0.5;

  /**
   * Parts of the whole, between 0 and 1.
   *
   * @param bad events; at most half
   * @param duplicate events that are sent twice; at most half
   * @param late events; at most half
   * @param open sessions that never stop
   * @param hot sessions of ten users
   */
  @Evolving
  public record Shares(double bad, double duplicate, double late, double open, double hot) {
    public Shares {
      check("bad", bad, HALF);
      check("duplicate", duplicate, HALF);
      check("late", late, HALF);
      check("open", open, 1);
      check("hot", hot, 1);
    }

    private static void check(String name, double share, double most) {
      if (!(share >= 0 && share <= most)) {
        throw new IllegalArgumentException(
            "the share of " + name + " is " + share + "; allowed is 0 to " + most);
      }
    }
  }

  public EventGenerator {
    if (users < 1 || titles < 1 || !(rate > 0)) {
      throw new IllegalArgumentException("users, titles and rate must be above 0");
    }
    if (watching.toMillis() < 1 || maxDelay.toMillis() < 1) {
      throw new IllegalArgumentException("a duration is below a millisecond");
    }
  }

  /**
   * 10,000 users, 5,000 titles, 100 events a second; 1 % bad, 1 % twice, 2 % late, by two minutes
   * at most; 5 % of the sessions never stop, 20 % are those of ten users; 20 seconds of watching.
   */
  public static EventGenerator create(long seed) {
    return new EventGenerator(
        seed,
        10_000,
        5_000,
        100,
        new Shares(0.01, 0.01, 0.02, 0.05, 0.2),
        Duration.ofSeconds(20),
        Duration.ofMinutes(2));
  }

  /** How many users and titles are known. */
  public EventGenerator withReference(int knownUsers, int knownTitles) {
    return new EventGenerator(seed, knownUsers, knownTitles, rate, shares, watching, maxDelay);
  }

  /** Events in a second. */
  public EventGenerator withRate(double events) {
    return new EventGenerator(seed, users, titles, events, shares, watching, maxDelay);
  }

  public EventGenerator withShares(Shares parts) {
    return new EventGenerator(seed, users, titles, rate, parts, watching, maxDelay);
  }

  /** The middle length of a session, and how late an event or its duplicate may be. */
  public EventGenerator withTimes(Duration watched, Duration longestDelay) {
    return new EventGenerator(seed, users, titles, rate, shares, watched, longestDelay);
  }

  /** Events one by one, the first of them at {@code start}. */
  public EventFeed feed(Instant start) {
    return new EventFeed(this, start);
  }

  /** Gives {@code count} events to {@code to}; what was late is among them at the end. */
  public EventSummary generate(long count, Instant start, Consumer<GeneratedEvent> to) {
    EventFeed feed = feed(start);
    EventLedger ledger = new EventLedger();
    for (long left = count; left > 0; left--) {
      GeneratedEvent event = feed.next(left);
      to.accept(event);
      ledger.sent(event);
    }
    return ledger.summary();
  }
}
