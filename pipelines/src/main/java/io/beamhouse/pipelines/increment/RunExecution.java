package io.beamhouse.pipelines.increment;

import io.beamhouse.core.error.CommitStateUnknownException;
import io.beamhouse.core.error.GateRefusedException;
import io.beamhouse.core.error.SourceChangedException;
import io.beamhouse.core.step.DurableSteps;
import io.beamhouse.io.core.increment.Committed;
import io.beamhouse.io.core.increment.Delivery;
import io.beamhouse.io.core.increment.Increment;
import io.beamhouse.io.core.increment.IncrementalSink;
import io.beamhouse.io.core.increment.IncrementalSource;
import io.beamhouse.io.core.increment.OnlyOutput;
import io.beamhouse.io.core.increment.SinkContext;
import io.beamhouse.io.core.increment.StagingSink;
import io.beamhouse.io.core.manifest.Manifest;
import io.beamhouse.pipelines.increment.Plan.PlannedSource;
import io.beamhouse.pipelines.increment.RunReport.FileReport;
import io.beamhouse.pipelines.increment.RunReport.SinkReport;
import io.beamhouse.pipelines.increment.RunReport.SourceReport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollectionRowTuple;

/** Capture, apply and the report of one planned run; each step is skipped where it was taken. */
final class RunExecution {
  private final RunContext run;
  private final AppliedMarks marks;
  private final Map<String, Capture> captures = new TreeMap<>();
  private final Map<String, List<Manifest>> captured = new TreeMap<>();
  private final Accounts accounts = new Accounts();

  RunExecution(RunContext run, AppliedMarks marks) {
    this.run = run;
    this.marks = marks;
  }

  RunReport execute() {
    capture();
    apply();
    return report();
  }

  private void capture() {
    for (Map.Entry<String, PlannedSource> entry : run.plan().sources().entrySet()) {
      PlannedSource planned = entry.getValue();
      if (planned.replayable() || planned.chunks().isEmpty()) {
        continue;
      }
      Capture capture = Capture.of(run, entry.getKey());
      captures.put(entry.getKey(), capture);
      IncrementalSource source = run.job().sources().get(entry.getKey());
      captured.put(entry.getKey(), capture.capture(source, planned.increment()));
    }
  }

  private void apply() {
    Map<String, SinkContext> open = new LinkedHashMap<>();
    run.job()
        .sinks()
        .forEach(
            (name, sink) -> {
              SinkContext context = run.context(name, 0);
              if (capturedBy(name).isEmpty()
                  && !onlyFedByNothing(name)
                  && run.committed(sink, context).isEmpty()) {
                open.put(name, context);
              }
            });
    if (open.isEmpty()) {
      return;
    }
    run.begin("apply to " + String.join(", ", open.keySet()));
    List<IncrementalSource.Session> sessions = new ArrayList<>();
    try {
      Map<String, Map<String, String>> gone = new TreeMap<>();
      Map<String, PTransform<PBegin, PCollectionRowTuple>> roots = roots(sessions, gone);
      checkGone(gone, open);
      marks.put(
          open.keySet().stream()
              .filter(name -> run.job().sinks().get(name).delivery() == Delivery.AT_LEAST_ONCE)
              .toList(),
          gone);
      DurableSteps.before(ProtocolSteps.APPLIED);
      run.launch(pipeline -> run.job().build(pipeline, roots, open));
    } finally {
      sessions.forEach(IncrementalSource.Session::close);
    }
    DurableSteps.after(ProtocolSteps.APPLIED);
  }

  /** Sinks of one run hold the same rows, so none goes on without what another one has. */
  private void checkGone(Map<String, Map<String, String>> gone, Map<String, SinkContext> open) {
    if (gone.isEmpty() || gone.equals(marks.noted().gone())) {
      return;
    }
    List<String> committed =
        run.job().sinks().keySet().stream()
            .filter(name -> !open.containsKey(name) && capturedBy(name).isEmpty())
            .filter(name -> !onlyFedByNothing(name))
            .toList();
    if (!committed.isEmpty()) {
      throw new SourceChangedException(
          "Run "
              + run.plan().run()
              + " was interrupted when "
              + String.join(", ", committed)
              + " had its rows, and since then some of them are gone from the source ("
              + gone
              + "), so that "
              + String.join(", ", open.keySet())
              + " would get fewer. Nothing was written. Restore them, or run `state SPEC reset` and"
              + " begin anew where you choose.");
    }
  }

