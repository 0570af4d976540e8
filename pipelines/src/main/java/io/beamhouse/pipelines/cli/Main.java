package io.beamhouse.pipelines.cli;

import io.beamhouse.core.Evolving;
import java.io.PrintWriter;
import java.util.ServiceLoader;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command {@code beamhouse}. */
@Evolving
@Command(
    name = "beamhouse",
    description = "Runs lakehouse pipelines that are written as specs.",
    synopsisSubcommandLabel = "COMMAND",
    subcommands = {
      RunCommand.class,
      ValidateCommand.class,
      TransformsCommand.class,
      FlattenPlanCommand.class,
      QuarantineCommand.class,
      ProfileCommand.class,
      StateSubcommand.class,
      ReportSubcommand.class,
      WhyCommand.class,
      CompactCommand.class
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done, also when there was nothing new",
      "20:nothing new, with --exit-nothing-new",
      "43:the spec or the command line is wrong; nothing ran",
      "45:a source failed",
      "47:the pipeline failed",
      "48:another run holds the pipeline",
      "49:any other failure",
      "50:a gate refused the data; nothing was published"
    })
public final class Main implements Runnable {
  @Spec private CommandSpec spec;

  @Option(
      names = "--debug",
      scope = ScopeType.INHERIT,
      description = "Print stack traces with errors.")
  private boolean debug;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this help.")
  @SuppressWarnings("UnusedVariable") // picocli looks at the annotation only
  private boolean help;

  private Main() {}

  public static void main(String[] arguments) {
    System.exit(
        execute(
            new PrintWriter(System.out, true, java.nio.charset.StandardCharsets.UTF_8),
            new PrintWriter(System.err, true, java.nio.charset.StandardCharsets.UTF_8),
            arguments));
  }

  /** Runs one command; returns its exit code. */
  public static int execute(PrintWriter out, PrintWriter err, String... arguments) {
    Main main = new Main();
    CommandLine line = new CommandLine(main);
    ServiceLoader.load(CliCommand.class, Main.class.getClassLoader()).forEach(line::addSubcommand);
    line.setOut(out);
    line.setErr(err);
    line.setExpandAtFiles(false);
    line.setParameterExceptionHandler(Main::badArguments);
    line.setExecutionExceptionHandler(
        (failure, command, result) -> {
          Failures.print(failure, err, main.debug);
          return ExitCodes.of(failure);
        });
    int code = line.execute(arguments);
    out.flush();
    err.flush();
    return code;
  }

  private static int badArguments(ParameterException problem, String[] arguments) {
    CommandLine command = problem.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("error: " + problem.getMessage());
    CommandLine.UnmatchedArgumentException.printSuggestions(problem, err);
    err.println("Try '" + command.getCommandSpec().qualifiedName() + " --help'.");
    return ExitCodes.BAD_SPEC;
  }

  /** Without a command: the help. */
  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  static boolean debug(CommandSpec command) {
    return command.root().userObject() instanceof Main main && main.debug;
  }
}
