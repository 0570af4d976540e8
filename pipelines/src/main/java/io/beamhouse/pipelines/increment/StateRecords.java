package io.beamhouse.pipelines.increment;

import io.beamhouse.core.error.StorageFailedException;
import io.beamhouse.io.core.state.StateStore;
import io.beamhouse.io.core.state.StateStores;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Records in a state store, as JSON; failures come as StorageFailedException. */
final class StateRecords {
  private final StateStore store;

  StateRecords(StateStore store) {
    this.store = StateStores.readingBack(store);
  }

  /**
   * A record with the hash of its bytes.
   *
   * @param hash SHA-256 in hex
   */
  record Stored<T>(T value, String hash) {}

  <T> Optional<Stored<T>> get(String key, Class<T> type) {
    return io(() -> store.get(key))
        .map(
            content ->
                new Stored<>(StateJson.read(content, where(key), type), StateJson.sha256(content)));
  }

  Optional<byte[]> bytes(String key) {
    return io(() -> store.get(key));
  }

  boolean putIfAbsent(String key, Object value) {
    byte[] content = value instanceof byte[] bytes ? bytes : StateJson.write(value);
    return io(() -> store.putIfAbsent(key, content));
  }

  void put(String key, Object value) {
    byte[] content = value instanceof byte[] bytes ? bytes : StateJson.write(value);
    io(
        () -> {
          store.put(key, content);
          return key;
        });
  }

  List<String> list(String prefix) {
    return io(() -> store.list(prefix));
  }

  void delete(String key) {
    io(
        () -> {
          store.delete(key);
          return key;
        });
  }

  /** Removes what the store keeps of {@code prefix} without keys. */
  void prune(String prefix) {
    io(
        () -> {
          store.prune(prefix);
          return prefix;
        });
  }

  /** Names a key for people. */
  String where(String key) {
    String location = store.location();
    return location + (location.endsWith("/") ? "" : "/") + key;
  }

  String location() {
    return store.location();
  }

  @FunctionalInterface
  private interface Io<T> {
    T call() throws IOException;
  }

  private <T> T io(Io<T> call) {
    try {
      return call.call();
    } catch (IOException e) {
      throw new StorageFailedException(
          "the state store " + store.location() + " failed: " + e.getMessage(), e);
    }
  }
}
