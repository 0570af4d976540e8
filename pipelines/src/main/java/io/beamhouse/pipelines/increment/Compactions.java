package io.beamhouse.pipelines.increment;

import io.beamhouse.io.core.increment.Compacting;
import io.beamhouse.io.core.increment.IncrementalSink;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets sinks put their small files together after a run; whatever comes of it, the run is done. */
final class Compactions {
  private static final Logger LOG = LoggerFactory.getLogger(Compactions.class);

  private Compactions() {}

  static void after(IncrementJob job, String stateId, long run, Consumer<String> progress) {
    for (Map.Entry<String, IncrementalSink> entry : job.sinks().entrySet()) {
      if (entry.getValue() instanceof Compacting sink) {
        try {
          sink.compact(stateId, SafeName.of(entry.getKey()), run)
              .ifPresent(text -> progress.accept(job.name() + ": " + text));
        } catch (RuntimeException e) {
          LOG.warn(
              "{}: run {} is done, but the small files of {} could not be put together: {}. A later"
                  + " run tries again.",
              job.name(),
              run,
              entry.getValue().target(),
              e.getMessage(),
              e);
        }
      }
    }
  }
}
