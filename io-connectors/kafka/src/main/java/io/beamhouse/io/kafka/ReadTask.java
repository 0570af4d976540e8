package io.beamhouse.io.kafka;

import java.io.Serializable;
import java.util.TreeMap;

/**
 * How ranges are read.
 *
 * @param earliest whether to go on without records that are gone
 * @param passLost whether to pass over those that go while they are read; else reading fails, and
 *     the next attempt counts them before it begins
 * @param topicIds by name
 * @param run for the column {@code _run}
 */
record ReadTask(
    KafkaConnection connection,
    boolean committed,
    boolean earliest,
    boolean passLost,
    TreeMap<String, String> topicIds,
    long run)
    implements Serializable {}
