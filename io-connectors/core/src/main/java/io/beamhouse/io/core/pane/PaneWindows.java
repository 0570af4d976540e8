package io.beamhouse.io.core.pane;

import io.beamhouse.core.error.Problems;
import org.apache.beam.sdk.transforms.windowing.DefaultTrigger;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.apache.beam.sdk.transforms.windowing.WindowFn;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollection.IsBounded;
import org.apache.beam.sdk.values.WindowingStrategy;

/** Which windows and triggers give each row to a sink exactly once. */
final class PaneWindows {
  private static final String WHERE = "windows";

  private PaneWindows() {}

  /** Throws SpecException with every reason why panes of {@code rows} cannot be committed. */
  static void check(PCollection<?> rows) {
    WindowingStrategy<?, ?> strategy = rows.getWindowingStrategy();
    WindowFn<?, ?> windows = strategy.getWindowFn();
    Problems problems = new Problems();
    if (strategy.getMode() == WindowingStrategy.AccumulationMode.ACCUMULATING_FIRED_PANES) {
      problems.add(
          WHERE,
          "accumulate fired panes, so each pane would write the rows of the earlier ones again -"
              + " use discardingFiredPanes()");
    }
    if (!windows.isNonMerging()) {
      problems.add(
          WHERE,
          windows
              + " merge; the rows of a sink have no key, so all sessions would become one - use"
              + " FixedWindows for the sink");
    } else if (!windows.assignsToOneWindow()) {
      problems.add(
          WHERE,
          windows
              + " put a row into several windows, each of which would write it - use FixedWindows"
              + " for the sink");
    } else if (!writable(windows)) {
      problems.add(
          WHERE, windows + " have windows without start and end - use FixedWindows for the sink");
    }
    if (rows.isBounded() == IsBounded.UNBOUNDED
        && windows instanceof GlobalWindows
        && strategy.getTrigger() instanceof DefaultTrigger) {
      problems.add(
          WHERE,
          "the global window of an unbounded collection never ends, so nothing would be committed -"
              + " put Window.into(FixedWindows.of(...)) before the sink, or a trigger that repeats");
    }
    problems.throwIfAny();
  }

  private static boolean writable(WindowFn<?, ?> windows) {
    Class<?> kind = windows.getWindowTypeDescriptor().getRawType();
    return kind == IntervalWindow.class || kind == GlobalWindow.class;
  }
}
