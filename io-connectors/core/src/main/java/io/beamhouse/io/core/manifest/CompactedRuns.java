package io.beamhouse.io.core.manifest;

import io.beamhouse.core.Evolving;
import java.util.List;

/**
 * Runs of one publisher whose files were put together; complete, and frozen once it is put.
 *
 * <p>Who has read none of the runs reads {@link #manifest}; who has read some reads on in the files
 * that they published, which are kept for a while.
 *
 * @param publisher of the runs
 * @param from the first run
 * @param to the last run; all chunks of it are in
 * @param at when, in milliseconds since 1970
 * @param inputs the manifests of the runs, in order
 * @param replaced names of the published files whose rows are in others now
 * @param manifest all files that hold the runs' rows; its run is {@code to}
 */
@Evolving
public record CompactedRuns(
    String publisher,
    long from,
    long to,
    long at,
    List<Input> inputs,
    List<String> replaced,
    Manifest manifest) {
  public CompactedRuns {
    inputs = List.copyOf(inputs);
    replaced = List.copyOf(replaced);
  }

  /** A manifest and the hash of its content. */
  @Evolving
  public record Input(ManifestName name, String hash) {}

  /** Whether {@code name} is of one of the runs. */
  public boolean covers(ManifestName name) {
    return name.publisher().equals(publisher) && from <= name.run() && name.run() <= to;
  }
}
