package io.beamhouse.runners.benchmarks;

import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** Says whether two directories of Parquet files hold the same rows, as Spark reads them. */
public final class CompareParquet {
  private CompareParquet() {}

  /**
   * Prints one line.
   *
   * @param args ours, theirs, the columns to compare of ours and of theirs, as SQL
   */
  public static void main(String[] args) {
    SparkSession spark = SparkFlatten.session();
    Row ours = digest(spark, args[0], args[2]);
    Row theirs = digest(spark, args[1], args[3]);
    System.out.println(
        "tables " + (ours.equals(theirs) ? "equal" : "DIFFER") + ": " + ours + " " + theirs);
    spark.stop();
  }

  private static Row digest(SparkSession spark, String directory, String columns) {
    return spark
        .read()
        .option("pathGlobFilter", "*.parquet")
        .parquet(directory)
        .selectExpr("xxhash64(" + columns + ") AS h")
        .selectExpr("count(*)", "bit_xor(h)", "sum(cast(h AS decimal(38,0)))")
        .head();
  }
}
