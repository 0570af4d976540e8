package io.beamhouse.io.delta.compact;

import io.beamhouse.io.delta.log.DataFile;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Puts files in an order in which neighbours belong together.
 *
 * <p>That is the order of the column whose ranges overlap least from file to file: a key or a time
 * that grows. Without such a column the files stay in the order of their writing.
 */
final class Neighbours {
  /** In the order of their writing. */
  static final Comparator<DataFile> WRITTEN =
      Comparator.comparingLong(DataFile::modificationTime).thenComparing(DataFile::logPath);

  private Neighbours() {}

  private record Candidate(DataFile file, Ranges ranges) {}

  static List<DataFile> sorted(List<DataFile> files) {
    List<Candidate> candidates = new ArrayList<>();
    files.stream()
        .sorted(WRITTEN)
        .forEach(file -> candidates.add(new Candidate(file, Ranges.of(file))));
    List<Candidate> best = candidates;
    // A column that overlaps in every other file says nothing.
    long least = files.size() / 2;
    int distinct = 0;
    for (String column : columnsOfAll(candidates)) {
      List<Candidate> sorted = new ArrayList<>(candidates);
      sorted.sort((a, b) -> Ranges.compare(low(a, column), low(b, column)));
      long overlaps = overlaps(sorted, column);
      int values = values(sorted, column);
      if (overlaps < least || (overlaps == least && values > distinct)) {
        best = sorted;
        least = overlaps;
        distinct = values;
      }
    }
    return best.stream().map(Candidate::file).toList();
  }

  private static Set<String> columnsOfAll(List<Candidate> candidates) {
    Set<String> columns = new TreeSet<>();
    if (!candidates.isEmpty()) {
      columns.addAll(candidates.get(0).ranges.columns().keySet());
    }
    candidates.forEach(candidate -> columns.retainAll(candidate.ranges.columns().keySet()));
    return columns;
  }

  private static long overlaps(List<Candidate> sorted, String column) {
    long overlaps = 0;
    var high = sorted.get(0).ranges.columns().get(column).high();
    for (Candidate next : sorted.subList(1, sorted.size())) {
      if (Ranges.compare(low(next, column), high) < 0) {
        overlaps++;
      }
      var its = next.ranges.columns().get(column).high();
      high = Ranges.compare(its, high) > 0 ? its : high;
    }
    return overlaps;
  }

  private static int values(List<Candidate> sorted, String column) {
    Set<String> values = new HashSet<>();
    sorted.forEach(candidate -> values.add(low(candidate, column).asText()));
    return values.size();
  }

  private static com.fasterxml.jackson.databind.JsonNode low(Candidate candidate, String column) {
    return candidate.ranges.columns().get(column).low();
  }
}
