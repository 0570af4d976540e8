package io.beamhouse.runners.direct;

import java.util.Arrays;
import java.util.Map;
import org.apache.kafka.clients.producer.Partitioner;
import org.apache.kafka.common.Cluster;

/** Nine of ten records to partition 0, the others to those before the last one that is used. */
public final class UnevenPartitions implements Partitioner {
  /** How many partitions are used. */
  static final String USED = "uneven.used";

  private int used;

  @Override
  public void configure(Map<String, ?> settings) {
    used = Integer.parseInt(String.valueOf(settings.get(USED)));
  }

  @Override
  public int partition(
      String topic, Object key, byte[] keyBytes, Object value, byte[] bytes, Cluster cluster) {
    int hash = Math.floorMod(Arrays.hashCode(bytes), 100);
    return hash < 90 ? 0 : 1 + hash % (used - 1);
  }

  @Override
  public void close() {}
}
