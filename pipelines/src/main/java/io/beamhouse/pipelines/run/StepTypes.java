package io.beamhouse.pipelines.run;

import io.beamhouse.core.error.StorageFailedException;
import io.beamhouse.io.core.increment.Increment;
import io.beamhouse.io.core.increment.IncrementalSource;
import io.beamhouse.io.core.increment.PlanRequest;
import io.beamhouse.io.core.increment.PlanRequest.Backfill;
import io.beamhouse.pipelines.increment.AllRows;
import io.beamhouse.pipelines.spec.Step;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollectionRowTuple;

/**
 * Plans the sources of a job and types its steps, in a pipeline that is never run.
 *
 * <p>What a plan writes goes to a temporary directory that is deleted.
 */
final class StepTypes {
  private StepTypes() {}

  /**
   * Returns the outputs of the chosen steps and of those before them; sinks, and what feeds on
   * them, are left out.
   *
   * @param positions of the sources; none for the first run
   * @param planned is told of each source's plan
   */
  static Map<String, PCollectionRowTuple> of(
      SpecJob job,
      SpecGraph graph,
      Predicate<Step> chosen,
      long run,
      Map<String, String> positions,
      Optional<Backfill> backfill,
      BiConsumer<String, Increment> planned) {
    Map<String, PTransform<PBegin, PCollectionRowTuple>> roots = new HashMap<>();
    for (Map.Entry<String, IncrementalSource> source : job.sources().entrySet()) {
      Increment increment = plan(source.getValue(), run, positions.get(source.getKey()), backfill);
      planned.accept(source.getKey(), increment);
      roots.put(source.getKey(), AllRows.none(source.getValue(), increment));
    }
    return graph.applyWithoutSinks(Pipeline.create(PipelineOptionsFactory.create()), roots, chosen);
  }

  private static Increment plan(
      IncrementalSource source, long run, String position, Optional<Backfill> backfill) {
    try {
      Path work = Files.createTempDirectory("beamhouse-dry-run");
      try {
        return source.preview(
            new PlanRequest(
                run,
                Optional.ofNullable(position),
                Instant.now(),
                backfill,
                work.resolve("plan").toUri().toString()));
      } finally {
        delete(work);
      }
    } catch (IOException e) {
      throw new StorageFailedException(
          "the temporary directory cannot be used: " + e.getMessage(), e);
    }
  }

  private static void delete(Path directory) throws IOException {
    try (Stream<Path> paths = Files.walk(directory)) {
      paths
          .sorted(Comparator.reverseOrder())
          .forEach(
              path -> {
                try {
                  Files.delete(path);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }
}
