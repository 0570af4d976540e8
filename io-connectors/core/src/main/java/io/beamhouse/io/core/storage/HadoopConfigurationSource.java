package io.beamhouse.io.core.storage;

import io.beamhouse.core.Evolving;
import org.apache.hadoop.conf.Configuration;

/**
 * Supplies the Hadoop configuration of the place we run in; found by ServiceLoader, first one wins.
 *
 * <p>The Spark launcher supplies Spark's, so that {@code spark.hadoop.*} reaches every store.
 */
@Evolving
@FunctionalInterface
public interface HadoopConfigurationSource {
  Configuration get();
}
