package io.beamhouse.io.delta.compact;

import io.beamhouse.io.delta.log.DataFile;
import io.beamhouse.io.delta.log.DataFiles;
import io.beamhouse.io.delta.log.TableSnapshot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Decides which files of a table are put together. */
final class SmallFiles {
  /** One commit replaces at most so many files; they are held in memory. */
  static final int MAX_FILES = 10_000;

  private SmallFiles() {}

  /**
   * @param more whether there are more small files than one commit takes
   */
  record Plan(List<FileGroup> groups, boolean more) {}

  static Plan plan(TableSnapshot table, CompactSettings settings, long now) {
    long youngest = now - settings.olderThan().toMillis();
    Map<Map<String, String>, Integer> counts = new HashMap<>();
    try (DataFiles files = table.files()) {
      while (files.hasNext()) {
        DataFile file = files.next();
        if (isSmall(file, settings, youngest)) {
          counts.merge(file.partitionValues(), 1, Integer::sum);
        }
      }
    }
    counts.values().removeIf(count -> count < settings.minFiles());
    if (counts.isEmpty()) {
      return new Plan(List.of(), false);
    }
    Map<Map<String, String>, List<DataFile>> small = new LinkedHashMap<>();
    int taken = 0;
    try (DataFiles files = table.files()) {
      while (files.hasNext() && taken < MAX_FILES) {
        DataFile file = files.next();
        if (counts.containsKey(file.partitionValues()) && isSmall(file, settings, youngest)) {
          small.computeIfAbsent(file.partitionValues(), any -> new ArrayList<>()).add(file);
          taken++;
        }
      }
    }
    return new Plan(groups(small.values(), settings), taken == MAX_FILES);
  }

  private static boolean isSmall(DataFile file, CompactSettings settings, long youngest) {
    if (file.modificationTime() > youngest) {
      return false;
    }
    return file.bytes() < settings.smallBytes()
        || (file.deletionVector() != null && liveBytes(file) < settings.smallBytes());
  }

  private static long liveBytes(DataFile file) {
    long rows = file.deletionVector() == null ? -1 : Ranges.of(file).rows();
    if (rows <= 0) {
      return file.bytes();
    }
    long live = Math.max(0, rows - file.deletionVector().cardinality());
    return (long) (file.bytes() * ((double) live / rows));
  }

  private static List<FileGroup> groups(
      Iterable<List<DataFile>> partitions, CompactSettings settings) {
    List<FileGroup> groups = new ArrayList<>();
    long bytes = 0;
    for (List<DataFile> partition : partitions) {
      List<DataFile> chosen = settings.sparing() ? sparing(settled(partition)) : partition;
      for (FileGroup group : bins(Neighbours.sorted(chosen), settings.targetBytes())) {
        if (!groups.isEmpty() && bytes + group.bytes() > settings.maxBytes()) {
          return groups;
        }
        bytes += group.bytes();
        groups.add(group);
      }
    }
    return groups;
  }

  /**
   * All but the newest quarter. Late changes meet rows of late, so each merge writes the files that
   * hold them again; put together with old ones they would be written again with all of these.
   */
  static List<DataFile> settled(List<DataFile> files) {
    List<DataFile> sorted = new ArrayList<>(files);
    sorted.sort(Neighbours.WRITTEN);
    return sorted.subList(0, sorted.size() - sorted.size() / 4);
  }

  /**
   * The shortest files, as far as each is at most twice as long as all shorter ones together: what
   * is written is then about double of what any of its rows came from.
   */
  static List<DataFile> sparing(List<DataFile> files) {
    List<DataFile> sorted = new ArrayList<>(files);
    sorted.sort(Comparator.comparingLong(SmallFiles::liveBytes).thenComparing(DataFile::logPath));
    long sum = 0;
    int end = 0;
    for (int i = 0; i < sorted.size(); i++) {
      long bytes = liveBytes(sorted.get(i));
      if (i > 0 && bytes <= 2 * sum) {
        end = i + 1;
      }
      sum += bytes;
    }
    return sorted.subList(0, end);
  }

  private static List<FileGroup> bins(List<DataFile> files, long targetBytes) {
    List<FileGroup> groups = new ArrayList<>();
    List<DataFile> bin = new ArrayList<>();
    long bytes = 0;
    for (DataFile file : files) {
      long live = liveBytes(file);
      if (!bin.isEmpty() && bytes + live > targetBytes) {
        addTo(groups, bin);
        bin = new ArrayList<>();
        bytes = 0;
      }
      bin.add(file);
      bytes += live;
    }
    addTo(groups, bin);
    return groups;
  }

  /** A file alone is worth writing again only for the rows that it has lost. */
  private static void addTo(List<FileGroup> groups, List<DataFile> bin) {
    if (bin.size() > 1 || (bin.size() == 1 && bin.get(0).deletionVector() != null)) {
      groups.add(new FileGroup(bin));
    }
  }
}
