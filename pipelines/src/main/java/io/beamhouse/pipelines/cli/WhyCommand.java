package io.beamhouse.pipelines.cli;

import io.beamhouse.core.error.Problems;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.row.RowKey;
import io.beamhouse.io.delta.KeyedTable;
import io.beamhouse.io.delta.MergingSink;
import io.beamhouse.pipelines.increment.PastRuns;
import io.beamhouse.pipelines.increment.RunReport;
import io.beamhouse.pipelines.run.CompiledSpec;
import io.beamhouse.pipelines.run.KeyTrace;
import io.beamhouse.pipelines.run.QuarantinedKey;
import io.beamhouse.pipelines.run.SpecJob;
import io.beamhouse.pipelines.run.StateCaptureFiles;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.apache.beam.sdk.schemas.Schema;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "why",
    description = {
      "Tells for one key why its row is in a merged table as it is, or is not there.",
      "Looks the key up in the table, in the quarantine, and follows it once more through what the",
      "newest runs read: steps, rules, and the versions that competed. Changes nothing."
    })
final class WhyCommand implements Callable<Integer> {
  @Spec private CommandSpec command;
  @Mixin private SpecArguments arguments;

  @Option(
      names = "--key",
      required = true,
      paramLabel = "COLUMN=VALUE",
      description = "The key of the row; once for each key column of the merge.")
  private List<String> key = new ArrayList<>();

  @Option(
      names = "--sink",
      paramLabel = "NAME",
      description = "The MergeIntoDelta step; needed when there are several.")
  private String sink;

  @Option(
      names = "--table",
      paramLabel = "NAME",
      description = "The entry of the spec's for_each; needed when there are several.")
  private String table;

  @Option(
      names = "--runs",
      defaultValue = "20",
      paramLabel = "N",
      description = "How many of the newest runs are searched; default ${DEFAULT-VALUE}.")
  private int runs;

  @Option(names = "--values", description = "Print the rows' values, too.")
  private boolean values;

  @Override
  public Integer call() {
    if (runs < 0) {
      throw new SpecException("--runs", "must be 0 or more");
    }
    CompiledSpec compiled = arguments.compile();
    SpecJob job = job(compiled);
    Map.Entry<String, MergingSink> merge = merge(job);
    Map<String, String> wanted = key(merge);
    PastRuns past = PastRuns.at(arguments.state(compiled), job, new StateCaptureFiles());
    WhyListing listing =
        new WhyListing(command.commandLine().getOut(), merge.getKey(), merge.getValue(), values);
    Optional<KeyedTable.Found> found = find(merge.getValue(), wanted);
    List<KeyTrace.Run> traced = trace(job, merge.getKey(), wanted, past);
    listing.print(job.name(), wanted.keySet(), found, traced, QuarantinedKey.find(job, wanted));
    return ExitCodes.DONE;
  }

  private SpecJob job(CompiledSpec compiled) {
    List<SpecJob> jobs = compiled.jobs(table == null ? List.of() : List.of(table));
    if (jobs.size() > 1) {
      throw new SpecException(
          "--table",
          "the spec has several: " + String.join(", ", jobs.stream().map(SpecJob::table).toList()));
    }
    return jobs.get(0);
  }

  private Map.Entry<String, MergingSink> merge(SpecJob job) {
    Map<String, MergingSink> merges = new LinkedHashMap<>();
    job.sinks()
        .forEach(
            (name, each) -> {
              if (each instanceof MergingSink merging) {
                merges.put(name, merging);
              }
            });
    if (merges.isEmpty()) {
      throw new SpecException(job.name(), "has no MergeIntoDelta step, so that rows have no key");
    }
    if (sink == null && merges.size() > 1) {
      throw new SpecException("--sink", "choose one of " + String.join(", ", merges.keySet()));
    }
    String name = sink == null ? merges.keySet().iterator().next() : sink;
    if (!merges.containsKey(name)) {
      throw new SpecException(
          "--sink " + name,
          "is no MergeIntoDelta step"
              + Problems.didYouMean(name, merges.keySet())
              + "; there is: "
              + String.join(", ", merges.keySet()));
    }
    return Map.entry(name, merges.get(name));
  }

  private Map<String, String> key(Map.Entry<String, MergingSink> merge) {
    Map<String, String> wanted = new LinkedHashMap<>();
    Problems problems = new Problems();
    for (String pair : key) {
      int equals = pair.indexOf('=');
      String column = equals <= 0 ? "" : pair.substring(0, equals);
      if (!merge.getValue().keys().contains(column)) {
        problems.add(
            "--key",
            "expected COLUMN=VALUE for "
                + String.join(", ", merge.getValue().keys())
                + ", the keys of "
                + merge.getKey());
      } else if (wanted.put(column, pair.substring(equals + 1)) != null) {
        problems.add("--key " + column, "is given twice");
      }
    }
    if (problems.isEmpty()) {
      merge.getValue().keys().stream()
          .filter(column -> !wanted.containsKey(column))
          .forEach(column -> problems.add("--key", "'" + column + "' is missing"));
    }
    problems.throwIfAny();
    return wanted;
  }

  private static Optional<KeyedTable.Found> find(MergingSink merge, Map<String, String> wanted) {
    Optional<Schema> schema = merge.table().schema();
    if (schema.isEmpty()) {
      return Optional.empty();
    }
    RowKey rowKey =
        RowKey.of(wanted, schema.get())
            .orElseThrow(
                () ->
                    new SpecException(
                        "--key",
                        "does not fit the types of "
                            + wanted.keySet().stream()
                                .map(c -> c + " " + type(schema.get(), c))
                                .collect(Collectors.joining(", "))));
    return merge.table().find(rowKey);
  }

  private static String type(Schema schema, String column) {
    return schema.hasField(column)
        ? schema.getField(column).getType().getTypeName().toString()
        : "(not in the table)";
  }

  private List<KeyTrace.Run> trace(
      SpecJob job, String name, Map<String, String> wanted, PastRuns past) {
    PrintWriter err = command.commandLine().getErr();
    KeyTrace trace = new KeyTrace(job, name, wanted);
    List<KeyTrace.Run> traced = new ArrayList<>();
    for (RunReport report : past.newest(runs)) {
      if (report.refused() != null) {
        traced.add(
            new KeyTrace.Run(
                report,
                List.of(),
                List.of(),
                Optional.of("was refused, and nothing of it was published")));
        continue;
      }
      err.println(job.name() + ": reading again what run " + report.run() + " read");
      traced.add(trace.follow(past, report));
    }
    return traced;
  }
}
