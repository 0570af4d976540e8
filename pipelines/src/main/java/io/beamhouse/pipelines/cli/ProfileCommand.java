package io.beamhouse.pipelines.cli;

import io.beamhouse.core.error.Problems;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.io.files.CsvOptions;
import io.beamhouse.io.files.FilesIO;
import io.beamhouse.io.files.ReadFiles;
import io.beamhouse.pipelines.run.BeamLauncher;
import io.beamhouse.pipelines.run.ProfileRun;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

@Command(
    name = "profile",
    description = {
      "Proposes rules from files: prints a rules file for CheckRows and CheckDataset.",
      "Look at each rule: they say what the rows are like, not what they should be."
    })
final class ProfileCommand implements Callable<Integer> {
  private static final List<String> FORMATS = List.of("csv", "json", "parquet");
  private static final int MOST_SAMPLED = 100_000;

  @Spec private CommandSpec command;

  @Parameters(
      paramLabel = "PATH",
      description = "A file, a directory, or a pattern; as ReadFromCsv and the like take it.")
  private String path;

  @Option(
      names = "--format",
      description = "csv, json or parquet; default is the end of the path's name.")
  private String format;

  @Option(
      names = "--sample",
      paramLabel = "ROWS",
      description = "Look at so many rows only, any of them, 100000 at most; default is all.")
  private Integer sample;

  @Option(
      names = "--delimiter",
      defaultValue = ",",
      description = "Of CSV; default ${DEFAULT-VALUE}, \\t for a tab.")
  private String delimiter;

  @Option(
      names = "--null-token",
      defaultValue = "",
      description = "The text that is NULL in CSV; default is nothing.")
  private String nullToken;

  @Option(
      names = "--runner",
      defaultValue = "DirectRunner",
      description = "DirectRunner or SparkRunner; default ${DEFAULT-VALUE}.")
  private String runner;

  @Option(
      names = "--work",
      paramLabel = "DIR",
      description =
          "Where the runner leaves the result; default a temporary directory, which a"
              + " cluster does not share.")
  private String work;

  @Unmatched private List<String> passedOn = new ArrayList<>();

  @Override
  public Integer call() {
    ReadFiles read = read();
    BeamLauncher launcher = BeamLauncher.create(runner, Map.of(), passedOn);
    String yaml = new ProfileRun(launcher, work).run(read, sample == null ? 0 : sample);
    command.commandLine().getOut().print(yaml);
    return ExitCodes.DONE;
  }

  private ReadFiles read() {
    Problems problems = new Problems();
    for (String argument : passedOn) {
      if (!argument.startsWith("--")) {
        problems.add("arguments", "unexpected '" + argument + "'");
      }
    }
    if (sample != null && (sample < 1 || sample > MOST_SAMPLED)) {
      problems.add("--sample", "is 1 to " + MOST_SAMPLED + ", found " + sample);
    }
    String chosen = format == null ? formatOf(path) : format;
    if (!FORMATS.contains(chosen)) {
      problems.add(
          "--format",
          (format == null ? "needed, since the path's name does not say it" : "'" + format + "'")
              + Problems.didYouMean(chosen, FORMATS)
              + "; allowed: "
              + String.join(", ", FORMATS));
    }
    problems.throwIfAny();
    return switch (chosen) {
      case "csv" -> FilesIO.readCsv(path, csv());
      case "json" -> FilesIO.readJson(path);
      default -> FilesIO.readParquet(path);
    };
  }

  private CsvOptions csv() {
    CsvOptions usual = CsvOptions.DEFAULT;
    try {
      return new CsvOptions(
          delimiter, usual.quote(), true, List.of(nullToken), usual.comment(), usual.encoding());
    } catch (SpecException e) {
      Problems problems = new Problems();
      e.problems().forEach(p -> problems.add("--" + p.where().replace('_', '-'), p.what()));
      problems.throwIfAny();
      throw e;
    }
  }

  private static String formatOf(String path) {
    String name = path.toLowerCase(Locale.ROOT).replaceAll("\\.gz$", "");
    String end = name.substring(name.lastIndexOf('.') + 1);
    return end.equals("jsonl") || end.equals("ndjson") ? "json" : end;
  }
}
