package io.beamhouse.io.delta.log;

import io.beamhouse.core.Internal;

/**
 * A commit that is in the log.
 *
 * @param version of the table
 * @param replayed whether it had been there already, with the same transaction id
 * @param commit as it stands in the log
 * @param attempts how often it was tried; 0 for a replay that was found before the first try
 */
@Internal
public record CommitResult(long version, boolean replayed, LoggedCommit commit, int attempts) {}
