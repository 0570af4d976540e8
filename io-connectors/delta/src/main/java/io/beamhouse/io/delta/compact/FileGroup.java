package io.beamhouse.io.delta.compact;

import io.beamhouse.io.delta.log.DataFile;
import io.beamhouse.io.delta.log.NewFile;
import java.util.List;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Files of one partition that become one, in their order. */
record FileGroup(List<DataFile> files) {
  FileGroup {
    files = List.copyOf(files);
  }

  long bytes() {
    return files.stream().mapToLong(DataFile::bytes).sum();
  }

  boolean hasOneOf(Set<String> logPaths) {
    return files.stream().anyMatch(file -> logPaths.contains(file.logPath()));
  }

  /**
   * A group with the file that takes its place.
   *
   * @param file null when no row was left
   */
  record Rewritten(FileGroup group, @Nullable NewFile file) {}
}
