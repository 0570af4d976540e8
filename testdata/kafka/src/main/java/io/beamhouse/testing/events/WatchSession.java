package io.beamhouse.testing.events;

/** Somebody watching something from {@code startedAt} on. */
record WatchSession(int number, String id, long user, int title, long startedAt, String device) {
  WatchSession withUser(long other) {
    return new WatchSession(number, id, other, title, startedAt, device);
  }

  WatchSession withTitle(int other) {
    return new WatchSession(number, id, user, other, startedAt, device);
  }

  WatchSession withStart(long other) {
    return new WatchSession(number, id, user, title, other, device);
  }
}
