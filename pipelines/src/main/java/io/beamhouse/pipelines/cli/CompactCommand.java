package io.beamhouse.pipelines.cli;

import io.beamhouse.core.error.Problems;
import io.beamhouse.core.error.StorageFailedException;
import io.beamhouse.core.provider.Durations;
import io.beamhouse.io.core.manifest.Manifests;
import io.beamhouse.io.delta.DeltaIO;
import io.beamhouse.io.delta.compact.Compacted;
import io.beamhouse.io.delta.log.DeltaLog;
import io.beamhouse.io.files.FilesCompact;
import io.beamhouse.io.files.FilesIO;
import java.io.IOException;
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

  @Parameters(
      paramLabel = "TABLE_OR_DIRECTORY",
      description = "A Delta table, or a directory that files are published to.")
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
      description =
          "Leave partitions alone that have fewer small files. Default: ${DEFAULT-VALUE}.")
  private int minFiles;

  @Option(
      names = "--older-than",
      paramLabel = "TIME",
      description =
          "Leave what is younger alone. Default: 0s of a table, 1h of a directory's runs.")
  private String olderThan;

  @Option(
      names = "--keep-replaced",
      paramLabel = "TIME",
      description =
          "Of a directory: how long replaced files are kept for followers that are behind. Default:"
              + " 7d. (A table's are deleted by VACUUM.)")
  private String keepReplaced;

  @Override
  public Integer call() {
    Problems problems = new Problems();
    long target = size(problems);
    if (minFiles < 2) {
      problems.add("--min-files", "is " + minFiles + "; allowed: 2 or more");
    }
    boolean directory = problems.isEmpty() && isPublished();
    Duration age = Durations.read("--older-than", olderThan, directory ? "1h" : "0s", problems);
    Duration keep = Durations.read("--keep-replaced", keepReplaced, "7d", problems);
    if (!directory && keepReplaced != null) {
      problems.add("--keep-replaced", "is for directories that files are published to");
    }
    if (problems.isEmpty() && !directory && !DeltaLog.at(path).exists()) {
      problems.add(path, "is neither a Delta table nor a directory that files are published to");
    }
    problems.throwIfAny();
    command
        .commandLine()
        .getOut()
        .println(directory ? files(target, age, keep) : table(target, age));
    return ExitCodes.DONE;
  }

  private Compacted table(long target, Duration age) {
    return DeltaIO.compact(path)
        .withTargetFileBytes(target)
        .withMinFiles(minFiles)
        .withOlderThan(age)
        .run();
  }

  private FilesCompact.Result files(long target, Duration age, Duration keep) {
    return FilesIO.compact(path)
        .withTargetFileBytes(target)
        .withMinFiles(minFiles)
        .withOlderThan(age)
        .withKeepReplaced(keep)
        .run();
  }

  private boolean isPublished() {
    try {
      return Manifests.exist(path);
    } catch (IOException e) {
      throw new StorageFailedException(
          "cannot look into " + path + ": " + e.getMessage() + ". Check that it is reachable.", e);
    }
  }

  private long size(Problems problems) {
    Matcher matcher = SIZE.matcher(targetSize);
    if (!matcher.matches() || Long.parseLong(matcher.group(1)) == 0) {
      problems.add(
          "--target-size", "is '" + targetSize + "'; allowed: a size such as 512KB, 128MB or 1GB");
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
