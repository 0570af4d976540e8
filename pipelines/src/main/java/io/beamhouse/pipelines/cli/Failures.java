package io.beamhouse.pipelines.cli;

import io.beamhouse.core.error.BeamhouseException;
import io.beamhouse.core.error.Problem;
import io.beamhouse.core.error.SpecException;
import java.io.PrintWriter;
import org.apache.beam.sdk.Pipeline.PipelineExecutionException;

/** Prints failures for people: what is wrong, without a stack unless it is asked for. */
final class Failures {
  private Failures() {}

  static void print(Throwable failure, PrintWriter err, boolean debug) {
    if (failure instanceof SpecException spec) {
      for (Problem problem : spec.problems()) {
        err.println(problem);
      }
      int count = spec.problems().size();
      err.println(count == 1 ? "1 problem; nothing ran" : count + " problems; nothing ran");
    } else {
      err.println("error: " + line(failure));
      if (!debug && !(failure instanceof BeamhouseException)) {
        err.println("Run it with --debug to see where.");
      }
    }
    if (debug) {
      failure.printStackTrace(err);
    }
  }

  /** The failure in words: ours are sentences, others are named by their class. */
  static String line(Throwable failure) {
    if (failure instanceof BeamhouseException) {
      return failure.getMessage();
    }
    Throwable shown =
        failure instanceof PipelineExecutionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return shown.getClass().getSimpleName() + ": " + shown.getMessage();
  }
}
