package io.beamhouse.pipelines.cli;

import io.beamhouse.core.error.Problems;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.provider.Durations;
import io.beamhouse.io.delta.DeltaIO;
import io.beamhouse.io.delta.compact.DeltaCompact;
import io.beamhouse.io.delta.log.DeltaLog;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "compact",
    description = "Puts small files together; rows, positions and readers stay as they are.",
    footer = {"", "May run at any time, beside runs that write to the same place."})
final class CompactCommand implements Callable<Integer> {
  private static final Pattern SIZE = Pattern.compile("(\\d{1,9})\\s*(KB|MB|GB)");

  @Spec private CommandSpec command;

  @Parameters(paramLabel = "TABLE", description = "A Delta table.")
  private String path;

  @Option(
      names = "--target-size",
      paramLabel = "SIZE",
      defaultValue = "128MB",
      description =
          "About how long new files are; files below a quarter of it are small. Default:"
              + " ${DEFAULT-VALUE}.")
  private String targetSize;

  @Option(
      names = "--min-files",
      paramLabel = "N",
      defaultValue = "2",
      description = "Leave partitions alone that have fewer small files. Default: ${DEFAULT-VALUE}.")
  private int minFiles;

  @Option(
      names = "--older-than",
      paramLabel = "TIME",
      defaultValue = "0s",
      description = "Leave younger files alone. Default: ${DEFAULT-VALUE}.")
  private String olderThan;

  @Override
  public Integer call() {
    Problems problems = new Problems();
    long target = size(problems);
    if (minFiles < 2) {
      problems.add("--min-files", "is " + minFiles + "; allowed: 2 or more");
    }
    Duration age = Durations.read("--older-than", olderThan, "0s", problems);
    if (problems.isEmpty() && !DeltaLog.at(path).exists()) {
      throw new SpecException(path, "is no Delta table");
    }
    problems.throwIfAny();
    DeltaCompact compact =
        DeltaIO.compact(path)
            .withTargetFileBytes(target)
            .withMinFiles(minFiles)
            .withOlderThan(age);
    command.commandLine().getOut().println(compact.run());
    return ExitCodes.DONE;
  }

  private long size(Problems problems) {
    Matcher matcher = SIZE.matcher(targetSize);
    if (!matcher.matches() || Long.parseLong(matcher.group(1)) == 0) {
      problems.add("--target-size", "is '" + targetSize + "'; allowed: a size such as 512KB, 128MB or 1GB");
      return 1;
    }
    int shift =
        switch (matcher.group(2)) {
          case "KB" -> 10;
          case "MB" -> 20;
          default -> 30;
        };
    return Long.parseLong(matcher.group(1)) << shift;
  }
}
