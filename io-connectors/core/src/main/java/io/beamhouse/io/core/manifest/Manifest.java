package io.beamhouse.io.core.manifest;

import io.beamhouse.core.Evolving;
import io.beamhouse.core.error.Judgement;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
 * @param options of the format that a reader needs, such as the delimiter
 * @param schema of the rows
 * @param files in index order
 * @param tally what became of rows on the way here: counter to rows, by step
 * @param judgements what gates found before the run was published
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
    Map<String, String> options,
    Schema schema,
    List<PublishedFile> files,
    Map<String, Map<String, Long>> tally,
    List<Judgement> judgements) {

  public Manifest {
    options = new TreeMap<>(options);
    files = List.copyOf(files);
    tally = new TreeMap<>(tally);
    judgements = List.copyOf(judgements);
  }

  /** Returns the number of rows in all files. */
  public long rows() {
    return files.stream().mapToLong(PublishedFile::rows).sum();
  }

  /** Returns the length of all files. */
  public long bytes() {
    return files.stream().mapToLong(PublishedFile::bytes).sum();
  }

  /** Returns the outcome counts of all files, summed by name. */
  public Map<String, Long> counts() {
    Map<String, Long> sums = new TreeMap<>();
    files.forEach(file -> file.counts().forEach((name, n) -> sums.merge(name, n, Long::sum)));
    return sums;
  }

  /**
   * One file of a manifest.
   *
   * @param name its published name, relative to the directory of the sink
   * @param staged where it was before, relative to the same directory
   * @param rows records in it
   * @param bytes its length
   * @param checksum SHA-256 of its bytes, in hex
   * @param source what it holds of the source, for people; may be empty
   * @param counts outcome counts of the rows that the writing attempt saw
   */
  @Evolving
  public record PublishedFile(
      String name,
      String staged,
      long rows,
      long bytes,
      String checksum,
      String source,
      Map<String, Long> counts) {
    public PublishedFile {
      counts = new TreeMap<>(counts);
    }
  }
}
