package io.beamhouse.io.core.increment;

import io.beamhouse.core.Evolving;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.schemas.Schema;

/**
 * What one run will read of one source, fixed before anything is read.
 *
 * @param schema of the rows
 * @param chunks the source's own JSON, one each; a chunk is captured by itself and resumed there;
 *     empty when there is nothing new
 * @param position the source's own JSON that the next run starts from
 * @param facts for the report, by name: bounds, rules, warnings; no secret and no row value
 */
@Evolving
public record Increment(
    Schema schema, List<String> chunks, String position, Map<String, String> facts) {
  public Increment {
    chunks = List.copyOf(chunks);
    facts = new TreeMap<>(facts);
  }

  public boolean nothingNew() {
    return chunks.isEmpty();
  }
}
