/** Running specs on Spark: the main class for spark-submit and Spark's Hadoop configuration. */
package io.beamhouse.runners.spark;
