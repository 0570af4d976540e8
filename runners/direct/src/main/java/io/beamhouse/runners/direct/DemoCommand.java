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
import picocli.CommandLine.Spec;

/** {@code beamhouse demo}: the main job from end to end, on a database that it brings itself. */
@AutoService(CliCommand.class)
@Command(
    name = "demo",
    description = {
      "Keeps a PostgreSQL database's tables in Delta, incrementally, and proves it.",
      "Starts an embedded PostgreSQL server, captures users and subscriptions to CSV (bronze),"
          + " merges them into Delta (silver), changes the database, does it again and compares"
          + " every row."
    })
public final class DemoCommand implements CliCommand {
  private static final int FAILED = 49;

  @Spec private CommandSpec command;

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
    err.println("Starting PostgreSQL ...");
    try (DemoDatabase database = DemoDatabase.start(home.resolve("postgres"))) {
      Demo demo = new Demo(database, home.toAbsolutePath().normalize(), runner, out, err);
      boolean equal = demo.play();
      demo.sayHowToGoOn(stay);
      if (stay) {
        Thread.currentThread().join();
      }
      return equal ? 0 : FAILED;
    }
  }
}
