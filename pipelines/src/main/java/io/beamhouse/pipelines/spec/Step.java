package io.beamhouse.pipelines.spec;

import io.beamhouse.core.Internal;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.values.Row;

/**
 * One leaf of a spec's graph; chains, composites and short forms are gone.
 *
 * @param name unique; a step of a composite is {@code Composite.Step}
 * @param named whether the name is the author's; a state may be known by such a name only
 * @param line of the step in the file
 * @param path of the step in the file
 * @param config of the provider's schema
 * @param inputs by tag; several in one tag are flattened
 * @param lines of the config's keys, by path below the config: {@code fields.total}
 * @param errorOutput the name given in {@code error_handling.output}; empty when there is none
 */
@Internal
public record Step(
    String name,
    boolean named,
    String type,
    int line,
    String path,
    Row config,
    Map<String, Integer> lines,
    Map<String, List<Edge>> inputs,
    String errorOutput) {

  /** Returns the line of a config key, or of the nearest thing around it. */
  public int lineOf(String key) {
    String at = key;
    while (!at.isEmpty()) {
      if (lines.containsKey(at)) {
        return lines.get(at);
      }
      at = at.substring(0, Math.max(at.lastIndexOf('.'), Math.max(at.lastIndexOf('['), 0)));
    }
    return line;
  }

  /**
   * One output of one step.
   *
   * @param output its tag; empty for the only one beside the error output
   */
  @Internal
  public record Edge(String step, String output) {
    @Override
    public String toString() {
      return output.isEmpty() ? step : step + "." + output;
    }
  }
}
