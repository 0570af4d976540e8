package io.beamhouse.runners.benchmarks;

import static org.apache.spark.sql.functions.expr;

import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.storage.StorageLevel;

/** The peer: the work of the flatten specs in Spark SQL, as a Spark user would write it. */
public final class SparkFlatten {
  private static final String SCHEMA =
      "tconst STRING, titleType STRING, primaryTitle STRING, originalTitle STRING, isAdult INT,"
          + " startYear INT, endYear INT, runtimeMinutes INT, genres STRING";
  private static final String GENRES =
      "'Drama', 'Comedy', 'Talk-Show', 'Sci-Fi', 'Film-Noir', 'Reality-TV', 'News'";
  private static final String TYPES =
      "'movie', 'short', 'tvSeries', 'tvEpisode', 'tvMiniSeries', 'video'";

  private SparkFlatten() {}

  public static void main(String[] args) {
    SparkSession spark = session();
    if (args[0].equals("rows")) {
      rows(spark, args[1], args[2]);
    } else {
      tables(spark, args[1], args[2], args[0].equals("tables-cached"));
    }
    spark.stop();
  }

  /** One query, one pass. */
  private static void rows(SparkSession spark, String landing, String lake) {
    read(spark, landing, SCHEMA, "FAILFAST")
        .withColumn("isAdult", expr("isAdult = 1"))
        .withColumn("genres", expr("explode_outer(split(genres, ',', -1))"))
        .withColumn("_warnings", failures(TYPES, 600, "genres NOT IN (" + GENRES + ")"))
        .write()
        .parquet(lake + "/rows");
  }

  /**
   * Four tables, four passes, of which each skips the columns that it does not need.
   *
   * @param cached whether the parsed rows are kept from one to the next instead; as dear at two
   *     million rows, and more do not fit
   */
  private static void tables(SparkSession spark, String landing, String lake, boolean cached) {
    Dataset<Row> parsed =
        read(spark, landing, SCHEMA + ", _corrupt_record STRING", "PERMISSIVE")
            .withColumn("isAdult", expr("isAdult = 1"))
            .withColumn("_source", expr("input_file_name()"));
    Dataset<Row> read = cached ? parsed.persist(StorageLevel.MEMORY_AND_DISK()) : parsed;
    read.where("_corrupt_record IS NOT NULL").write().parquet(lake + "/unread");
    Dataset<Row> checked =
        read.where("_corrupt_record IS NULL")
            .drop("_corrupt_record")
            .withColumn("failures", failures(TYPES + ", 'videoGame'", 50_000, null));
    checked.where("failures IS NOT NULL").write().parquet(lake + "/refused");
    Dataset<Row> titles =
        checked
            .where("failures IS NULL")
            .drop("failures")
            .withColumn("_row_key", expr("md5(tconst)"));
    titles.drop("genres").write().parquet(lake + "/titles");
    titles
        .selectExpr("tconst", "_row_key", "posexplode(split(genres, ',', -1)) AS (_index, value)")
        .selectExpr(
            "tconst", "_row_key", "md5(concat(_row_key, _index)) AS _key", "_index", "value")
        .write()
        .parquet(lake + "/genres");
  }

  private static org.apache.spark.sql.Column failures(String types, int runtime, String more) {
    String rules =
        failure("tconst IS NULL", "key present")
            + failure("NOT tconst RLIKE '^tt[0-9]+$'", "key shape")
            + failure("titleType NOT IN (" + types + ")", "known type")
            + failure("startYear NOT BETWEEN 1880 AND 2035", "year sane")
            + failure("runtimeMinutes NOT BETWEEN 1 AND " + runtime, "runtime sane")
            + failure("startYear > endYear", "years in order")
            + failure("length(primaryTitle) NOT BETWEEN 1 AND 200", "title length")
            + (more == null ? "" : failure(more, "known genre"));
    String array = "array_compact(array(" + rules.substring(0, rules.length() - 2) + "))";
    return expr("CASE WHEN size(" + array + ") > 0 THEN " + array + " END");
  }

  private static String failure(String broken, String rule) {
    return "CASE WHEN " + broken + " THEN '" + rule + "' END, ";
  }

  private static Dataset<Row> read(SparkSession spark, String landing, String schema, String mode) {
    return spark
        .read()
        .schema(schema)
        .option("sep", "\t")
        .option("quote", "")
        .option("nullValue", "\\N")
        .option("emptyValue", "")
        .option("header", "true")
        .option("lineSep", "\n")
        .option("mode", mode)
        .csv(landing + "/title.basics*");
  }

  static SparkSession session() {
    return SparkSession.builder()
        .master("local[2]")
        .appName("spark-sql")
        .config("spark.ui.enabled", "false")
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.parquet.compression.codec", "snappy")
        .getOrCreate();
  }
}
