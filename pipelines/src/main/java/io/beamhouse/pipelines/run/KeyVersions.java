package io.beamhouse.pipelines.run;

import io.beamhouse.core.Internal;
import io.beamhouse.io.delta.MergingSink;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.apache.beam.sdk.values.Row;

/** The versions of a key that came to a merge, in the order in which the merge ranks them. */
@Internal
public final class KeyVersions {
  private static final String RUN = "_run";
  private static final String SOURCE = "_source";

  private final MergingSink sink;

  public KeyVersions(MergingSink sink) {
    this.sink = sink;
  }

  /**
   * A version.
   *
   * @param run that brought it
   * @param deletes whether it deletes the key
   * @param lost why it does not count; empty for the one that does
   */
  @Internal
  public record Version(long run, Row row, boolean deletes, String lost) {
    /** Where the row stood in its source; null when it does not say. */
    public String position() {
      return text(row, SOURCE);
    }
  }

  private record Arrived(long run, Row row) {}

  /** Ranks what came with {@code runs}; the one that counts comes first. */
  public List<Version> of(List<KeyTrace.Run> runs) {
    List<Arrived> arrived = new ArrayList<>();
    runs.forEach(
        run -> run.arrived().forEach(row -> arrived.add(new Arrived(run.report().run(), row))));
    arrived.sort(Comparator.comparing(a -> a, this::newerFirst));
    List<Version> versions = new ArrayList<>();
    for (Arrived one : arrived) {
      String lost = versions.isEmpty() ? "" : reason(arrived.get(0), one);
      versions.add(new Version(one.run, one.row, sink.deletes(one.row), lost));
    }
    return versions;
  }

  private int newerFirst(Arrived a, Arrived b) {
    for (String column : order(a.row)) {
      int order = compare(a, b, column);
      if (order != 0) {
        return -order;
      }
    }
    return 0;
  }

  /** What decides, the first most; "" stands for the run that brought the row. */
  private List<String> order(Row row) {
    List<String> order = new ArrayList<>(sink.sequenceBy());
    if (order.isEmpty()) {
      order.add("");
    }
    for (String column : List.of(RUN, SOURCE)) {
      if (row.getSchema().hasField(column)) {
        order.add(column);
      }
    }
    return order;
  }

  @SuppressWarnings("unchecked")
  private static int compare(Arrived a, Arrived b, String column) {
    if (column.isEmpty()) {
      return Long.compare(a.run, b.run);
    }
    Object one = a.row.getValue(column);
    Object other = b.row.getValue(column);
    if (one instanceof Comparable<?> known && other != null) {
      return ((Comparable<Object>) known).compareTo(other);
    }
    // Null comes first.
    return Boolean.compare(one != null, other != null);
  }

  private String reason(Arrived winner, Arrived loser) {
    for (String column : order(loser.row)) {
      if (compare(winner, loser, column) != 0) {
        return switch (column) {
          case "" -> "run " + winner.run + " came later";
          case RUN -> "equal sequence, and its _run is lower";
          case SOURCE -> "equal sequence, and its _source comes first";
          default -> "older by " + column;
        };
      }
    }
    return Objects.equals(winner.row.getValues(), loser.row.getValues())
        ? "the same row again"
        : "equal in order; a hash of the rows decides";
  }

  static String text(Row row, String column) {
    Object value = row.getSchema().hasField(column) ? row.getValue(column) : null;
    return value == null ? null : value.toString();
  }
}
