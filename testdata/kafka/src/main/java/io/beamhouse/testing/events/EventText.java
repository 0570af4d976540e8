package io.beamhouse.testing.events;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.StringJoiner;
import java.util.UUID;

/** Writes events as JSON, or nearly so. */
final class EventText {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);
  private static final List<String> REQUIRED =
      List.of("event_id", "type", "session_id", "user_id", "title_id", "started_at", "at");
  private static final List<String> DEVICES = List.of("tv", "phone", "tablet", "web");
  private static final List<String> VERSIONS = List.of("7.1.0", "7.1.2", "7.2.0");

  private final SplittableRandom random;

  EventText(SplittableRandom random) {
    this.random = random;
  }

  String device() {
    return DEVICES.get(random.nextInt(DEVICES.size()));
  }

  /** A UUID of version 7: the time, then chance. */
  String uuid(long millis) {
    long high = (millis << 16) | 0x7000L | random.nextInt(1 << 12);
    long low = (random.nextLong() >>> 2) | 0x8000_0000_0000_0000L;
    return new UUID(high, low).toString();
  }

  GeneratedEvent event(EventKind kind, int number, WatchSession session, String type, long at) {
    String id = uuid(at);
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("event_id", quoted(id));
    fields.put("type", quoted(type));
    fields.put("session_id", quoted(session.id()));
    fields.put("user_id", String.valueOf(session.user()));
    fields.put("title_id", quoted(EventReference.titleId(session.title())));
    fields.put("started_at", quoted(time(session.startedAt())));
    fields.put("at", quoted(time(at)));
    fields.put("device", quoted(session.device()));
    fields.put("app_version", quoted(VERSIONS.get(random.nextInt(VERSIONS.size()))));
    if (kind == EventKind.MISSING_FIELD) {
      fields.remove(REQUIRED.get(random.nextInt(REQUIRED.size())));
    } else if (kind == EventKind.WRONG_TYPE) {
      if (random.nextBoolean()) {
        fields.put("user_id", quoted("user " + session.user()));
      } else {
        fields.put("at", "{\"millis\":" + at + "}");
      }
    }
    String json = json(fields);
    return new GeneratedEvent(
        kind,
        number,
        id,
        session.number(),
        session.id(),
        type,
        Instant.ofEpochMilli(at),
        String.valueOf(session.user()),
        kind == EventKind.NOT_JSON ? json.substring(0, json.length() / 2) : json);
  }

  private static String time(long millis) {
    return TIME.format(Instant.ofEpochMilli(millis));
  }

  /** Nothing here needs escapes. */
  private static String quoted(String text) {
    return '"' + text + '"';
  }

  private static String json(Map<String, String> fields) {
    StringJoiner json = new StringJoiner(",", "{", "}");
    fields.forEach((name, value) -> json.add('"' + name + "\":" + value));
    return json.toString();
  }
}
