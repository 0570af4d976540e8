package io.beamhouse.io.core.state;

import io.beamhouse.core.Evolving;
import java.io.IOException;
import java.net.URI;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;

/**
 * Adds state stores for further schemes, such as object stores with a conditional put; found by
 * ServiceLoader.
 *
 * <p>The stores pass {@code StateStoreContract}. Reading back after an unknown outcome is done
 * around them.
 */
@Evolving
public interface StateStoreProvider {
  /** Schemes in lower case, without colon. */
  Set<String> schemes();

  StateStore at(URI location, Configuration configuration) throws IOException;
}
