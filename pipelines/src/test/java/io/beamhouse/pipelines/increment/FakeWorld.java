package io.beamhouse.pipelines.increment;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.io.core.increment.Delivery;
import io.beamhouse.io.core.increment.IncrementalSink;
import io.beamhouse.io.core.increment.IncrementalSource;
import io.beamhouse.io.core.increment.OnlyOutput;
import io.beamhouse.io.core.increment.SinkContext;
import io.beamhouse.io.core.manifest.Manifest;
import io.beamhouse.io.core.manifest.ManifestName;
import io.beamhouse.io.core.manifest.Manifests;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.runners.direct.DirectRunner;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionRowTuple;
import org.apache.beam.sdk.values.Row;

/** A database, a job on it and all that the job writes, below one directory. */
final class FakeWorld {
  /** How the job is made. */
  enum Kind {
    /** The bronze sink is the capture. */
    BRONZE,
    /** No sink captures, so the protocol does. */
    INTERNAL,
    /** The source is read directly. */
    REPLAYABLE
  }

  private static final String SOURCE = "read users";
  private static final String BRONZE = "bronze";
  private static final String SILVER = "silver";

  final Path root;
  final FakeDatabase database;
  final FakeTable silver;
  final LinesSink bronze;
  private final Kind kind;
  private final int firstChunks;

  FakeWorld(Path root, Kind kind, int firstChunks) {
    this.root = root;
    this.kind = kind;
    this.firstChunks = firstChunks;
    this.database = new FakeDatabase(root.resolve("database"));
    this.silver = new FakeTable(root.resolve("lake/silver").toString(), Delivery.TXN);
    this.bronze = new LinesSink(root.resolve("lake/bronze").toString());
  }

  /** Fills the database: nine rows, one of them deleted, and one transaction under way. */
  long seed() {
    for (int id = 1; id <= 8; id++) {
      database.upsert(id, "first " + id);
    }
    database.delete(8);
    long late = database.begin();
    database.upsert(9, "after the late one");
    return late;
  }

  /** Changes that the next increment sees, and another transaction under way. */
  long secondWave(long late) {
    database.commit(late, 12, "late for the first run");
    database.upsert(4, "second");
    database.delete(5);
    long later = database.begin();
    database.upsert(6, "after the later one");
    return later;
  }

  /** What a busy day does between two starts: updates, a delete, an insert, a late commit. */
  void disturb(long late) {
    database.upsert(1, "changed");
    database.upsert(3, "changed too");
    database.delete(2);
    database.commit(late, 10, "late");
    database.upsert(11, "new");
  }

  RunOutcome run() {
    return run(RunOptions.create());
  }

  RunOutcome run(RunOptions options) {
    return runner().run(job("spec 1"), options);
  }

  IncrementRunner runner() {
    return IncrementRunner.at(stateLocation(), new DirectLauncher(), LinesSink.CAPTURE_FILES);
  }

  String stateLocation() {
    return root.resolve("state").toString();
  }

  StateCommand command() {
    return StateCommand.at(stateLocation(), job("").name());
  }

  /** Options under which the beats of others that live now look old. */
  static RunOptions muchLater(int hours) {
    InstantSource later = InstantSource.offset(InstantSource.system(), Duration.ofHours(hours));
    return RunOptions.create().withClock(later);
  }

  /** Runs until nothing is new, then checks every law. */
  void finishAndCheck() {
    RunOutcome outcome;
    do {
      outcome = run(muchLater(100));
    } while (!outcome.nothingNew());
    check();
  }

  void check() {
    assertThat(silver.live()).as("silver = source").isEqualTo(database.live());
    List<String> applied = silver.applied();
    assertThat(applied).as("nothing twice").doesNotHaveDuplicates();
    assertThat(applied)
        .as("nothing lost")
        .containsAll(database.newest().values().stream().map(FakeDatabase.Line::text).toList());
    if (kind == Kind.REPLAYABLE) {
      assertThat(applied)
          .containsExactlyInAnyOrderElementsOf(
              database.history(0, Long.MAX_VALUE).stream().map(FakeDatabase.Line::text).toList());
    }
    checkBronze();
    checkReports();
  }

