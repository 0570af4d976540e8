package io.beamhouse.runners.direct;

import com.google.auto.service.AutoService;
import io.beamhouse.pipelines.cli.CliCommand;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code beamhouse demo}: pipelines that ship from end to end, on data that they bring. */
@AutoService(CliCommand.class)
@Command(
    name = "demo",
    description = {
      "Runs a pipeline that ships from end to end, on data that it makes itself, and proves it.",
      "subscriptions: starts an embedded PostgreSQL server, captures users and subscriptions to CSV"
          + " (bronze), merges them into Delta (silver), changes the database, does it again and"
          + " compares every row.",
      "imdb: writes small IMDb dumps, brings them to Parquet (bronze), checks and flattens them"
          + " into Delta (silver), ranks titles (gold), takes newer dumps, and compares every row"
          + " with the dumps.",
      "taxi: serves months of New York's taxi trips on the web, fetches them into the lake, brings"
          + " them checked to Delta and PostgreSQL, three at once, again after one has changed, and"
          + " compares both with the files.",
      "events: starts a Kafka broker, sends events of viewers to it for a minute, takes them"
          + " continuously to Parquet (bronze) and to Delta (silver: checked, each once, paired to"
          + " sessions), kills the broker and a driver on the way, and looks each event up.",
      "tmdb: fetches lists of movies page by page from a web API that stands in for The Movie"
          + " Database, throttled, faulty and forgetful, brings them to JSON (bronze), Delta and"
          + " Parquet (silver), and compares every row."
    })
public final class DemoCommand implements CliCommand {
  private static final int FAILED = 49;

  /** The demos by the names that people type. */
  enum Name {
    subscriptions(SubscriptionsDemo::open),
    imdb(ImdbDemo::open),
    taxi(TaxiDemo::open),
    events(EventsDemo::open),
    tmdb(TmdbDemo::open);

    private final Demo.Opening opening;

    Name(Demo.Opening opening) {
      this.opening = opening;
    }
  }

  @Spec private CommandSpec command;

  @Parameters(
      index = "0",
      arity = "0..1",
      paramLabel = "NAME",
      defaultValue = "subscriptions",
      description = "${COMPLETION-CANDIDATES}; default ${DEFAULT-VALUE}.")
  private Name name;

  @Option(
      names = "--directory",
      paramLabel = "DIR",
      description = "Where the lake goes; default is a new directory in the temp directory.")
  private Path directory;

  @Option(
      names = "--runner",
      defaultValue = "DirectRunner",
      description = "DirectRunner or SparkRunner; default ${DEFAULT-VALUE}.")
  private String runner;

  @Option(
      names = "--stay",
      description = "Keep the database running until Ctrl-C, so that you can change it and run on.")
  private boolean stay;

  @Override
  public Integer call() throws IOException, SQLException, InterruptedException {
    PrintWriter out = command.commandLine().getOut();
    PrintWriter err = command.commandLine().getErr();
    Path home = directory == null ? Files.createTempDirectory("beamhouse-demo-") : directory;
    Files.createDirectories(home);
    try (Demo demo = name.opening.open(home.toAbsolutePath().normalize(), runner, out, err)) {
      boolean right = demo.play();
      demo.sayHowToGoOn(stay);
      if (stay) {
        Thread.currentThread().join();
      }
      return right ? 0 : FAILED;
    }
  }
}
