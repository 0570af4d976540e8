package io.beamhouse.testing.events;

import io.beamhouse.core.Evolving;
import java.time.Instant;

/**
 * An event as it is sent, and what is known of it.
 *
 * @param number of the event; a duplicate has its original's
 * @param session number of its session, which bad events do not share
 * @param type start or stop
 * @param at when it happened, which a bad one may not say
 * @param key of the record: the user
 * @param value of the record: JSON, or not
 */
@Evolving
public record GeneratedEvent(
    EventKind kind,
    int number,
    String eventId,
    int session,
    String sessionId,
    String type,
    Instant at,
    String key,
    String value) {

  GeneratedEvent as(EventKind other) {
    return new GeneratedEvent(other, number, eventId, session, sessionId, type, at, key, value);
  }
}
