package io.beamhouse.pipelines.run;

import io.beamhouse.core.Internal;
import io.beamhouse.core.error.HeldException;
import io.beamhouse.pipelines.increment.IncrementRunner;
import io.beamhouse.pipelines.increment.PipelineLauncher;
import io.beamhouse.pipelines.increment.RunOptions;
import io.beamhouse.pipelines.increment.RunOutcome;
import io.beamhouse.pipelines.increment.RunReport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.apache.hadoop.fs.FSError;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the tables of a spec, some at once; the failure of one does not stop the others. */
@Internal
public final class SpecRun {
  private static final Logger LOG = LoggerFactory.getLogger(SpecRun.class);

  private final PipelineLauncher launcher;
  private final IncrementRunner increments;
  private final RunOptions options;
  private final Consumer<String> progress;
  private final Listener listener;

  /** Hears of each table's run, in the thread that runs it; never throws. */
  @Internal
  public interface Listener {
    /** Before anything is looked at. */
    void before(SpecJob job);

    void after(SpecJob job, Result result);
  }

  private static final Listener NOBODY =
      new Listener() {
        @Override
        public void before(SpecJob job) {}

        @Override
        public void after(SpecJob job, Result result) {}
      };

  /**
   * @param increments may be null when no job has a state
   * @param progress hears a line before each table
   */
  public SpecRun(
      PipelineLauncher launcher,
      IncrementRunner increments,
      RunOptions options,
      Consumer<String> progress) {
    this(launcher, increments, options, progress, NOBODY);
  }

  private SpecRun(
      PipelineLauncher launcher,
      IncrementRunner increments,
      RunOptions options,
      Consumer<String> progress,
      Listener listener) {
    this.launcher = launcher;
    this.increments = increments;
    this.options = options;
    this.progress = progress;
    this.listener = listener;
  }

  public SpecRun withListener(Listener heard) {
    return new SpecRun(launcher, increments, options, progress, heard);
  }

  /**
   * What became of one table.
   *
   * @param job name of the pipeline and the table
   * @param finished runs that came to their end
   * @param page where the newest of them can be looked at
   * @param took from its begin to its end
   */
  @Internal
  public record Result(
      String job,
      List<RunReport> finished,
      boolean nothingNew,
      Optional<String> page,
      Optional<RuntimeException> failure,
      Duration took) {
    static Result failed(String job, RuntimeException failure) {
      return new Result(
          job, List.of(), false, Optional.empty(), Optional.of(failure), Duration.ZERO);
    }

    /** Whether another process is at work, and this one stands by. */
    public boolean held() {
      return failure.filter(HeldException.class::isInstance).isPresent();
    }

    Result after(Duration duration) {
      return new Result(job, finished, nothingNew, page, failure, duration);
    }
  }

  /**
   * Runs {@code jobs}; returns the results in their order.
   *
   * @param atOnce how many run at the same time
   */
  public List<Result> run(List<SpecJob> jobs, int atOnce) {
    if (atOnce == 1 || jobs.size() < 2) {
      return jobs.stream().map(this::result).toList();
    }
    ClassLoader classes = Thread.currentThread().getContextClassLoader();
    ExecutorService threads =
        Executors.newFixedThreadPool(
            Math.min(atOnce, jobs.size()),
            task -> {
              Thread thread = new Thread(task, "beamhouse-table");
              thread.setContextClassLoader(classes);
              return thread;
            });
    try {
      List<Future<Result>> futures =
          jobs.stream().map(job -> threads.submit(() -> result(job))).toList();
      List<Result> results = new ArrayList<>();
      for (Future<Result> future : futures) {
        results.add(future.get());
      }
      return results;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while tables were running", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("a table ended without a result", e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  private Result result(SpecJob job) {
    long started = System.nanoTime();
    listener.before(job);
    Result result = outcome(job).after(Duration.ofNanos(System.nanoTime() - started));
    listener.after(job, result);
    return result;
  }

  private Result outcome(SpecJob job) {
    try {
      return run(job);
    } catch (RuntimeException e) {
      LOG.debug("{} failed", job.name(), e);
      return Result.failed(job.name(), e);
    } catch (FSError e) {
      return Result.failed(job.name(), LocalDisk.failed(e));
    }
  }

  private Result run(SpecJob job) {
    if (job.stateless()) {
      progress.accept(job.name() + ": running");
      launcher.run(job.name(), pipeline -> job.build(pipeline, Map.of(), Map.of()));
      return new Result(
          job.name(), List.of(), false, Optional.empty(), Optional.empty(), Duration.ZERO);
    }
    progress.accept(job.name() + ": looking for what is new");
    RunOutcome outcome = increments.run(job, options);
    return new Result(
        job.name(),
        outcome.finished(),
        outcome.nothingNew(),
        outcome.page(),
        Optional.empty(),
        Duration.ZERO);
  }
}
