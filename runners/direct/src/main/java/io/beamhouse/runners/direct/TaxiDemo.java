package io.beamhouse.runners.direct;

import io.beamhouse.pipelines.increment.RunReport;
import io.beamhouse.pipelines.increment.RunReport.StepReport;
import io.beamhouse.pipelines.increment.StateCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Three months of taxi trips from a web server to Delta and PostgreSQL, and one of them again. */
final class TaxiDemo implements Demo {
  private static final String ZONES = "taxi_zone_lookup.csv";
  private static final List<YearMonth> MONTHS =
      List.of(YearMonth.of(2023, 1), YearMonth.of(2023, 2), YearMonth.of(2023, 3));

  private final DemoDatabase database;
  private final DemoWebFiles web;
  private final DemoRuns runs;
  private final Path lake;
  private final Path published;
  private final Path bronze;
  private final Path silver;
  private final Path password;
  private final PrintWriter out;
  private int fetched;

  private TaxiDemo(
      DemoDatabase database, DemoWebFiles web, DemoRuns runs, Path home, PrintWriter out)
      throws IOException {
    this.database = database;
    this.web = web;
    this.runs = runs;
    this.lake = home.resolve("lake");
    this.published = home.resolve("published");
    this.bronze = runs.spec("taxi/taxi-bronze.yaml");
    this.silver = runs.spec("taxi/taxi-silver.yaml");
    this.password = Files.writeString(home.resolve("password"), database.password());
    this.out = out;
  }

  static TaxiDemo open(Path home, String runner, PrintWriter out, PrintWriter err)
      throws IOException, SQLException {
    err.println("Starting PostgreSQL and a web server ...");
    DemoDatabase database = DemoDatabase.start(home.resolve("postgres"), "taxi/taxi-warehouse.sql");
    return new TaxiDemo(database, DemoWebFiles.start(), new DemoRuns(home, runner, err), home, out);
  }

  /** Returns whether files, Delta and the warehouse agree after each wave. */
  @Override
  public boolean play() throws IOException, SQLException {
    web.publish("demo/taxi/" + ZONES, ZONES, published);
    for (YearMonth month : MONTHS) {
      web.publish("demo/taxi/" + name(month), name(month), published);
    }
    out.println();
    out.println("Wave 1: three months, three at once; the types of columns change in February");
    boolean right = runBoth();

    out.println();
    out.println("Wave 2: nothing was published since, so nothing is fetched");
    right &= runBoth() && fetched == 0;

    YearMonth january = MONTHS.get(0);
    web.publish("demo/taxi/again-" + name(january), name(january), published);
    out.println();
    out.println("Wave 3: January was published again, shorter; it takes the old one's place");
    return runBoth() && right;
  }

  private boolean runBoth() throws SQLException {
    List<String> chosen = List.of("colour=yellow", "year=2023", "months=01,02,03");
    List<String> from = new ArrayList<>(chosen);
    from.add("source=" + web.address());
    List<String> to = new ArrayList<>(chosen);
    to.add("zones=" + web.address() + "/" + ZONES);
    to.add("url=" + database.url());
    to.add("username=" + database.username());
    to.add("password=${file:" + password + "}");
    List<String> options = List.of("--parallel=3");
    String summary = runs.run(bronze, options, from) + runs.run(silver, options, to);
    summary
        .lines()
        .filter(line -> line.startsWith("taxi-"))
        .forEach(line -> out.println("  " + line));
    printCounts();
    return compare();
  }

  private void printCounts() {
    out.printf("%-10s%12s%12s%12s%n", "", "read", "set aside", "in silver");
    for (YearMonth month : MONTHS) {
      String table = "taxi-silver/" + month.toString().substring(5);
      RunReport report =
          StateCommand.at(lake.resolve("_state/taxi/yellow-2023").toString(), table)
              .show()
              .lastReport();
      StepReport checked = report.steps().get("checked");
      out.printf(
          "%-10s%12d%12d%12d%n",
          month,
          checked.in(),
          checked.out().getOrDefault("bad", 0L),
          report.sinks().get("silver").counts().get("written"));
    }
  }

  private boolean compare() throws SQLException {
    fetched = web.fetches();
    out.println("Web server     " + web.counts());
    Map<YearMonth, TaxiReading> warehouse;
    try (Connection connection = database.connect()) {
      warehouse = TaxiReading.ofWarehouse(connection);
    }
    boolean right = warehouse.size() == MONTHS.size();
    long trips = 0;
    for (YearMonth month : MONTHS) {
      TaxiReading read = TaxiReading.ofFile(published.resolve(name(month)), month);
      right &= read.equals(warehouse.get(month));
      trips += read.trips();
    }
    out.println(
        "Warehouse      "
            + (right
                ? "= the published files, read apart (" + trips + " trips, their totals)"
                : "DIFFERS from the published files"));
    TableComparison.Result delta =
        TableComparison.of(database, password, "taxi_trips", lake.resolve("silver/taxi/trips"));
    out.println(
        "Delta          "
            + (delta.equal()
                ? "= the warehouse (" + delta.rows() + " rows, every column compared)"
                : "DIFFERS from the warehouse in " + delta.differences() + " rows"));
    return right && delta.equal();
  }

  private static String name(YearMonth month) {
    return "yellow_tripdata_" + month + ".parquet";
  }

  @Override
  public void close() {
    web.close();
    database.close();
  }

  @Override
  public void sayHowToGoOn(boolean stay) {
    out.println();
    out.println("The lake   " + lake + "  (bronze: Parquet, silver: Delta)");
    out.println("The specs  " + bronze);
    out.println("           " + silver);
    if (stay) {
      out.println("Web        " + web.address() + "  (Ctrl-C here stops it and the database)");
      out.println("Database   " + database.url() + "  user " + database.username());
    } else {
      out.println(
          "Look       " + lake.resolve("_state/taxi/yellow-2023/taxi-silver/01/report.html"));
    }
    out.flush();
  }
}
