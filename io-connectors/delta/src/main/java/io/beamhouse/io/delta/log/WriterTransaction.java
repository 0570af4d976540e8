package io.beamhouse.io.delta.log;

import io.beamhouse.core.Internal;
import java.io.Serializable;

/**
 * The transaction id that makes a commit happen once ({@code txn} action of the protocol).
 *
 * @param appId the application's id
 * @param version of this commit; grows with each commit of the application
 * @param stateId the state behind it; empty for an embedder without one
 * @param planHash of the plan that is committed; empty likewise
 */
@Internal
public record WriterTransaction(String appId, long version, String stateId, String planHash)
    implements Serializable {
  static final String STATE = "state";
  static final String PLAN = "plan";

  /** A transaction of an embedder who keeps no state. */
  public static WriterTransaction of(String appId, long version) {
    return new WriterTransaction(appId, version, "", "");
  }

  /** The plan hash that was committed with {@code commit}; empty for none. */
  public static String planHash(LoggedCommit commit) {
    return commit.info().getOrDefault(PLAN, "");
  }

  boolean isThatOf(LoggedCommit commit) {
    return commit.info().getOrDefault(STATE, "").equals(stateId)
        && commit.info().getOrDefault(PLAN, "").equals(planHash);
  }
}
