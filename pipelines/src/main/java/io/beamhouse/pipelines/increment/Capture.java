package io.beamhouse.pipelines.increment;

import io.beamhouse.core.error.CommitStateUnknownException;
import io.beamhouse.core.step.DurableSteps;
import io.beamhouse.io.core.increment.Increment;
import io.beamhouse.io.core.increment.IncrementalSource;
import io.beamhouse.io.core.increment.OnlyOutput;
import io.beamhouse.io.core.increment.SinkContext;
import io.beamhouse.io.core.manifest.CaptureSink;
import io.beamhouse.io.core.manifest.Manifest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionRowTuple;
import org.apache.beam.sdk.values.Row;

/**
 * Freezes one source's increment in files, chunk by chunk; what is frozen already is not read
 * again.
 */
final class Capture {
  private final RunContext run;
  private final String source;
  private final Optional<String> sinkName;
  private final CaptureSink sink;

  private Capture(RunContext run, String source, Optional<String> sinkName, CaptureSink sink) {
    this.run = run;
    this.source = source;
    this.sinkName = sinkName;
    this.sink = sink;
  }

  /**
   * Decides where {@code source} is captured: by the sink that is attached to it alone, else into
   * files of the state.
   */
  static Capture of(RunContext run, String source) {
    Optional<String> attached = run.job().captureSink(source);
    if (attached.isPresent()
        && run.job().sinks().get(attached.get()) instanceof CaptureSink captureSink) {
      return new Capture(run, source, attached, captureSink);
    }
    String directory = run.workDirectory() + "/capture/" + SafeName.of(source);
    return new Capture(run, source, Optional.empty(), run.captureFiles().sink(directory));
  }

  /** The sink of the job that is the capture, if one is. */
  Optional<String> sinkName() {
    return sinkName;
  }

  String directory() {
    return sink.directory();
  }

  SinkContext context(int chunk) {
    return run.context(sinkName.orElse("capture." + source), chunk);
  }

  /** Captures what is not captured yet; returns the manifests in the order of the chunks. */
  List<Manifest> capture(IncrementalSource from, Increment increment) {
    List<Manifest> manifests = new ArrayList<>();
    int chunks = increment.chunks().size();
    for (int chunk = 0; chunk < chunks; chunk++) {
      SinkContext context = context(chunk);
      if (run.committed(sink, context).isEmpty()) {
        run.begin("capture " + source + (chunks == 1 ? "" : " " + (chunk + 1) + "/" + chunks));
        DurableSteps.before(ProtocolSteps.CAPTURED);
        read(from, increment, chunk, context);
        DurableSteps.after(ProtocolSteps.CAPTURED);
      }
      manifests.add(
          sink.manifest(context)
              .orElseThrow(
                  () ->
                      new CommitStateUnknownException(
                          "the capture of "
                              + source
                              + " ended well, but "
                              + sink.target()
                              + " has no manifest of it; look there before running again")));
    }
    return manifests;
  }

  private void read(IncrementalSource from, Increment increment, int chunk, SinkContext context) {
    try (IncrementalSource.Session session = from.open(increment, chunk, context.run())) {
      PTransform<PBegin, PCollection<Row>> rows = session.rows();
      run.launch(
          pipeline -> {
            if (sinkName.isPresent()) {
              boolean whole = increment.chunks().size() == 1;
              build(whole, pipeline, new OnlyOutput(rows), context);
            } else {
              intoFiles(pipeline, rows, increment, context);
            }
          });
    }
  }

  private void build(
      boolean whole,
      Pipeline pipeline,
      PTransform<PBegin, PCollectionRowTuple> root,
      SinkContext context) {
    Map<String, PTransform<PBegin, PCollectionRowTuple>> roots = Map.of(source, root);
    Map<String, SinkContext> sinks = Map.of(sinkName.orElseThrow(), context);
    if (whole) {
      run.job().build(pipeline, roots, sinks);
    } else {
      run.job().buildPart(pipeline, roots, sinks);
    }
  }

  private void intoFiles(
      Pipeline pipeline,
      PTransform<PBegin, PCollection<Row>> rows,
      Increment increment,
      SinkContext context) {
    PCollection<Row> read = pipeline.apply(source, rows).setRowSchema(increment.schema());
    PCollectionRowTuple.of("input", read).apply("Capture", sink.bind(context));
  }
}
