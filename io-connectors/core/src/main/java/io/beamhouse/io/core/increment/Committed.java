package io.beamhouse.io.core.increment;

import io.beamhouse.core.Evolving;
import io.beamhouse.core.error.Judgement;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a target holds of one run.
 *
 * @param version the target's own name for it: a table version, a manifest
 * @param planHash the hash that was committed with it
 * @param counts outcome counts: written, inserted, updated, deleted, unchanged, superseded,
 *     quarantined; absent means unknown
 * @param tally what became of rows on the way to the target: counter to rows, by step; empty when
 *     nothing was counted
 * @param judgements what gates found before the commit
 */
@Evolving
public record Committed(
    String version,
    String planHash,
    Map<String, Long> counts,
    Map<String, Map<String, Long>> tally,
    List<Judgement> judgements) {
  public Committed {
    counts = new TreeMap<>(counts);
    tally = new TreeMap<>(tally);
    judgements = List.copyOf(judgements);
  }

  /** A commit that counted nothing on the way. */
  public Committed(String version, String planHash, Map<String, Long> counts) {
    this(version, planHash, counts, Map.of(), List.of());
  }
}
