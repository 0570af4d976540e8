package io.beamhouse.io.delta.merge;

import io.beamhouse.core.Internal;
import io.beamhouse.io.delta.log.LoggedCommit;
import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a merge did.
 *
 * @param version of the table that holds the merge; the version that was read when nothing was
 *     committed
 * @param committed whether there is a commit of it
 * @param replayed whether that commit had been there before
 * @param removed stored rows that were not among the new children of their parent
 * @param parents rows of parents that came in
 */
@Internal
public record MergeOutcome(
    long version,
    boolean committed,
    boolean replayed,
    long changesIn,
    long inserted,
    long updated,
    long deleted,
    long unchanged,
    long superseded,
    long removed,
    long parents)
    implements Serializable {
  private static final String IN = "numSourceRows";
  private static final String INSERTED = "numTargetRowsInserted";
  private static final String UPDATED = "numTargetRowsUpdated";
  private static final String DELETED = "numTargetRowsDeleted";
  private static final String UNCHANGED = "numChangesUnchanged";
  private static final String SUPERSEDED = "numChangesSuperseded";
  private static final String REMOVED = "numChildrenRemoved";
  private static final String PARENTS = "numParents";

  static MergeOutcome of(
      long version, boolean committed, long changesIn, MergeCounts counts, long parents) {
    return new MergeOutcome(
        version,
        committed,
        false,
        changesIn,
        counts.inserted(),
        counts.updated(),
        counts.deleted(),
        counts.unchanged(),
        counts.superseded(),
        counts.removed(),
        parents);
  }

  /** The outcome of a merge that is in the log. */
  public static MergeOutcome replayed(LoggedCommit commit) {
    long removed = metric(commit, REMOVED);
    return new MergeOutcome(
        commit.version(),
        true,
        true,
        metric(commit, IN),
        metric(commit, INSERTED),
        metric(commit, UPDATED),
        metric(commit, DELETED) - removed,
        metric(commit, UNCHANGED),
        metric(commit, SUPERSEDED),
        removed,
        metric(commit, PARENTS));
  }

  private static long metric(LoggedCommit commit, String name) {
    Long value = commit.metric(name);
    return value == null ? 0 : value;
  }

  /** For the increment protocol, in the commit's info. */
  static Map<String, String> info(MergePlan plan, MergeCounts counts) {
    Map<String, String> info = new TreeMap<>();
    info.put("count.written", Long.toString(counts.inserted() + counts.updated()));
    info.put("count.inserted", Long.toString(counts.inserted()));
    info.put("count.updated", Long.toString(counts.updated()));
    info.put("count.deleted", Long.toString(counts.deleted()));
    info.put("count.unchanged", Long.toString(counts.unchanged()));
    info.put("count.superseded", Long.toString(counts.superseded()));
    if (plan.shape().perParent()) {
      info.put("count.removed", Long.toString(counts.removed()));
      info.put("count.parents", Long.toString(plan.parentsIn()));
    }
    return info;
  }

  /** For the table's history: Spark's names for a MERGE, and our own. */
  static Map<String, String> metrics(MergePlan plan, MergeCounts counts, int added, int removed) {
    Map<String, String> metrics = new TreeMap<>();
    metrics.put(IN, Long.toString(plan.changesIn()));
    metrics.put(INSERTED, Long.toString(counts.inserted()));
    metrics.put(UPDATED, Long.toString(counts.updated()));
    metrics.put(DELETED, Long.toString(counts.deleted() + counts.removed()));
    metrics.put(UNCHANGED, Long.toString(counts.unchanged()));
    metrics.put(SUPERSEDED, Long.toString(counts.superseded()));
    if (plan.shape().perParent()) {
      metrics.put(REMOVED, Long.toString(counts.removed()));
      metrics.put(PARENTS, Long.toString(plan.parentsIn()));
    }
    metrics.put("numTargetFilesAdded", Integer.toString(added));
    metrics.put("numTargetFilesRemoved", Integer.toString(removed));
    return metrics;
  }
}
