package io.beamhouse.io.kafka;

import java.io.Serializable;
import java.util.TreeMap;

/**
 * How ranges are read.
 *
 * @param passLost whether records that are gone are passed over
 * @param topicIds by name
 * @param run for the column {@code _run}
 */
record ReadTask(
    KafkaConnection connection,
    boolean committed,
    boolean passLost,
    TreeMap<String, String> topicIds,
    long run)
    implements Serializable {}
