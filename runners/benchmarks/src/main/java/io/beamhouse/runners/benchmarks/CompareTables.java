package io.beamhouse.runners.benchmarks;

import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Says whether two Delta tables hold the same rows, lineage columns aside, as delta-spark sees
 * them.
 */
public final class CompareTables {
  private CompareTables() {}

  public static void main(String[] args) {
    SparkSession spark = DeltaSparkMerge.session();
    Row ours = digest(spark, args[0]);
    Row theirs = digest(spark, args[1]);
    System.out.println(
        "tables " + (ours.equals(theirs) ? "equal" : "DIFFER") + ": " + ours + " " + theirs);
    spark.stop();
  }

  private static Row digest(SparkSession spark, String table) {
    return spark
        .read()
        .format("delta")
        .load(table)
        .drop("_run", "_source")
        .selectExpr("count(*)", "bit_xor(xxhash64(*))", "sum(cast(xxhash64(*) as decimal(38,0)))")
        .head();
  }
}
