package io.beamhouse.io.delta.compact;

import io.beamhouse.core.Evolving;
import java.util.List;
import java.util.OptionalLong;

/**
 * What a compaction did.
 *
 * @param table its root, with scheme
 * @param version of the table, by the last commit; nothing when nothing was committed
 * @param filesBefore how many files were replaced
 * @param filesAfter by how many
 * @param bytesBefore length of the files that were replaced
 * @param bytesAfter length of those that took their place
 * @param filesBusy files that were left as they are, since other writers changed them meanwhile
 */
@Evolving
public record Compacted(
    String table,
    OptionalLong version,
    long filesBefore,
    long filesAfter,
    long bytesBefore,
    long bytesAfter,
    long filesBusy) {
  static Compacted nothing(String table) {
    return new Compacted(table, OptionalLong.empty(), 0, 0, 0, 0, 0);
  }

  static Compacted of(
      String table, OptionalLong version, List<FileGroup.Rewritten> done, List<FileGroup> asked) {
    long before = done.stream().mapToLong(d -> d.group().files().size()).sum();
    return new Compacted(
        table,
        version,
        before,
        done.stream().filter(d -> d.file() != null).count(),
        done.stream().mapToLong(d -> d.group().bytes()).sum(),
        done.stream().mapToLong(d -> d.file() == null ? 0 : d.file().bytes()).sum(),
        asked.stream().mapToLong(g -> g.files().size()).sum() - before);
  }

  Compacted plus(Compacted later) {
    return new Compacted(
        table,
        later.version.isPresent() ? later.version : version,
        filesBefore + later.filesBefore,
        filesAfter + later.filesAfter,
        bytesBefore + later.bytesBefore,
        bytesAfter + later.bytesAfter,
        later.filesBusy);
  }

  /** One line for people. */
  @Override
  public String toString() {
    String busy =
        filesBusy == 0 ? "" : "; " + filesBusy + " files are busy: other writers changed them";
    if (version.isEmpty()) {
      return table + ": " + (filesBusy == 0 ? "nothing to compact" : "nothing compacted") + busy;
    }
    return table
        + ": "
        + filesBefore
        + " files ("
        + bytesBefore
        + " bytes) became "
        + filesAfter
        + " ("
        + bytesAfter
        + " bytes), version "
        + version.getAsLong()
        + busy;
  }
}
