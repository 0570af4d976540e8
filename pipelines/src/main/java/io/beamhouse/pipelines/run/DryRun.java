package io.beamhouse.pipelines.run;

import io.beamhouse.core.Internal;
import io.beamhouse.core.error.StorageFailedException;
import io.beamhouse.core.row.SchemaJson;
import io.beamhouse.io.core.increment.Increment;
import io.beamhouse.io.core.increment.IncrementalSource;
import io.beamhouse.io.core.increment.PlanRequest;
import io.beamhouse.io.core.increment.PlanRequest.Backfill;
import io.beamhouse.pipelines.increment.AllRows;
import io.beamhouse.pipelines.increment.StateCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollectionRowTuple;

/**
 * Shows what a run would do: plans each source, types each step and names each sink.
 *
 * <p>Sources are asked what is new; no row is read, no state or target is touched. What a plan
 * writes goes to a temporary directory that is deleted.
 */
@Internal
public final class DryRun {
  private final Optional<String> state;
  private final Optional<Backfill> backfill;
  private final Consumer<String> out;

  /**
   * @param state where the state lives; empty when no job has one
   */
  public DryRun(Optional<String> state, Optional<Backfill> backfill, Consumer<String> out) {
    this.state = state;
    this.backfill = backfill;
    this.out = out;
  }

  public void run(List<SpecJob> jobs) {
    jobs.forEach(this::run);
    out.accept("dry run: no data was moved");
  }

  private void run(SpecJob job) {
    out.accept(job.name());
    long run = 1;
    Map<String, String> positions = Map.of();
    if (!job.stateless()) {
      StateCommand.View view = StateCommand.at(state.orElseThrow(), job.name()).show();
      if (view.heldBy() != null) {
        out.accept("  held by " + view.heldBy());
      }
      if (view.unfinished() != null && backfill.isEmpty()) {
        out.accept("  run " + view.unfinished() + " is unfinished and would be finished first");
      }
      run = view.lastDone() + 1;
      positions = backfill.isEmpty() ? view.positions() : Map.of();
    }
    Map<String, PTransform<PBegin, PCollectionRowTuple>> roots = new HashMap<>();
    for (Map.Entry<String, IncrementalSource> source : job.sources().entrySet()) {
      Increment increment = plan(source.getValue(), run, positions.get(source.getKey()));
      show(source.getKey(), increment);
      roots.put(source.getKey(), AllRows.none(source.getValue(), increment));
    }
    showSteps(job, roots);
    job.sinks()
        .forEach(
            (name, sink) ->
                out.accept(
                    "  sink "
                        + name
                        + ": "
                        + sink.target()
                        + " ("
                        + sink.delivery().name().toLowerCase(Locale.ROOT)
                        + ")"
                        + (sink.targetId().isPresent() ? "" : ", no identity yet")));
  }

  private Increment plan(IncrementalSource source, long run, String position) {
    try {
      Path work = Files.createTempDirectory("beamhouse-dry-run");
      try {
        return source.plan(
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

  private void show(String name, Increment increment) {
    int chunks = increment.chunks().size();
    out.accept(
        "  source "
            + name
            + ": "
            + (increment.nothingNew()
                ? "nothing new"
                : chunks + (chunks == 1 ? " chunk" : " chunks") + " to read"));
    new TreeMap<>(increment.facts())
        .forEach((fact, value) -> out.accept("    " + fact + ": " + value));
  }

  private void showSteps(SpecJob job, Map<String, PTransform<PBegin, PCollectionRowTuple>> roots) {
    Pipeline pipeline = Pipeline.create(PipelineOptionsFactory.create());
    Map<String, PCollectionRowTuple> outputs = job.graph().applyWithoutSinks(pipeline, roots);
    for (var step : job.steps()) {
      PCollectionRowTuple tuple = outputs.get(step.name());
      if (tuple != null) {
        new TreeMap<>(tuple.getAll())
            .forEach(
                (tag, rows) ->
                    out.accept(
                        "  step "
                            + step.name()
                            + (tag.equals("output") ? "" : "." + tag)
                            + ": "
                            + fields(rows.getSchema())));
      }
    }
  }

  private static String fields(Schema schema) {
    return schema.getFields().stream()
        .map(
            field ->
                field.getName()
                    + " "
                    + SchemaJson.typeName(field.getType())
                    + (field.getType().getNullable() ? "?" : ""))
        .collect(Collectors.joining(", "));
  }
}
