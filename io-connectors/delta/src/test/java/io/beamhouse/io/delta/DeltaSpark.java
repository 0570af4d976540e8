package io.beamhouse.io.delta;

import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.functions;

/** delta-spark 3.1.0 as the independent reader and writer; one session for all tests of a JVM. */
public final class DeltaSpark {
  private static SparkSession session;

  private DeltaSpark() {}

  public static synchronized SparkSession session() {
    if (session == null) {
      session =
          SparkSession.builder()
              .master("local[2]")
              .appName("delta-tests")
              .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
              .config(
                  "spark.sql.catalog.spark_catalog",
                  "org.apache.spark.sql.delta.catalog.DeltaCatalog")
              .config("spark.ui.enabled", "false")
              // Compiling plans takes longer than running them on so few rows.
              .config("spark.sql.codegen.wholeStage", "false")
              .config("spark.sql.codegen.factoryMode", "NO_CODEGEN")
              .config("spark.sql.shuffle.partitions", "2")
              .config("spark.databricks.delta.snapshotPartitions", "2")
              .config("spark.sql.session.timeZone", "UTC")
              .config("spark.sql.datetime.java8API.enabled", "true")
              .getOrCreate();
    }
    return session;
  }

  /** Reads the newest snapshot, past every cache. */
  public static Dataset<Row> read(String path) {
    org.apache.spark.sql.delta.DeltaLog.clearCache();
    return session().read().format("delta").load(path);
  }

  /** Returns the rows of the table, each as JSON with microseconds, sorted. */
  public static List<String> json(String path) {
    String format = "yyyy-MM-dd\'T\'HH:mm:ss.SSSSSS";
    return read(path)
        .select(
            functions.to_json(
                functions.struct(functions.col("*")),
                Map.of("timestampFormat", format + "XXX", "timestampNTZFormat", format)))
        .collectAsList()
        .stream()
        .map(row -> row.getString(0))
        .sorted()
        .toList();
  }

  public static void sql(String statement) {
    session().sql(statement).collect();
  }

  /** Returns DESCRIBE HISTORY, newest first. */
  public static List<Row> history(String path) {
    org.apache.spark.sql.delta.DeltaLog.clearCache();
    return session().sql("DESCRIBE HISTORY delta.`" + path + "`").collectAsList();
  }
}
