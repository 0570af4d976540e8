package io.beamhouse.pipelines.run;

import io.beamhouse.core.Internal;
import io.beamhouse.core.error.BeamhouseException;
import io.beamhouse.core.error.Problems;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.pipelines.increment.PipelineLauncher;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.TreeMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.PipelineRunner;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.runners.PipelineRunnerRegistrar;
import org.apache.hadoop.fs.FSError;

/** Runs pipelines on a runner of the class path, chosen by its name. */
@Internal
public final class BeamLauncher implements PipelineLauncher {
  private static final Lock ONE_AT_A_TIME = new ReentrantLock();
  private static final String DIRECT = "DirectRunner";

  /** What the direct runner checks for authors of transforms costs users half of a run. */
  private static final Map<String, String> UNCHECKED =
      Map.of(
          "enforceImmutability", "--enforceImmutability=false",
          "enforceEncodability", "--enforceEncodability=false");

  /**
   * Of each id Beam keeps the newest options until the JVM ends; increments come by the thousand.
   */
  private static final long OPTIONS_ID = PipelineOptionsFactory.create().getOptionsId();

  private final List<String> arguments;
  private final boolean alone;

  /**
   * @param alone whether pipelines must not run at the same time
   */
  private BeamLauncher(List<String> arguments, boolean alone) {
    this.arguments = arguments;
    this.alone = alone;
  }

  /**
   * Returns a launcher; throws SpecException about options that do not exist.
   *
   * @param runner simple class name, such as DirectRunner
   * @param options from the spec, by name
   * @param passedOn {@code --name=value} from the command line; wins over {@code options}
   */
  public static BeamLauncher create(
      String runner, Map<String, String> options, List<String> passedOn) {
    Map<String, Class<? extends PipelineRunner<?>>> runners = runners();
    if (!runners.containsKey(runner)) {
      throw new SpecException(
          "--runner",
          "no runner '"
              + runner
              + "' on the class path"
              + Problems.didYouMean(runner, runners.keySet())
              + "; there is: "
              + String.join(", ", runners.keySet()));
    }
    Map<String, String> arguments =
        new LinkedHashMap<>(runner.equals(DIRECT) ? UNCHECKED : Map.of());
    options.forEach((name, value) -> arguments.put(name, "--" + name + "=" + value));
    passedOn.forEach(a -> arguments.put(a.substring(2).split("=", 2)[0], a));
    arguments.put("runner", "--runner=" + runners.get(runner).getName());
    // A JVM has one Spark context, and Beam's Spark runner opens and closes one for each pipeline.
    boolean alone = !runner.equals(DIRECT);
    BeamLauncher launcher = new BeamLauncher(new ArrayList<>(arguments.values()), alone);
    launcher.options("check");
    return launcher;
  }

  private static Map<String, Class<? extends PipelineRunner<?>>> runners() {
    Map<String, Class<? extends PipelineRunner<?>>> runners = new TreeMap<>();
    for (PipelineRunnerRegistrar registrar : ServiceLoader.load(PipelineRunnerRegistrar.class)) {
      registrar.getPipelineRunners().forEach(c -> runners.put(c.getSimpleName(), c));
    }
    return runners;
  }

  private PipelineOptions options(String label) {
    try {
      PipelineOptions options =
          PipelineOptionsFactory.fromArgs(arguments.toArray(new String[0])).create();
      options.setOptionsId(OPTIONS_ID);
      options.setJobName(jobName(label));
      return options;
    } catch (IllegalArgumentException e) {
      SpecException refused = new SpecException("pipeline options", String.valueOf(e.getMessage()));
      refused.initCause(e);
      throw refused;
    }
  }

  private static String jobName(String label) {
    return label.toLowerCase(java.util.Locale.ROOT).replaceAll("[^a-z0-9-]+", "-");
  }

  @Override
  public void run(String label, Consumer<Pipeline> build) {
    if (!alone) {
      runNow(label, build);
      return;
    }
    ONE_AT_A_TIME.lock();
    try {
      runNow(label, build);
    } finally {
      ONE_AT_A_TIME.unlock();
    }
  }

  private void runNow(String label, Consumer<Pipeline> build) {
    Pipeline pipeline = Pipeline.create(options(label));
    build.accept(pipeline);
    PipelineResult.State state;
    try {
      state = pipeline.run().waitUntilFinish();
    } catch (RuntimeException | FSError e) {
      throw unwrapped(e);
    }
    if (state != PipelineResult.State.DONE) {
      throw new Pipeline.PipelineExecutionException(
          new IllegalStateException("the pipeline '" + label + "' ended as " + state));
    }
  }

  /** Our own exceptions say what to do; the runner's wrappers around them do not. */
  private static RuntimeException unwrapped(Throwable failure) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < 50; depth++) {
      if (cause instanceof BeamhouseException ours) {
        return ours;
      }
      if (cause instanceof FSError error) {
        return LocalDisk.failed(error);
      }
      cause = cause.getCause();
    }
    return failure instanceof Pipeline.PipelineExecutionException known
        ? known
        : new Pipeline.PipelineExecutionException(failure);
  }
}
