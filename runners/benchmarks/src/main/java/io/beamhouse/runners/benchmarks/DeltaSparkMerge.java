package io.beamhouse.runners.benchmarks;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.delta.tables.DeltaTable;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/** The peer: reads bronze CSV files and merges them by delta-spark, as a Spark user would. */
public final class DeltaSparkMerge {
  private static final String SCHEMA =
      "id BIGINT, day DATE, vendor INT, distance DOUBLE, fare DOUBLE, tip DECIMAL(12,2), zone STRING,"
          + " note STRING, flag BOOLEAN, updated_at TIMESTAMP, _deleted BOOLEAN, _run BIGINT, _source STRING";

  private DeltaSparkMerge() {}

  public static void main(String[] args) {
    String table = args[0];
    String[] files = Arrays.copyOfRange(args, 1, args.length);
    SparkSession spark = session();
    Dataset<Row> changes = spark.read().schema(SCHEMA).option("header", "true").csv(files);
    if (!DeltaTable.isDeltaTable(spark, table)) {
      changes.drop("_deleted").limit(0).write().format("delta").save(table);
    }
    Map<String, Column> values = new HashMap<>();
    for (String name : changes.drop("_deleted").columns()) {
      values.put(name, col("s." + name));
    }
    DeltaTable.forPath(spark, table)
        .as("t")
        .merge(changes.as("s"), "t.id = s.id")
        .whenMatched(col("s._deleted").equalTo(lit(true)))
        .delete()
        .whenMatched(col("s.updated_at").geq(col("t.updated_at")))
        .update(values)
        .whenNotMatched(col("s._deleted").equalTo(lit(false)))
        .insert(values)
        .execute();
    spark.stop();
  }

  static SparkSession session() {
    return SparkSession.builder()
        .master("local[2]")
        .appName("delta-spark")
        .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
        .config(
            "spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.shuffle.partitions", "8")
        .config("spark.sql.session.timeZone", "UTC")
        .getOrCreate();
  }
}
