package io.beamhouse.io.core.manifest;

import io.beamhouse.core.Evolving;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;

/**
 * What one run of one sink published to a directory; complete, and frozen once it is put.
 *
 * @param version of this format; 1
 * @param stateId the UUID of the state whose run this is
 * @param sink the sink's id
 * @param run the run's number
 * @param chunk the chunk of a first load; 0 otherwise
 * @param attempt the attempt that won
 * @param planHash hash of the plan; an adopter compares it
 * @param format csv, json or parquet
 * @param schema of the rows
 * @param files in index order
 */
@Evolving
public record Manifest(
    int version,
    String stateId,
    String sink,
    long run,
    int chunk,
    int attempt,
    String planHash,
    String format,
    Schema schema,
    List<PublishedFile> files) {

  public Manifest {
    files = List.copyOf(files);
  }

  /**
   * One file of a manifest.
   *
   * @param name its published name, relative to the directory of the sink
   * @param staged where it was before, relative to the same directory
   */
  @Evolving
  public record PublishedFile(
      String name,
      String staged,
      long rows,
      long bytes,
      String checksum,
      String source,
      java.util.Map<String, Long> counts) {}
}
