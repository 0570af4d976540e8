package io.beamhouse.pipelines.increment;

import io.beamhouse.core.Evolving;
import io.beamhouse.core.error.Judgement;
import io.beamhouse.io.core.increment.Delivery;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What one run did: a function of its plan, manifests and commits, so that each attempt would write
 * the same. Durations are kept apart. In JSON, names are in snake case and null means unknown.
 *
 * @param version of the format; 1
 * @param planHash hash of the plan that was followed
 * @param clock the time that the run took as now
 * @param backfill the range, "from" and "to"; null for an ordinary run
 * @param refused why a gate let nothing of this run be published; the next run reads the same rows
 *     again; null for a run that was committed
 * @param checks what rules for the whole said, by step; as far as they were judged before a commit
 */
@Evolving
public record RunReport(
    int version,
    String pipeline,
    String stateId,
    long run,
    String specHash,
    String planHash,
    String clock,
    Map<String, String> backfill,
    String refused,
    Map<String, SourceReport> sources,
    Map<String, StepReport> steps,
    Map<String, List<CheckReport>> checks,
    Map<String, SinkReport> sinks) {

  public RunReport {
    // Reports of runs before steps were counted have none.
    steps = steps == null ? new TreeMap<>() : new TreeMap<>(steps);
    // Reports of runs before checks were kept have none.
    checks = checks == null ? new TreeMap<>() : new TreeMap<>(checks);
    sources = new TreeMap<>(sources);
    sinks = new TreeMap<>(sinks);
  }

  /**
   * What was read of a source.
   *
   * @param captured whether the rows were frozen in files first
   * @param rows records that were read, refused ones too; null for a source that is read directly
   *     and does not count
   * @param rejected records that the source itself refused; null when it does not count them
   * @param byFile what each file gave; null when the source does not count it
   * @param facts the source's own: bounds, rules, warnings
   */
  @Evolving
  public record SourceReport(
      boolean captured,
      int chunks,
      Long rows,
      Long rejected,
      Long bytes,
      Integer files,
      List<FileReport> byFile,
      Map<String, String> facts) {
    private static final List<String> WARNINGS =
        List.of("lost_records", "recreated_topics", "missing_topics");

    /** Facts to be told wherever a run is, since something is not there any more. */
    public List<String> warnings() {
      return WARNINGS.stream()
          .filter(facts::containsKey)
          .map(name -> name + " " + facts.get(name))
          .toList();
    }
  }

  /**
   * What a file gave.
   *
   * @param file its path; null for all files beyond the first thousand by path, taken together
   * @param files how many files these are
   * @param rows records that were read, refused ones too
   */
  @Evolving
  public record FileReport(String file, long files, long rows, long rejected) {}

  /**
   * What became of rows in a step that looks at one row at a time; other steps are not counted.
   *
   * @param in rows taken
   * @param out rows given, by output
   * @param none rows that nothing came of
   * @param rules rows that broke a rule, by the rule's name; a row may break several
   */
  @Evolving
  public record StepReport(long in, Map<String, Long> out, long none, Map<String, Long> rules) {
    public StepReport {
      out = new TreeMap<>(out);
      // Reports of runs before rules were counted have none.
      rules = rules == null ? new TreeMap<>() : new TreeMap<>(rules);
    }
  }

  /**
   * What one rule for the whole said.
   *
   * @param fingerprint tells whether two runs were judged by the same rule
   * @param metric what was measured
   * @param value of the metric; null when it has none
   * @param threshold what was allowed, in words; empty for anything
   * @param outcome pass, warn or fail
   */
  @Evolving
  public record CheckReport(
      String rule,
      String fingerprint,
      String metric,
      Double value,
      String threshold,
      String outcome,
      String message) {
    static CheckReport of(Judgement judgement) {
      return new CheckReport(
          judgement.rule(),
          judgement.fingerprint(),
          judgement.metric(),
          judgement.value(),
          judgement.threshold(),
          judgement.outcome(),
          judgement.message());
    }
  }

  /**
   * What was written to a sink.
   *
   * @param targetId null when the target has no identity
   * @param versions the target's own names of what was committed; several for a first load in
   *     chunks; null when the sink cannot tell
   * @param counts rows by outcome; null when the sink cannot tell
   * @param files published files, relative to the target; null for targets that are not files
   * @param appliedAgain an {@code at_least_once} sink that a second attempt wrote to again
   */
  @Evolving
  public record SinkReport(
      String target,
      String targetId,
      Delivery delivery,
      List<String> versions,
      Map<String, Long> counts,
      List<String> files,
      boolean appliedAgain) {
    /** The rows that its counts account for; null when unknown. */
    public Long rowsTaken() {
      if (counts == null) {
        return null;
      }
      // Written rows of a merge are those inserted and updated; removed ones were stored before.
      boolean merge = counts.containsKey("inserted");
      return counts.entrySet().stream()
          .filter(one -> !merge || !Set.of("written", "removed").contains(one.getKey()))
          .mapToLong(Map.Entry::getValue)
          .sum();
    }
  }

  /** Returns this report as it stands in {@code done.json}. */
  public String toJson() {
    return new String(StateJson.write(this), java.nio.charset.StandardCharsets.UTF_8);
  }
}
