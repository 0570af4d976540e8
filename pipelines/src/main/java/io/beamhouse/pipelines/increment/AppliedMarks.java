package io.beamhouse.pipelines.increment;

import static java.util.Objects.requireNonNull;

import io.beamhouse.pipelines.increment.StateRecords.Stored;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Which attempts began to write to sinks that cannot tell whether they were written to, so that the
 * report can say that rows may be there more than once.
 */
final class AppliedMarks {
  private final StateRecords records;
  private final RunLine line;
  private final long run;
  private final int attempt;

  AppliedMarks(StateRecords records, RunLine line, long run, int attempt) {
    this.records = records;
    this.line = line;
    this.run = run;
    this.attempt = attempt;
  }

  /** The sinks that an attempt began to write to. */
  record Mark(int version, List<String> sinks) {
    Mark {
      requireNonNull(sinks, "sinks");
    }
  }

  /** Notes that this attempt begins to write to {@code sinks}. */
  void put(List<String> sinks) {
    if (!sinks.isEmpty()) {
      records.putIfAbsent(
          line.key(run, "applies/" + attempt + ".json"), new Mark(StateJson.VERSION, sinks));
    }
  }

  /** The sinks that other attempts began to write to. */
  Set<String> markedByOthers() {
    Set<String> marked = new TreeSet<>();
    for (String key : records.list(line.key(run, "applies"))) {
      if (!key.endsWith("/" + attempt + ".json")) {
        Optional<Mark> mark = records.get(key, Mark.class).map(Stored::value);
        mark.ifPresent(found -> marked.addAll(found.sinks()));
      }
    }
    return marked;
  }
}
