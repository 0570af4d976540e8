package io.beamhouse.io.core.state;

import io.beamhouse.core.error.StorageFailedException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Settles unknown outcomes of another store by reading back, and says what to do when it fails.
 *
 * <p>A failed put may have taken place (the answer was lost). What stands under the key then
 * decides: our content means that we won, since contents that compete hold the attempt; another
 * content means that we lost; nothing means that the put failed.
 */
final class ReadBackStateStore implements StateStore {
  private final StateStore store;

  ReadBackStateStore(StateStore store) {
    this.store = store;
  }

  @Override
  public boolean putIfAbsent(String key, byte[] content) {
    try {
      return store.putIfAbsent(key, content);
    } catch (IOException e) {
      return readBack(key, e)
          .map(found -> Arrays.equals(found, content))
          .orElseThrow(() -> failed("create " + key, e));
    }
  }

  @Override
  public void put(String key, byte[] content) {
    try {
      store.put(key, content);
    } catch (IOException e) {
      throw failed("write " + key, e);
    }
  }

  @Override
  public Optional<byte[]> get(String key) {
    try {
      return store.get(key);
    } catch (IOException e) {
      throw failed("read " + key, e);
    }
  }

  @Override
  public List<String> list(String prefix) {
    try {
      return store.list(prefix);
    } catch (IOException e) {
      throw failed("list " + (prefix.isEmpty() ? "all keys" : prefix), e);
    }
  }

  @Override
  public void delete(String key) {
    try {
      store.delete(key);
    } catch (IOException e) {
      throw failed("delete " + key, e);
    }
  }

  @Override
  public void prune(String prefix) {
    try {
      store.prune(prefix);
    } catch (IOException e) {
      throw failed("prune " + prefix, e);
    }
  }

  @Override
  public String location() {
    return store.location();
  }

  private Optional<byte[]> readBack(String key, IOException failure) {
    try {
      return store.get(key);
    } catch (IOException e) {
      failure.addSuppressed(e);
      return Optional.empty();
    }
  }

  private StorageFailedException failed(String what, IOException cause) {
    return new StorageFailedException(
        "cannot " + what + " in the state store " + location() + ": " + fix(cause), cause);
  }

  private static String fix(IOException cause) {
    String name = cause.getClass().getSimpleName();
    String message = String.valueOf(cause.getMessage());
    String lower = message.toLowerCase(Locale.ROOT);
    if (name.contains("AccessDenied")
        || name.contains("AccessControl")
        || lower.contains("permission denied")) {
      return "permission denied ("
          + message
          + "); make the directory writable for this user or"
          + " choose another state location";
    }
    if (lower.contains("read-only file system")) {
      return "the file system is read-only; choose another state location";
    }
    if (lower.contains("no space left")
        || lower.contains("disk quota")
        || name.contains("QuotaExceeded")) {
      return "the disk is full or its quota is used up; free space there and run again, nothing was"
          + " lost";
    }
    if (name.contains("SafeMode") || lower.contains("safe mode")) {
      return "HDFS is in safe mode; wait until it has left it and run again";
    }
    return name + ": " + message;
  }
}
