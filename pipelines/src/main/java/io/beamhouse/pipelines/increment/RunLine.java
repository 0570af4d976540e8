package io.beamhouse.pipelines.increment;

import io.beamhouse.core.error.HeldException;
import io.beamhouse.core.error.StateRefusedException;
import io.beamhouse.core.step.DurableSteps;
import io.beamhouse.pipelines.increment.StateRecords.Stored;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A numbered sequence of runs, each planned only when the one before is done: the main one of a job
 * or that of one backfill.
 */
final class RunLine {
  private static final Pattern RUN_KEY = Pattern.compile("(\\d+)/(.+)");
  private static final Pattern CLEANED_KEY = Pattern.compile("(\\d+)\\.json");

  private final StateRecords records;
  private final String prefix;
  private final String workPrefix;
  private final String stateId;

  /**
   * @param prefix of its keys; ends with a slash
   * @param workPrefix of its files that are no state; ends with a slash
   * @param stateId under which sinks know its runs
   */
  RunLine(StateRecords records, String prefix, String workPrefix, String stateId) {
    this.records = records;
    this.prefix = prefix;
    this.workPrefix = workPrefix;
    this.stateId = stateId;
  }

  /** Where to look first for the newest run. */
  record Head(int version, long done) {}

  /** Up to which run the records may be gone. */
  record Cleaned(int version, long run) {}

  String stateId() {
    return stateId;
  }

  /** The key of {@code name} in {@code run}. */
  String key(long run, String name) {
    return prefix + "runs/" + run + "/" + name;
  }

  private String runs() {
    return prefix + "runs";
  }

  /** A key below {@link #runs}, taken apart. */
  record RunKey(String key, long run, String name) {}

  private String cleaned() {
    return prefix + "cleaned";
  }

  /**
   * Says, before anything is deleted, that the records up to {@code run} are going.
   *
   * <p>A driver that slept may put records of such a run anew, and point the head to it; by this
   * they are known to be older than the newest run. Each value has a key of its own, so that a late
   * cleaner cannot take a later one back.
   */
  void clean(long run) {
    records.putIfAbsent(cleaned() + "/" + run + ".json", new Cleaned(StateJson.VERSION, run));
    for (String key : records.list(cleaned())) {
      if (cleanedRun(key) < run) {
        records.delete(key);
      }
    }
  }

  /** Removes what is left of a run that was cleaned. */
  void prune(long run) {
    records.prune(runs() + "/" + run);
  }

  private long lastCleaned() {
    return records.list(cleaned()).stream().mapToLong(this::cleanedRun).max().orElse(0);
  }

  private long cleanedRun(String key) {
    Matcher matcher = CLEANED_KEY.matcher(key.substring(cleaned().length() + 1));
    return matcher.matches() ? Long.parseLong(matcher.group(1)) : 0;
  }

  /** All keys of all runs. */
  List<RunKey> list() {
    List<RunKey> keys = new ArrayList<>();
    for (String key : records.list(runs())) {
      Matcher matcher = RUN_KEY.matcher(key.substring(runs().length() + 1));
      if (matcher.matches()) {
        keys.add(new RunKey(key, Long.parseLong(matcher.group(1)), matcher.group(2)));
      }
    }
    return keys;
  }

  /** Where the files of all runs that are no state are kept; relative to the store. */
  String work() {
    return workPrefix.substring(0, workPrefix.length() - 1);
  }

  /** Where files that belong to {@code run}, but are no state, are kept; relative to the store. */
  String workDirectory(long run) {
    return workPrefix + run;
  }

  Optional<Stored<Plan>> plan(long run) {
    return records.get(key(run, "plan.json"), Plan.class);
  }

  /** Puts the plan and returns the one that stands: ours, or that of a faster attempt. */
  Stored<Plan> putPlan(Plan plan) {
    DurableSteps.before(ProtocolSteps.PLAN);
    records.putIfAbsent(key(plan.run(), "plan.json"), plan);
    DurableSteps.after(ProtocolSteps.PLAN);
    refuseCleaned(plan.run(), null);
    return plan(plan.run()).orElseThrow(() -> vanished(plan.run(), "plan.json", plan.run()));
  }

