package io.beamhouse.pipelines.increment;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.beamhouse.core.Internal;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.io.core.state.StateStores;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;

/**
 * The pages that show a job's runs, kept beside its state. They are for people: overwritten at
 * will, and nothing ever reads them.
 */
@Internal
public final class ReportPages {
  private final StateRecords records;
  private final IncrementJob job;

  ReportPages(StateRecords records, IncrementJob job) {
    this.records = records;
    this.job = job;
  }

  /** The pages of {@code job} below {@code stateLocation}. */
  public static ReportPages at(String stateLocation, IncrementJob job) {
    return new ReportPages(new StateRecords(StateStores.at(stateLocation)), job);
  }

  /**
   * Reads what is known of {@code run}, and of up to {@link JobHistory#EARLIER_RUNS} before it.
   *
   * @param run the newest one when empty
   * @return nothing when no run is done yet
   * @throws SpecException when there is no such run (any more)
   */
  public Optional<JobHistory> history(OptionalLong run) {
    Optional<JobState> state = JobState.find(records, job.name());
    long newest = state.map(found -> found.main().lastDone()).orElse(0L);
    List<JobHistory.Run> runs =
        state
            .map(found -> found.main().finished(run.orElse(newest), JobHistory.EARLIER_RUNS + 1))
            .orElse(List.of());
    if (run.isPresent() && runs.isEmpty()) {
      throw new SpecException(
          "--run " + run.getAsLong(),
          job.name()
              + (newest == 0
                  ? " has no finished run yet"
                  : " has no such finished run, or it was cleaned away; the newest is " + newest));
    }
    return runs.isEmpty()
        ? Optional.empty()
        : Optional.of(new JobHistory(job.name(), job.shape(), job.flows(), runs));
  }

  /**
   * Writes the page of {@code run}: {@code report.html} beside {@code report.json} for the newest
   * one, else beside the run's own records.
   *
   * @return where it is; nothing when no run is done yet
   */
  public Optional<String> write(OptionalLong run, Function<JobHistory, String> page) {
    Optional<JobHistory> history = history(run);
    if (history.isEmpty()) {
      return Optional.empty();
    }
    String key =
        run.isEmpty()
            ? job.name() + "/report.html"
            : JobState.find(records, job.name())
                .orElseThrow()
                .main()
                .key(run.getAsLong(), "report.html");
    records.put(key, page.apply(history.get()).getBytes(UTF_8));
    return Optional.of(records.where(key));
  }
}
