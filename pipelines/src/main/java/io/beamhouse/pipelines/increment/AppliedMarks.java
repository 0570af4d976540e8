package io.beamhouse.pipelines.increment;

import static java.util.Objects.requireNonNull;

import io.beamhouse.pipelines.increment.StateRecords.Stored;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What attempts did that the report must tell and no commit does: began to write to sinks that
 * cannot tell whether they were written to, so that rows may be there more than once; and went on
 * without what was gone of a source.
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

  /**
   * The sinks that an attempt began to write to.
   *
   * @param gone by source, what it says is gone; null in marks of before there were any
   */
  record Mark(int version, List<String> sinks, Map<String, Map<String, String>> gone) {
    Mark {
      requireNonNull(sinks, "sinks");
      gone = gone == null ? Map.of() : gone;
    }
  }

  /** Notes that this attempt begins to write to {@code sinks}, without what is {@code gone}. */
  void put(List<String> sinks, Map<String, Map<String, String>> gone) {
    if (!sinks.isEmpty() || !gone.isEmpty()) {
      records.putIfAbsent(
          line.key(run, "applies/" + attempt + ".json"), new Mark(StateJson.VERSION, sinks, gone));
    }
  }

  /**
   * What all attempts noted.
   *
   * @param byOthers the sinks that other attempts began to write to
   * @param gone by source, for the newest attempt that missed something: the pipeline that came to
   *     its end was the last one that began
   */
  record Noted(Set<String> byOthers, Map<String, Map<String, String>> gone) {}

  Noted noted() {
    String prefix = line.key(run, "applies/");
    Set<String> byOthers = new TreeSet<>();
    Map<String, Map<String, String>> gone = Map.of();
    int newest = 0;
    for (String key : records.list(line.key(run, "applies"))) {
      Optional<Mark> mark = records.get(key, Mark.class).map(Stored::value);
      if (mark.isEmpty()) {
        continue;
      }
      int by = Integer.parseInt(key.substring(prefix.length(), key.lastIndexOf('.')));
      if (by != attempt) {
        byOthers.addAll(mark.get().sinks());
      }
      if (by > newest && !mark.get().gone().isEmpty()) {
        newest = by;
        gone = mark.get().gone();
      }
    }
    return new Noted(byOthers, gone);
  }
}
