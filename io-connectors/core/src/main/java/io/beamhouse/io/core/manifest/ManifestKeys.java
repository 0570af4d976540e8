package io.beamhouse.io.core.manifest;

import io.beamhouse.io.core.storage.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.hadoop.fs.Path;

/**
 * Where manifests lie, so that finding the newest costs the same however many there are.
 *
 * <p>The first {@link #RANGE} runs of a publisher lie side by side; later ones by thousands, in
 * {@code runs/<publisher>/<thousand>/}. What is new after some run is found in the first thousand
 * of all publishers and in the thousands of each from that run on.
 */
final class ManifestKeys {
  /** Runs whose manifests lie in one directory. */
  static final long RANGE = 1_000;

  private static final String SUFFIX = ".json";
  private static final String RUNS = "runs";

  private final Path directory;

  /**
   * @param directory of all manifests
   */
  ManifestKeys(Path directory) {
    this.directory = directory;
  }

  static String key(ManifestName name) {
    return name.run() < RANGE
        ? flatKey(name)
        : RUNS + "/" + name.publisher() + "/" + range(name.run()) + "/" + flatKey(name);
  }

  /** Where it lay before there were ranges. */
  static String flatKey(ManifestName name) {
    return name + SUFFIX;
  }

  private static String range(long run) {
    return String.format("%015d", run / RANGE);
  }

  static Optional<ManifestName> parse(String key) {
    String file = key.substring(key.lastIndexOf('/') + 1);
    return file.endsWith(SUFFIX)
        ? ManifestName.parse(file.substring(0, file.length() - SUFFIX.length()))
        : Optional.empty();
  }

  /**
   * Lists the manifests of runs after {@code after}, and some before: all in the ranges that have
   * to be looked at.
   *
   * @param after by publisher; all runs of one that is not named
   */
  List<ManifestName> listAfter(Map<String, Long> after) throws IOException {
    List<ManifestName> found = names(directory);
    Path runs = new Path(directory, RUNS);
    for (String publisher : Storage.names(runs)) {
      long from = after.getOrDefault(publisher, 0L) / RANGE;
      Path ranges = new Path(runs, publisher);
      for (String range : Storage.names(ranges)) {
        if (number(range) >= from) {
          found.addAll(names(new Path(ranges, range)));
        }
      }
    }
    found.sort(Comparator.naturalOrder());
    return found;
  }

  /** The newest run of {@code publisher}. */
  OptionalLong newestRun(String publisher) throws IOException {
    Path ranges = new Path(directory, RUNS + "/" + publisher);
    List<String> newestFirst =
        Storage.names(ranges).stream()
            .filter(range -> number(range) >= 0)
            .sorted(Comparator.reverseOrder())
            .toList();
    for (String range : newestFirst) {
      OptionalLong newest = newest(publisher, new Path(ranges, range));
      if (newest.isPresent()) {
        return newest;
      }
    }
    return newest(publisher, directory);
  }

  private static OptionalLong newest(String publisher, Path directory) throws IOException {
    return names(directory).stream()
        .filter(name -> name.publisher().equals(publisher))
        .mapToLong(ManifestName::run)
        .max();
  }

  private static List<ManifestName> names(Path directory) throws IOException {
    List<ManifestName> names = new ArrayList<>();
    Storage.names(directory).forEach(file -> parse(file).ifPresent(names::add));
    return names;
  }

  private static long number(String range) {
    return range.matches("\\d{15}") ? Long.parseLong(range) : -1;
  }
}
