package io.beamhouse.io.delta.data;

import io.beamhouse.core.Internal;
import io.beamhouse.io.delta.log.DataFile;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;

/**
 * A part of a data file: the row groups that start within {@code [from, to)} bytes.
 *
 * <p>Split by bytes so that nobody has to open the file before it is read.
 */
@Internal
public record FileTask(DataFile file, long from, long to) implements Serializable {
  /** Cuts a file into parts of at most {@code bytes}. */
  public static List<FileTask> of(DataFile file, long bytes) {
    List<FileTask> tasks = new ArrayList<>();
    long from = 0;
    do {
      long to = file.bytes() - from <= bytes ? Long.MAX_VALUE : from + bytes;
      tasks.add(new FileTask(file, from, to));
      from = to;
    } while (from < file.bytes());
    return tasks;
  }

  boolean wholeFile() {
    return from == 0 && to == Long.MAX_VALUE;
  }

  /** Deterministic, so that it may key a shuffle. */
  public String key() {
    return file.logPath() + "@" + from;
  }
}