  /** A driver that slept may find {@code next} done by others, and what came before cleaned. */
  private RuntimeException vanished(long run, String name, long next) {
    return lastDone() < next ? missing(run, name) : gone(next, null);
  }

  /**
   * Stops a driver that slept until its run was done by others and cleaned away.
   *
   * @param cause what else went wrong, or null
   */
  void refuseCleaned(long run, RuntimeException cause) {
    if (run <= lastCleaned()) {
      throw gone(run, cause);
    }
  }

  private static HeldException gone(long run, RuntimeException cause) {
    return new HeldException(
        "run "
            + run
            + " was finished by another attempt and older records were cleaned while this one"
            + " stood still. Nothing is left to do for it; run again.",
        cause);
  }

  Optional<RunReport> done(long run) {
    return records.get(key(run, "done.json"), RunReport.class).map(Stored::value);
  }

  /**
   * Finished runs from {@code newest} back to the first that was cleaned away, at most {@code max}.
   */
  List<JobHistory.Run> finished(long newest, int max) {
    List<JobHistory.Run> runs = new ArrayList<>();
    for (long run = newest; run > 0 && runs.size() < max; run--) {
      Optional<RunReport> report = done(run);
      if (report.isEmpty()) {
        break;
      }
      runs.add(new JobHistory.Run(report.get(), timings(run)));
    }
    return runs;
  }

  private Optional<RunTimings> timings(long run) {
    return records.get(key(run, "timings.json"), RunTimings.class).map(Stored::value);
  }

  /** Puts the report and returns the one that stands: ours, or that of a faster attempt. */
  RunReport putDone(RunReport report) {
    DurableSteps.before(ProtocolSteps.DONE);
    records.putIfAbsent(key(report.run(), "done.json"), report);
    DurableSteps.after(ProtocolSteps.DONE);
    refuseCleaned(report.run(), null);
    return done(report.run()).orElseThrow(() -> vanished(report.run(), "done.json", report.run()));
  }

  /** Says where the next invocation should look first. */
  void advance(long run) {
    DurableSteps.before(ProtocolSteps.HEAD);
    records.put(prefix + "head.json", new Head(StateJson.VERSION, run));
    DurableSteps.after(ProtocolSteps.HEAD);
  }

  /** The newest run that is done, 0 when none is. The hint saves a listing, nothing more. */
  long lastDone() {
    long run = hint().orElseGet(this::newestListed);
    while (isDone(run + 1)) {
      run++;
    }
    return run;
  }

  /** The newest done run up to {@code lastDone} that no gate refused, 0 when there is none. */
  long lastAccepted(long lastDone) {
    long run = lastDone;
    while (run > 0 && done(run).filter(report -> report.refused() != null).isPresent()) {
      run--;
    }
    return run;
  }

  /** The plan whose positions the next run starts from. */
  Optional<Plan> lastPlan(long lastDone) {
    long run = lastAccepted(lastDone);
    if (run == 0) {
      return Optional.empty();
    }
    return Optional.of(
        plan(run).map(Stored::value).orElseThrow(() -> vanished(run, "plan.json", lastDone + 1)));
  }

  private OptionalLong hint() {
    Optional<Head> head = records.get(prefix + "head.json", Head.class).map(Stored::value);
    return head.isPresent() && head.get().done() > lastCleaned() && isDone(head.get().done())
        ? OptionalLong.of(head.get().done())
        : OptionalLong.empty();
  }

  private boolean isDone(long run) {
    return records.bytes(key(run, "done.json")).isPresent();
  }

  private long newestListed() {
    return list().stream()
        .filter(key -> key.name().equals("done.json"))
        .mapToLong(RunKey::run)
        .max()
        .orElse(0);
  }

  private StateRefusedException missing(long run, String name) {
    return new StateRefusedException(
        records.where(key(run, name))
            + " is missing although later records need it. Restore the state from a backup, or run"
            + " `state SPEC reset` to load everything again.");
  }
}
