package io.beamhouse.runners.direct;

import io.beamhouse.pipelines.increment.RunReport;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;

/** The main job in two waves, on a database that it brings itself. */
final class SubscriptionsDemo implements Demo {
  private static final List<String> TABLES = List.of("users", "subscriptions");
  private static final List<String> OUTCOMES =
      List.of("inserted", "updated", "deleted", "unchanged", "superseded");

  private final DemoDatabase database;
  private final DemoRuns runs;
  private final Path lake;
  private final Path bronze;
  private final Path silver;
  private final Path password;
  private final PrintWriter out;

  private SubscriptionsDemo(DemoDatabase database, Path home, DemoRuns runs, PrintWriter out)
      throws IOException {
    this.database = database;
    this.runs = runs;
    this.lake = runs.lake();
    this.bronze = runs.spec("youflix/subscriptions-bronze.yaml");
    this.silver = runs.spec("youflix/subscriptions-silver.yaml");
    this.password = Files.writeString(home.resolve("password"), database.password());
    this.out = out;
  }

  static SubscriptionsDemo open(Path home, String runner, PrintWriter out, PrintWriter err)
      throws IOException, SQLException {
    err.println("Starting PostgreSQL ...");
    DemoDatabase database = DemoDatabase.start(home.resolve("postgres"));
    return new SubscriptionsDemo(database, home, new DemoRuns(home, runner, err), out);
  }

  /** Returns whether silver equals the source after both waves. */
  @Override
  public boolean play() throws IOException, SQLException {
    database.run("demo/wave-1.sql");
    boolean equal;
    try (Connection late = database.connect();
        Statement statement = late.createStatement()) {
      late.setAutoCommit(false);
      out.println();
      out.println("Wave 1: the tables as they are (a late transaction stays open meanwhile)");
      statement.execute(
          "INSERT INTO users (email, full_name, country, newsletter)"
              + " VALUES ('late@example.org', 'Committed Late', 'NZ', true)");
      equal = runBoth();
      late.commit();
    }
    database.run("demo/wave-2.sql");
    out.println();
    out.println("Wave 2: updates, inserts, deletes, and the late commit");
    return runBoth() && equal;
  }

  private boolean runBoth() {
    runs.run(
        bronze,
        "url=" + database.url(),
        "username=" + database.username(),
        "password=${file:" + password + "}");
    runs.run(silver);
    printCounts();
    boolean equal = true;
    for (String table : TABLES) {
      TableComparison.Result result =
          TableComparison.of(database, password, table, lake.resolve("silver/youflix/" + table));
      out.printf(
          "%-14s %s%n",
          table,
          result.equal()
              ? "silver = source (" + result.rows() + " rows, every column compared)"
              : "silver DIFFERS from the source in " + result.differences() + " rows");
      equal &= result.equal();
    }
    return equal;
  }

  private void printCounts() {
    out.printf("%-14s", "");
    OUTCOMES.forEach(outcome -> out.printf("%12s", outcome));
    out.println();
    for (String table : TABLES) {
      RunReport report = runs.report("youflix-subscriptions-silver/" + table);
      Map<String, Long> counts =
          report.sinks().values().stream().findFirst().orElseThrow().counts();
      out.printf("%-14s", table);
      OUTCOMES.forEach(outcome -> out.printf("%12d", counts.getOrDefault(outcome, 0L)));
      out.println();
    }
  }

  @Override
  public void close() {
    database.close();
  }

  @Override
  public void sayHowToGoOn(boolean stay) {
    out.println();
    out.println("The lake   " + lake + "  (bronze: CSV, silver: Delta)");
    out.println("The specs  " + bronze);
    out.println("           " + silver);
    if (stay) {
      out.println("Database   " + database.url() + "  user " + database.username());
      out.println("Change it, then run on (Ctrl-C here stops the database):");
      out.println(
          "  ./beamhouse run "
              + bronze
              + " --set lake="
              + lake
              + " --set url='"
              + database.url()
              + "' --set username="
              + database.username()
              + " --set password='${file:"
              + password
              + "}'");
      out.println("  ./beamhouse run " + silver + " --set lake=" + lake);
    } else {
      out.println("Look       ./beamhouse state " + silver + " --set lake=" + lake + " show");
      out.println("Go on      ./beamhouse demo --stay   keeps the database for your own changes");
    }
    out.flush();
  }
}
