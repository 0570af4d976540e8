package io.beamhouse.io.core.increment;

import io.beamhouse.core.Evolving;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a target holds of one run.
 *
 * @param version the target's own name for it: a table version, a manifest
 * @param planHash the hash that was committed with it
 * @param counts outcome counts: written, inserted, updated, deleted, unchanged, superseded,
 *     quarantined; absent means unknown
 */
@Evolving
public record Committed(String version, String planHash, Map<String, Long> counts) {
  public Committed {
    counts = new TreeMap<>(counts);
  }
}
