package io.beamhouse.pipelines.increment;

import io.beamhouse.core.Internal;
import java.util.function.Consumer;
import org.apache.beam.sdk.Pipeline;

/** Creates a Beam pipeline for the chosen runner, runs it and waits for its end. */
@Internal
@FunctionalInterface
public interface PipelineLauncher {
  /**
   * Runs what {@code build} adds to a new pipeline.
   *
   * @param label names the phase in logs and in the runner's UI
   * @throws RuntimeException the failure of the pipeline, its cause unwrapped where it is one of
   *     ours
   */
  void run(String label, Consumer<Pipeline> build);
}