  /** A sink that captures a source with nothing new has nothing to do in this run. */
  private boolean onlyFedByNothing(String sink) {
    return run.plan().sources().entrySet().stream()
        .filter(entry -> !entry.getValue().replayable() && entry.getValue().chunks().isEmpty())
        .anyMatch(
            entry -> Capture.of(run, entry.getKey()).sinkName().filter(sink::equals).isPresent());
  }

  /** What the plan fixed of tables that others change; a step that is new to the job is not. */
  static Map<String, PTransform<PBegin, PCollectionRowTuple>> pinned(IncrementJob job, Plan plan) {
    Map<String, PTransform<PBegin, PCollectionRowTuple>> roots = new HashMap<>();
    job.pinned()
        .forEach(
            (name, read) -> {
              if (plan.pins().containsKey(name)) {
                roots.put(name, read.at(plan.pins().get(name)));
              }
            });
    return roots;
  }

  private Map<String, PTransform<PBegin, PCollectionRowTuple>> roots(
      List<IncrementalSource.Session> sessions, Map<String, Map<String, String>> gone) {
    Map<String, PTransform<PBegin, PCollectionRowTuple>> roots = pinned(run.job(), run.plan());
    run.plan()
        .sources()
        .forEach(
            (name, planned) -> {
              Increment increment = planned.increment();
              List<PTransform<PBegin, PCollectionRowTuple>> parts = new ArrayList<>();
              if (planned.replayable()) {
                for (int chunk = 0; chunk < planned.chunks().size(); chunk++) {
                  IncrementalSource.Session session =
                      run.job().sources().get(name).open(increment, chunk, run.plan().run());
                  sessions.add(session);
                  if (!session.facts().isEmpty()) {
                    gone.put(name, session.facts());
                  }
                  parts.add(session.outputs());
                }
              } else {
                for (Manifest manifest : captured.getOrDefault(name, List.of())) {
                  parts.add(
                      new OnlyOutput(
                          run.captureFiles().read(captures.get(name).directory(), manifest)));
                }
              }
              roots.put(
                  name,
                  AllRows.of(parts, AllRows.schemas(run.job().sources().get(name), increment)));
            });
    return roots;
  }

  /**
   * The report of a run that a gate refused; empty when a sink was committed all the same, so that
   * the run must be brought to its end.
   */
  Optional<RunReport> refused(GateRefusedException why) {
    Plan plan = run.plan();
    Map<String, SinkReport> sinks = new TreeMap<>();
    for (Map.Entry<String, IncrementalSink> entry : run.job().sinks().entrySet()) {
      IncrementalSink sink = entry.getValue();
      boolean captures = capturedBy(entry.getKey()).isPresent();
      if (!captures && run.committed(sink, run.context(entry.getKey(), 0)).isPresent()) {
        return Optional.empty();
      }
      sinks.put(
          entry.getKey(),
          new SinkReport(
              sink.target(),
              sink.targetId().orElse(null),
              sink.delivery(),
              null,
              null,
              null,
              false));
    }
    Map<String, SourceReport> sources = sourceReports(marks.noted());
    accounts.judged(why.judgements());
    return Optional.of(
        new RunReport(
            StateJson.VERSION,
            plan.pipeline(),
            plan.stateId(),
            plan.run(),
            plan.specHash(),
            run.planHash(),
            plan.clock(),
            null,
            why.getMessage(),
            sources,
            Map.of(),
            accounts.checks(),
            sinks));
  }

  private RunReport report() {
    Plan plan = run.plan();
    Map<String, SinkReport> sinks = new TreeMap<>();
    AppliedMarks.Noted noted = marks.noted();
    run.job()
        .sinks()
        .forEach(
            (name, sink) ->
                sinks.put(name, sinkReport(name, sink, noted.byOthers().contains(name))));
    // After the sinks, whose commits hold what sources counted.
    Map<String, SourceReport> sources = sourceReports(noted);
    Map<String, String> backfill = null;
    Map<String, SinkReport> complete = new TreeMap<>(sinks);
    complete.keySet().removeIf(name -> !(run.job().sinks().get(name) instanceof StagingSink));
    accounts.check(run.job().flows(), sources, complete);
    if (plan.backfill() != null) {
      backfill = new TreeMap<>();
      backfill.put("from", plan.backfill().from());
      backfill.put("to", plan.backfill().to());
    }
    return new RunReport(
        StateJson.VERSION,
        plan.pipeline(),
        plan.stateId(),
        plan.run(),
        plan.specHash(),
        run.planHash(),
        plan.clock(),
        backfill,
        null,
        sources,
        accounts.steps(sinks.keySet()),
        accounts.checks(),
        sinks);
  }

