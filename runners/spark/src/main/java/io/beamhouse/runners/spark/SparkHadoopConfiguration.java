package io.beamhouse.runners.spark;

import com.google.auto.service.AutoService;
import io.beamhouse.core.Internal;
import io.beamhouse.io.core.storage.HadoopConfigurationSource;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.SparkConf;
import org.apache.spark.SparkEnv;
import org.apache.spark.deploy.SparkHadoopUtil;

/**
 * Spark's Hadoop configuration with every {@code spark.hadoop.*}, in the driver and on executors.
 */
@Internal
@AutoService(HadoopConfigurationSource.class)
public final class SparkHadoopConfiguration implements HadoopConfigurationSource {
  @Override
  public Configuration get() {
    // Executors know the driver's settings by their environment only, not by system properties.
    SparkEnv environment = SparkEnv.get();
    SparkConf configuration = environment == null ? new SparkConf() : environment.conf();
    return SparkHadoopUtil.get().newConfiguration(configuration);
  }
}
