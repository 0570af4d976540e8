package io.beamhouse.pipelines.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.error.StorageFailedException;
import io.beamhouse.pipelines.increment.JobHistory;
import io.beamhouse.pipelines.increment.ReportPages;
import io.beamhouse.pipelines.report.QuarantineSample;
import io.beamhouse.pipelines.report.ReportPage;
import io.beamhouse.pipelines.run.CompiledSpec;
import io.beamhouse.pipelines.run.QuarantineSamples;
import io.beamhouse.pipelines.run.SpecJob;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "report",
    description = {
      "Writes the page that shows what a run did, and says where it is.",
      "A run writes that of the newest run itself; this makes it again, or that of an older run."
    })
final class ReportSubcommand implements Callable<Integer> {
  @Spec private CommandSpec command;
  @Mixin private SpecArguments arguments;

  @Option(
      names = "--table",
      paramLabel = "NAME",
      description = "Only these entries of the spec's for_each.")
  private List<String> tables = new ArrayList<>();

  @Option(
      names = "--run",
      paramLabel = "N",
      description = "The page of this run; default is the newest.")
  private Long run;

  @Option(
      names = "--out",
      paramLabel = "FILE",
      description = "Write to this file; default is beside the state.")
  private Path file;

  @Option(
      names = "--show-values",
      description = {
        "Show the values of sample records in quarantine, which are masked otherwise.",
        "Fields that are named like secrets stay masked."
      })
  private boolean showValues;

  @Override
  public Integer call() {
    CompiledSpec compiled = arguments.compile();
    List<SpecJob> jobs = compiled.jobs(tables).stream().filter(job -> !job.stateless()).toList();
    if (jobs.isEmpty()) {
      throw new SpecException(
          "report", "a spec without incremental sources and sinks keeps no report");
    }
    if (file != null && jobs.size() > 1) {
      throw new SpecException(
          "--out",
          "one file holds one page; choose a table by --table: "
              + String.join(", ", jobs.stream().map(SpecJob::table).toList()));
    }
    String location = arguments.state(compiled);
    PrintWriter out = command.commandLine().getOut();
    OptionalLong chosen = run == null ? OptionalLong.empty() : OptionalLong.of(run);
    for (SpecJob job : jobs) {
      ReportPages pages = ReportPages.at(location, job);
      Optional<String> where =
          file == null
              ? pages.write(chosen, page(List.of(job), showValues))
              : pages.history(chosen).map(history -> toFile(job, history));
      out.println(job.name() + ": " + where.orElse("no run is done yet"));
    }
    return ExitCodes.DONE;
  }

  /** Makes the page of whichever of {@code jobs} a history is of. */
  static Function<JobHistory, String> page(List<SpecJob> jobs, boolean values) {
    return history -> {
      long run = history.runs().get(0).report().run();
      List<QuarantineSample.Table> samples =
          jobs.stream()
              .filter(job -> job.name().equals(history.job()))
              .flatMap(job -> QuarantineSamples.of(job, run, values).stream())
              .toList();
      return ReportPage.of(history).withSamples(samples).html();
    };
  }

  private String toFile(SpecJob job, JobHistory history) {
    try {
      Files.write(file, page(List.of(job), showValues).apply(history).getBytes(UTF_8));
      return file.toAbsolutePath().toUri().toString();
    } catch (IOException e) {
      throw new StorageFailedException(
          "cannot write " + file + " (" + e + "); give --out a file in a directory that exists", e);
    }
  }
}
