package io.beamhouse.pipelines.increment;

import io.beamhouse.core.Internal;
import io.beamhouse.io.core.increment.Increment;
import io.beamhouse.io.core.increment.IncrementalSource;
import io.beamhouse.io.core.increment.OnlyOutput;
import io.beamhouse.io.core.increment.SinkContext;
import io.beamhouse.io.core.manifest.CaptureSink;
import io.beamhouse.io.core.manifest.Manifest;
import io.beamhouse.io.core.state.StateStore;
import io.beamhouse.io.core.state.StateStores;
import io.beamhouse.pipelines.increment.Plan.PlannedSource;
import io.beamhouse.pipelines.increment.StateRecords.Stored;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollectionRowTuple;

/**
 * The finished runs of a job, and what each of them read, to be read once more: files that were
 * captured, or those that the plan names. Changes nothing.
 */
@Internal
public final class PastRuns {
  private final StateRecords records;
  private final String workRoot;
  private final IncrementJob job;
  private final CaptureFiles captureFiles;

  private PastRuns(
      StateRecords records, String workRoot, IncrementJob job, CaptureFiles captureFiles) {
    this.records = records;
    this.workRoot = workRoot;
    this.job = job;
    this.captureFiles = captureFiles;
  }

  /**
   * The runs of {@code job} below {@code stateLocation}; without those of backfills and replays.
   */
  public static PastRuns at(String stateLocation, IncrementJob job, CaptureFiles captureFiles) {
    StateStore store = StateStores.at(stateLocation);
    String location = store.location();
    return new PastRuns(
        new StateRecords(store),
        location.endsWith("/") ? location : location + "/",
        job,
        captureFiles);
  }

  /** The reports of the newest runs, newest first, back to the first that was cleaned away. */
  public List<RunReport> newest(int most) {
    return line().map(line -> line.finished(line.lastDone(), most)).orElse(List.of()).stream()
        .map(JobHistory.Run::report)
        .toList();
  }

  private Optional<RunLine> line() {
    return JobState.find(records, job.name()).map(JobState::main);
  }

  /**
   * What {@code run} read, by source.
   *
   * @param gone where to look for the reason when something is missing: a name for people
   */
  public record Input(
      Map<String, PTransform<PBegin, PCollectionRowTuple>> roots,
      List<IncrementalSource.Session> sessions,
      Optional<String> gone)
      implements AutoCloseable {
    @Override
    public void close() {
      sessions.forEach(IncrementalSource.Session::close);
    }
  }

  /** Opens what {@code run} read. */
  public Input input(long run) {
    RunLine line = line().orElseThrow();
    Map<String, PTransform<PBegin, PCollectionRowTuple>> roots = new TreeMap<>();
    List<IncrementalSource.Session> sessions = new ArrayList<>();
    Optional<Stored<Plan>> plan = line.plan(run);
    if (plan.isEmpty()) {
      return new Input(roots, sessions, Optional.of("its plan was cleaned away"));
    }
    for (Map.Entry<String, IncrementalSource> source : job.sources().entrySet()) {
      PlannedSource planned = plan.get().value().sources().get(source.getKey());
      if (planned == null) {
        return new Input(roots, sessions, Optional.of("it had no source " + source.getKey()));
      }
      Increment increment = planned.increment();
      List<PTransform<PBegin, PCollectionRowTuple>> parts = new ArrayList<>();
      for (int chunk = 0; chunk < planned.chunks().size(); chunk++) {
        if (planned.replayable()) {
          IncrementalSource.Session session = source.getValue().open(increment, chunk, run);
          sessions.add(session);
          parts.add(session.outputs());
          continue;
        }
        CaptureSink sink = capture(line, source.getKey(), run);
        Optional<Manifest> manifest =
            sink.manifest(context(line, source.getKey(), run, chunk, plan.get().hash()));
        if (manifest.isEmpty()) {
          return new Input(
              roots, sessions, Optional.of("what it captured of " + source.getKey() + " is gone"));
        }
        parts.add(new OnlyOutput(captureFiles.read(sink.directory(), manifest.get())));
      }
      roots.put(source.getKey(), new AllRows(parts, AllRows.schemas(source.getValue(), increment)));
    }
    return new Input(roots, sessions, Optional.empty());
  }

  private CaptureSink capture(RunLine line, String source, long run) {
    return attached(source)
        .map(name -> (CaptureSink) job.sinks().get(name))
        .orElseGet(
            () ->
                captureFiles.sink(
                    workRoot + line.workDirectory(run) + "/capture/" + SafeName.of(source)));
  }

  private Optional<String> attached(String source) {
    return job.captureSink(source).filter(name -> job.sinks().get(name) instanceof CaptureSink);
  }

  private SinkContext context(RunLine line, String source, long run, int chunk, String planHash) {
    String sink = attached(source).orElse("capture." + source);
    return new SinkContext(line.stateId(), SafeName.of(sink), run, chunk, 1, planHash, job.name());
  }
}