  private Map<String, SourceReport> sourceReports(AppliedMarks.Noted noted) {
    Map<String, SourceReport> sources = new TreeMap<>();
    run.plan()
        .sources()
        .forEach(
            (name, planned) -> {
              Map<String, String> gone = noted.gone().getOrDefault(name, Map.of());
              sources.put(name, sourceReport(name, planned, facts(planned, gone)));
            });
    return sources;
  }

  private SourceReport sourceReport(String name, PlannedSource planned, Map<String, String> facts) {
    List<Manifest> manifests = captured.get(name);
    if (manifests == null) {
      return directReport(name, planned, facts);
    }
    return new SourceReport(
        true,
        planned.chunks().size(),
        manifests.stream().mapToLong(Manifest::rows).sum(),
        null,
        manifests.stream().mapToLong(Manifest::bytes).sum(),
        manifests.stream().mapToInt(manifest -> manifest.files().size()).sum(),
        null,
        facts);
  }

  private SourceReport directReport(String name, PlannedSource planned, Map<String, String> facts) {
    List<FileReport> files = accounts.files(name).orElse(null);
    boolean known = files != null;
    return new SourceReport(
        false,
        planned.chunks().size(),
        known
            // As an object: else the other one is unboxed, and is null when nobody counts.
            ? Long.valueOf(files.stream().mapToLong(FileReport::rows).sum())
            // Records of a topic are counted where they are told apart.
            : accounts.taken(name).orElse(null),
        known ? files.stream().mapToLong(FileReport::rejected).sum() : null,
        null,
        known ? (int) files.stream().mapToLong(FileReport::files).sum() : null,
        files,
        facts);
  }

  /** Records that were lost before the plan and after it are one sum. */
  private static Map<String, String> facts(PlannedSource planned, Map<String, String> gone) {
    Map<String, String> facts = new TreeMap<>(planned.facts());
    gone.forEach((fact, now) -> facts.merge(fact, now, RunExecution::together));
    return facts;
  }

  private static String together(String before, String since) {
    return before.matches("\\d+") && since.matches("\\d+")
        ? String.valueOf(Long.parseLong(before) + Long.parseLong(since))
        : before.equals(since) ? before : before + ", " + since;
  }

  private SinkReport sinkReport(String name, IncrementalSink sink, boolean again) {
    Optional<String> source = capturedBy(name);
    List<SinkContext> contexts = new ArrayList<>();
    List<String> files = null;
    if (source.isPresent()) {
      files = new ArrayList<>();
      for (int chunk = 0; chunk < captured.get(source.get()).size(); chunk++) {
        contexts.add(run.context(name, chunk));
        captured.get(source.get()).get(chunk).files().stream()
            .map(Manifest.PublishedFile::name)
            .forEach(files::add);
      }
    } else if (!onlyFedByNothing(name)) {
      contexts.add(run.context(name, 0));
    }
    List<String> versions = new ArrayList<>();
    Map<String, Long> counts = new TreeMap<>();
    Map<String, Map<String, Long>> tally = new TreeMap<>();
    boolean known = true;
    for (SinkContext context : contexts) {
      Optional<Committed> committed = run.committed(sink, context);
      if (committed.isEmpty() && sink.delivery() == Delivery.TXN) {
        throw new CommitStateUnknownException(
            "the pipeline ended well, but "
                + sink.target()
                + " holds nothing of run "
                + context.run()
                + "; look there before running again");
      }
      known &= committed.isPresent();
      committed.ifPresent(
          found -> {
            versions.add(found.version());
            found.counts().forEach((outcome, n) -> counts.merge(outcome, n, Long::sum));
            found.tally().forEach((step, counters) -> add(counters, tally, step));
            accounts.judged(found.judgements());
          });
    }
    accounts.take(name, tally);
    return new SinkReport(
        sink.target(),
        sink.targetId().orElse(null),
        sink.delivery(),
        known ? versions : null,
        known ? counts : null,
        files,
        again);
  }

  private static void add(
      Map<String, Long> counters, Map<String, Map<String, Long>> to, String step) {
    Map<String, Long> sums = to.computeIfAbsent(step, any -> new TreeMap<>());
    counters.forEach((name, n) -> sums.merge(name, n, Long::sum));
  }

  private Optional<String> capturedBy(String sink) {
    return captures.entrySet().stream()
        .filter(entry -> entry.getValue().sinkName().filter(sink::equals).isPresent())
        .map(Map.Entry::getKey)
        .findFirst();
  }
}
