package io.beamhouse.pipelines.cli;

import io.beamhouse.pipelines.increment.RunReport;
import io.beamhouse.pipelines.increment.RunReport.SinkReport;
import io.beamhouse.pipelines.run.SpecRun;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The end of a run: a line for each table and sink, then the exit code. */
final class Summary {
  private Summary() {}

  static int print(
      List<SpecRun.Result> results,
      boolean exitNothingNew,
      PrintWriter out,
      PrintWriter err,
      boolean debug) {
    int code = ExitCodes.DONE;
    for (SpecRun.Result result : results) {
      for (RunReport report : result.finished()) {
        print(report, out);
      }
      result.page().ifPresent(page -> out.println("  page  " + page));
      if (result.failure().isPresent()) {
        RuntimeException failure = result.failure().get();
        int own = ExitCodes.of(failure);
        out.println(result.job() + ": failed (" + own + ")");
        Failures.print(failure, err, debug);
        code = code == ExitCodes.DONE ? own : code;
      } else if (result.nothingNew()) {
        out.println(result.job() + ": nothing new");
      } else if (result.finished().isEmpty()) {
        out.println(result.job() + ": done");
      }
    }
    boolean nothing = results.stream().allMatch(SpecRun.Result::nothingNew);
    return code == ExitCodes.DONE && nothing && exitNothingNew ? ExitCodes.NOTHING_NEW : code;
  }

  private static void print(RunReport report, PrintWriter out) {
    out.println(
        report.pipeline()
            + ": run "
            + report.run()
            + " done"
            + (report.backfill() == null ? "" : " (backfill)"));
    report
        .sources()
        .forEach(
            (name, source) ->
                out.println(
                    "  read  "
                        + name
                        + ": "
                        + (source.rows() == null
                            ? source.chunks() + " chunks"
                            : source.rows() + " rows")
                        + source.warnings().stream()
                            .map(warning -> ", " + warning)
                            .collect(Collectors.joining())));
    report.sinks().forEach((name, sink) -> out.println("  wrote " + name + ": " + line(sink)));
  }

  private static String line(SinkReport sink) {
    List<String> parts = new ArrayList<>();
    if (sink.versions() != null && !sink.versions().isEmpty()) {
      parts.add("version " + sink.versions().get(sink.versions().size() - 1));
    }
    if (sink.counts() != null) {
      for (Map.Entry<String, Long> count : sink.counts().entrySet()) {
        parts.add(count.getKey() + " " + count.getValue());
      }
    }
    if (sink.appliedAgain()) {
      parts.add("written again by a second attempt");
    }
    return sink.target() + (parts.isEmpty() ? "" : ": " + String.join(", ", parts));
  }
}
