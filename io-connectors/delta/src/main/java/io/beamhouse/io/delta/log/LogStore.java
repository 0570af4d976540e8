package io.beamhouse.io.delta.log;

import io.beamhouse.core.Evolving;
import java.io.IOException;
import java.io.OutputStream;
import org.apache.hadoop.fs.Path;

/**
 * Puts the files of a Delta log, with put-if-absent as the only arbiter between writers.
 *
 * <p>Delta's protocol (section "Delta Log Entries") rests on mutual exclusion: of all writers that
 * put version <i>n</i> exactly one may win. A file is complete or absent, never partial, also when
 * the process is killed. Found by {@link java.util.ServiceLoader}; the first that supports a scheme
 * wins, those on the class path before our own. Implementations pass {@code LogStoreContract}, are
 * stateless and may be called from any thread and process.
 */
@Evolving
public interface LogStore {
  /** Whether this store serves paths of {@code scheme}, in lower case. */
  boolean supports(String scheme);

  /**
   * Whether {@link #putIfAbsent} excludes writers of other processes too; a store that cannot is
   * refused.
   */
  boolean detectsConflicts();

  /**
   * Creates {@code target} if it does not exist.
   *
   * @throws java.nio.file.FileAlreadyExistsException when it exists; its content is untouched
   * @throws NotPutException when it is certain that nothing became visible
   * @throws IOException when the outcome is unknown: read back and compare
   * @throws RuntimeException of {@code content}, after which nothing is visible either
   */
  void putIfAbsent(Path target, Content content) throws IOException;

  /** Creates or replaces {@code target}; only for hints such as {@code _last_checkpoint}. */
  void replace(Path target, Content content) throws IOException;

  /** Writes what is to be put; called once. */
  @FunctionalInterface
  interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /** Nothing became visible: the content could not be written. */
  @Evolving
  final class NotPutException extends IOException {
    public NotPutException(String message, Throwable cause) {
      super(message, cause);
    }
  }
}
