package io.beamhouse.runners.benchmarks;

import static org.apache.spark.sql.functions.expr;

import io.delta.tables.DeltaTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.Trigger;

/**
 * The peer: the work of the stream specs in Structured Streaming and delta-spark, as a Spark user
 * would write it; exactly once by Delta's transaction of the batch's number.
 */
public final class SparkStream {
  private static final String SCHEMA =
      "event_id STRING, type STRING, session_id STRING, user_id BIGINT, title_id STRING,"
          + " started_at TIMESTAMP, at TIMESTAMP, device STRING, app_version STRING";

  private SparkStream() {}

  /** Arguments: append or merge, bootstrap servers, topic, lake, records per batch, stop file. */
  public static void main(String[] args) throws Exception {
    boolean merge = args[0].equals("merge");
    String lake = args[3];
    Path stop = args.length > 5 ? Path.of(args[5]) : null;
    SparkSession spark = session();
    Dataset<Row> records =
        spark
            .readStream()
            .format("kafka")
            .option("kafka.bootstrap.servers", args[1])
            .option("subscribe", args[2])
            .option("startingOffsets", "earliest")
            .option("maxOffsetsPerTrigger", args[4])
            .load();
    StreamingQuery query =
        records
            .writeStream()
            .option("checkpointLocation", lake + "/checkpoint")
            .trigger(stop == null ? Trigger.AvailableNow() : Trigger.ProcessingTime(0))
            .foreachBatch(
                (Dataset<Row> batch, Long id) -> {
                  write(batch, id, lake, merge);
                })
            .start();
    if (stop == null) {
      query.awaitTermination();
    } else {
      while (!query.awaitTermination(TimeUnit.MILLISECONDS.toMillis(200))) {
        if (Files.exists(stop)) {
          query.stop();
          break;
        }
      }
    }
    spark.stop();
  }

  private static void write(Dataset<Row> batch, long id, String lake, boolean merge) {
    Dataset<Row> checked =
        batch
            .withColumn("e", expr("from_json(CAST(value AS STRING), '" + SCHEMA + "')"))
            .withColumn("failures", failures())
            .persist();
    append(checked.where("size(failures) > 0").selectExpr("value", "offset", "failures"), id)
        .save(lake + "/refused");
    Dataset<Row> good =
        checked
            .where("size(failures) = 0")
            .selectExpr("e.*", "topic", "partition", "offset", "timestamp");
    if (merge) {
      merge(good, lake);
    } else {
      append(good, id).save(lake + "/events");
    }
    checked.unpersist();
  }

  private static org.apache.spark.sql.DataFrameWriter<Row> append(Dataset<Row> rows, long id) {
    return rows.write()
        .format("delta")
        .mode("append")
        .option("txnAppId", "stream")
        .option("txnVersion", id);
  }

  private static void merge(Dataset<Row> good, String lake) {
    Dataset<Row> sessions =
        good.groupBy("session_id")
            .agg(
                expr("min(user_id) AS user_id"),
                expr("min(title_id) AS title_id"),
                expr("min(started_at) AS started_at"),
                expr("max(CASE WHEN type = 'stop' THEN at END) AS stopped_at"),
                expr("min(CASE WHEN type = 'start' THEN event_id END) AS start_event"),
                expr("min(CASE WHEN type = 'stop' THEN event_id END) AS stop_event"));
    String table = lake + "/sessions";
    if (!DeltaTable.isDeltaTable(table)) {
      sessions.write().format("delta").save(table);
      return;
    }
    DeltaTable.forPath(table)
        .as("t")
        .merge(sessions.as("s"), "t.session_id = s.session_id")
        .whenMatched()
        .updateExpr(
            java.util.Map.of(
                "started_at", "least(t.started_at, s.started_at)",
                "stopped_at", "greatest(t.stopped_at, s.stopped_at)",
                "start_event", "least(t.start_event, s.start_event)",
                "stop_event", "least(t.stop_event, s.stop_event)"))
        .whenNotMatched()
        .insertAll()
        .execute();
  }

  private static org.apache.spark.sql.Column failures() {
    return expr(
        "array_compact(array("
            + "CASE WHEN e IS NULL OR e.event_id IS NULL THEN 'event_id' END, "
            + "CASE WHEN e.session_id IS NULL THEN 'session_id' END, "
            + "CASE WHEN e.user_id IS NULL OR e.user_id < 1 THEN 'user_id' END, "
            + "CASE WHEN e.title_id IS NULL OR NOT e.title_id RLIKE '^tt[0-9]{7,}$'"
            + " THEN 'title_id' END, "
            + "CASE WHEN e.type IS NULL OR e.type NOT IN ('start', 'stop') THEN 'type' END, "
            + "CASE WHEN e.at IS NULL OR e.started_at IS NULL OR e.at < e.started_at"
            + " THEN 'start before stop' END))");
  }

  private static SparkSession session() {
    return SparkSession.builder()
        .master("local[2]")
        .appName("structured-streaming")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.databricks.delta.snapshotPartitions", "2")
        .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
        .config(
            "spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
        .getOrCreate();
  }
}
