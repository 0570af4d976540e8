package io.beamhouse.io.delta.log;

import io.beamhouse.core.error.SpecException;
import java.util.List;
import java.util.Locale;
import java.util.ServiceLoader;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;

/** Finds the log store of a path. */
final class LogStores {
  private static final List<LogStore> KNOWN =
      Stream.concat(
              ServiceLoader.load(LogStore.class, LogStores.class.getClassLoader()).stream()
                  .map(ServiceLoader.Provider::get),
              Stream.of(new LocalLogStore(), new HdfsLogStore()))
          .toList();

  private LogStores() {}

  /** Returns the store for {@code table}; throws SpecException where none is safe. */
  static LogStore of(Path table) {
    String scheme = table.toUri().getScheme().toLowerCase(Locale.ROOT);
    LogStore store =
        KNOWN.stream()
            .filter(s -> s.supports(scheme))
            .findFirst()
            .orElseThrow(
                () ->
                    new SpecException(
                        "table",
                        "no log store can commit safely on "
                            + scheme
                            + ":// ("
                            + table
                            + "); allowed: file, hdfs, or a LogStore for '"
                            + scheme
                            + "' on the class path"));
    if (!store.detectsConflicts()) {
      throw new SpecException(
          "table",
          store.getClass().getName()
              + " cannot tell that another writer was first, so two writers would overwrite each"
              + " other on "
              + table
              + "; put another LogStore for '"
              + scheme
              + "' on the class path");
    }
    return store;
  }
}
