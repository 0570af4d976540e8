package io.beamhouse.io.core.state;

import io.beamhouse.core.Evolving;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Small named contents that a run leaves for the next one, with put-if-absent as the arbiter.
 *
 * <p>Keys are relative, of {@code [A-Za-z0-9._-]} segments joined by {@code /}. A content is
 * complete or absent, never partial, also when the process is killed. All methods may be called
 * from several threads and processes at once. Implementations pass {@code StateStoreContract}.
 */
@Evolving
public interface StateStore {
  /** Contents are control data; a larger one is refused with IllegalArgumentException. */
  int MAX_BYTES = 64 * 1024 * 1024;

  /**
   * Creates {@code key} if it does not exist, in one atomic step across processes.
   *
   * @return false when it exists already; its content is then untouched
   * @throws IOException when the outcome is a failure or unknown: read back and compare
   */
  boolean putIfAbsent(String key, byte[] content) throws IOException;

  /** Creates or replaces {@code key}; only for what safety never rests on, such as heartbeats. */
  void put(String key, byte[] content) throws IOException;

  /** Returns the content, or nothing when the key does not exist. */
  Optional<byte[]> get(String key) throws IOException;

  /** Returns the keys below {@code prefix} (a whole segment path; "" for all), sorted. */
  List<String> list(String prefix) throws IOException;

  /** Deletes {@code key}; nothing happens when it does not exist. */
  void delete(String key) throws IOException;

  /**
   * Removes what a store keeps of {@code prefix} when no key is left below it: directories, of
   * which a run after the other would leave one. To be called when nobody puts keys there any more;
   * who does it all the same may fail.
   */
  default void prune(String prefix) throws IOException {}

  /** Where the store is, for messages. */
  String location();
}
