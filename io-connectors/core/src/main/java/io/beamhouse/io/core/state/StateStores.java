package io.beamhouse.io.core.state;

import io.beamhouse.core.Evolving;
import io.beamhouse.core.error.StorageFailedException;
import io.beamhouse.io.core.storage.Storage;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;

/**
 * Opens the state store of a location by its scheme: {@code file} or none, {@code hdfs}, and what
 * {@link StateStoreProvider}s add.
 *
 * <p>The stores given out settle unknown outcomes by reading back and throw {@link
 * StorageFailedException} (never an IOException) that names the location and the fix. Stores
 * without an atomic create are refused: two runs could both believe that they had won.
 */
@Evolving
public final class StateStores {
  private StateStores() {}

  /** Opens the store at {@code location}; nothing is created before the first put. */
  public static StateStore at(String location) {
    URI uri = Storage.path(location).toUri();
    try {
      return readingBack(open(location, uri));
    } catch (IOException e) {
      throw new StorageFailedException(
          "cannot open the state store " + location + ": " + e.getMessage(), e);
    }
  }

  /** Settles {@code store}'s unknown outcomes by reading back; what {@link #at} gives out. */
  public static StateStore readingBack(StateStore store) {
    return new ReadBackStateStore(store);
  }

  private static StateStore open(String location, URI uri) throws IOException {
    switch (uri.getScheme()) {
      case "file":
        return new FileStateStore(Path.of(uri.getPath()));
      case "hdfs":
        return new HdfsStateStore(new org.apache.hadoop.fs.Path(uri), Storage.configuration());
      default:
        Map<String, StateStoreProvider> providers = new TreeMap<>();
        for (StateStoreProvider provider : ServiceLoader.load(StateStoreProvider.class)) {
          provider.schemes().forEach(scheme -> providers.putIfAbsent(scheme, provider));
        }
        StateStoreProvider provider = providers.get(uri.getScheme());
        if (provider == null) {
          throw new IllegalArgumentException(
              "state cannot be kept at "
                  + location
                  + ": no atomic create is known for scheme '"
                  + uri.getScheme()
                  + "'; allowed are file, hdfs"
                  + (providers.isEmpty() ? "" : " and " + String.join(", ", providers.keySet())));
        }
        return provider.at(uri, Storage.configuration());
    }
  }
}
