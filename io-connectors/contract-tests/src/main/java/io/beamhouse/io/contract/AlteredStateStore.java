package io.beamhouse.io.contract;

import io.beamhouse.core.Evolving;
import io.beamhouse.io.core.state.StateStore;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Another store, of which a test breaks or delays one method. */
@Evolving
public class AlteredStateStore implements StateStore {
  private final StateStore store;

  protected AlteredStateStore(StateStore store) {
    this.store = store;
  }

  @Override
  public boolean putIfAbsent(String key, byte[] content) throws IOException {
    return store.putIfAbsent(key, content);
  }

  @Override
  public void put(String key, byte[] content) throws IOException {
    store.put(key, content);
  }

  @Override
  public Optional<byte[]> get(String key) throws IOException {
    return store.get(key);
  }

  @Override
  public List<String> list(String prefix) throws IOException {
    return store.list(prefix);
  }

  @Override
  public void delete(String key) throws IOException {
    store.delete(key);
  }

  @Override
  public void prune(String prefix) throws IOException {
    store.prune(prefix);
  }

  @Override
  public String location() {
    return store.location();
  }
}