  private void checkBronze() {
    List<String> byManifest = new ArrayList<>();
    List<String> byGlob = new ArrayList<>();
    try {
      Manifests manifests = Manifests.at(bronze.directory());
      for (ManifestName name : manifests.list()) {
        Manifest manifest = manifests.get(name).orElseThrow();
        byManifest.addAll(LinesSink.lines(bronze.directory(), manifest));
      }
      Path directory = Path.of(bronze.directory());
      if (Files.exists(directory)) {
        try (Stream<Path> files = Files.list(directory)) {
          for (Path file : files.filter(f -> f.toString().endsWith(".txt")).toList()) {
            byGlob.addAll(Files.readAllLines(file));
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    assertThat(byGlob).as("glob = manifests").containsExactlyInAnyOrderElementsOf(byManifest);
    assertThat(byManifest)
        .as("bronze = silver's changes")
        .containsExactlyInAnyOrderElementsOf(silver.applied());
  }

  private void checkReports() {
    StateCommand.View view = command().show();
    assertThat(view.unfinished()).isNull();
    assertThat(view.heldBy()).isNull();
    StateRecords records =
        new StateRecords(io.beamhouse.io.core.state.StateStores.at(stateLocation()));
    RunLine line = JobState.find(records, job("").name()).orElseThrow().main();
    long written = 0;
    long before = 0;
    long oldest = 1;
    while (oldest < view.lastDone() && line.done(oldest).isEmpty()) {
      oldest++; // Cleaned: only the newest runs are kept.
    }
    for (long run = oldest; run <= view.lastDone(); run++) {
      RunReport report = line.done(run).orElseThrow();
      assertThat(report.run()).isEqualTo(run);
      RunReport.SourceReport source = report.sources().get(SOURCE);
      if (run == 1 || run > oldest) {
        assertThat(Long.parseLong(source.facts().get("from"))).as("no gap").isEqualTo(before);
      }
      before = Long.parseLong(source.facts().get("to"));
      for (String sink : List.of(BRONZE, SILVER)) {
        long rows = report.sinks().get(sink).counts().get("written");
        assertThat(rows).isEqualTo(source.captured() ? source.rows() : rows);
      }
      assertThat(report.sinks().get(SILVER).appliedAgain()).isFalse();
      written += report.sinks().get(SILVER).counts().get("written");
    }
    if (oldest == 1) {
      assertThat(written).isEqualTo(silver.applied().size());
    }
  }

  Job job(String specHash) {
    Map<String, IncrementalSink> sinks = new LinkedHashMap<>();
    sinks.put(BRONZE, bronze);
    sinks.put(SILVER, silver);
    return new Job(
        "fake/users",
        specHash,
        Map.of(SOURCE, new FakeSource(database, kind == Kind.REPLAYABLE, firstChunks)),
        sinks,
        kind == Kind.BRONZE ? Optional.of(BRONZE) : Optional.empty());
  }

  /** Every source feeds every sink. */
  record Job(
      String name,
      String specHash,
      Map<String, IncrementalSource> sources,
      Map<String, IncrementalSink> sinks,
      Optional<String> capture)
      implements IncrementJob {
    @Override
    public Optional<String> captureSink(String source) {
      return capture;
    }

    @Override
    public void build(
        Pipeline pipeline,
        Map<String, PTransform<PBegin, PCollectionRowTuple>> roots,
        Map<String, SinkContext> bound) {
      Map<String, PTransform<PBegin, PCollectionRowTuple>> all = new TreeMap<>(roots);
      if (sources.isEmpty()) {
        FakeDatabase.Line line = new FakeDatabase.Line(1, "always the same", 1, false);
        all.put(
            "constant",
            new OnlyOutput(Create.of(FakeSource.row(line)).withRowSchema(FakeSource.SCHEMA)));
      }
      all.forEach(
          (name, root) -> {
            PCollection<Row> rows =
                pipeline.apply(name, root).get("output").setRowSchema(FakeSource.SCHEMA);
            bound.forEach(
                (sink, context) ->
                    PCollectionRowTuple.of("input", rows)
                        .apply(sink, sinks.get(sink).bind(context)));
          });
    }

    Job withSinks(Map<String, IncrementalSink> others) {
      return new Job(name, specHash, sources, others, Optional.empty());
    }
  }

  /** The direct runner without the checks that cost most. */
  static final class DirectLauncher implements PipelineLauncher {
    @Override
    public void run(String label, Consumer<Pipeline> build) {
      DirectOptions options = PipelineOptionsFactory.as(DirectOptions.class);
      options.setRunner(DirectRunner.class);
      options.setTargetParallelism(1);
      options.setEnforceImmutability(false);
      options.setEnforceEncodability(false);
      Pipeline pipeline = Pipeline.create(options);
      build.accept(pipeline);
      pipeline.run().waitUntilFinish();
    }
  }
}
