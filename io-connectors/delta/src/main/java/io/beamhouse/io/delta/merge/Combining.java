package io.beamhouse.io.delta.merge;

import io.beamhouse.core.error.Problems;
import io.beamhouse.io.delta.merge.MergeShape.Choice;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.beam.sdk.schemas.Schema;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The columns that hold the least or greatest value of all changes of a key and its stored row; the
 * others are those of the last one.
 *
 * <p>Both functions are associative, commutative and idempotent, so it does not matter in which
 * order, how often, and in how many merges changes come. For the same reason a combined column has
 * no part in the order of changes, nor in the hash that ends it: a row would else change its place
 * when it is combined.
 */
final class Combining implements Serializable {
  private final Payload payload;

  /** By stored column; null for one that is not combined. */
  private final @Nullable Combine[] functions;

  private final int[] columns;
  private final int[] others;

  private Combining(Payload payload, @Nullable Combine[] functions) {
    this.payload = payload;
    this.functions = functions;
    this.columns = columns(true);
    this.others = columns(false);
  }

  private int[] columns(boolean combined) {
    return IntStream.range(0, functions.length)
        .filter(column -> (functions[column] != null) == combined)
        .toArray();
  }

  static Combining of(Map<String, Combine> choice, Schema stored, Payload payload) {
    Combine[] functions = new Combine[payload.columns()];
    choice.forEach((name, function) -> functions[stored.indexOf(name)] = function);
    return new Combining(payload, functions);
  }

  boolean isEmpty() {
    return columns.length == 0;
  }

  /** The columns that are combined, ascending. */
  int[] columns() {
    return columns;
  }

  /** The columns that are not, ascending. */
  int[] others() {
    return others;
  }

  boolean has(int column) {
    return functions[column] != null;
  }

  /** Whether the value of a combined column in {@code a} takes the place of that in {@code b}. */
  boolean takes(int column, byte[] a, int aStart, byte[] b, int bStart) {
    if (payload.isNull(a, aStart, column)) {
      return false;
    }
    if (payload.isNull(b, bStart, column)) {
      return true;
    }
    int comparison = payload.compare(column, a, aStart, b, bStart);
    return functions[column] == Combine.MAX ? comparison > 0 : comparison < 0;
  }

  /** Whether {@code change} has a value that takes the place of one in the payload {@code row}. */
  boolean adds(byte[] change, byte[] row) {
    int start = Change.payload(change);
    for (int column : columns) {
      if (takes(column, change, start, row, 0)) {
        return true;
      }
    }
    return false;
  }

  /**
   * {@code change} with what it combines to with a payload that has the combined columns; the last
   * one of both for the others is {@code change}.
   */
  byte[] with(byte[] change, byte[] row, int rowStart) {
    int start = Change.payload(change);
    boolean any = false;
    for (int column : columns) {
      any |= takes(column, row, rowStart, change, start);
    }
    if (!any) {
      return change;
    }
    Bytes out = new Bytes(change.length + row.length - rowStart);
    out.add(change, 0, start);
    int into = payload.begin(out);
    for (int column = 0; column < functions.length; column++) {
      boolean taken = has(column) && takes(column, row, rowStart, change, start);
      payload.copy(column, taken ? row : change, taken ? rowStart : start, out, into);
    }
    return out.toArray();
  }

  /** The last one of {@code changes}, which have one key, with what all of them combine to. */
  byte[] folded(List<byte[]> changes) {
    byte[] folded = changes.get(changes.size() - 1);
    for (byte[] earlier : changes.subList(0, changes.size() - 1)) {
      folded = with(folded, earlier, Change.payload(earlier));
    }
    return folded;
  }

  /** Names what is wrong with a choice of combined columns. */
  static void check(Problems problems, Schema changes, Choice choice) {
    if (choice.combine().isEmpty()) {
      return;
    }
    if (choice.deleteWhen() != null) {
      problems.add(
          "delete_when",
          "not together with combine: a row that is deleted would forget what it combined");
    }
    if (choice.parentKeys() > 0) {
      problems.add("replace_per", "not together with combine: children are replaced, not combined");
    }
    for (String name : choice.combine().keySet()) {
      String where = "combine." + name;
      if (!changes.hasField(name)) {
        problems.add(
            where,
            "column '"
                + name
                + "' is not in the changes"
                + Problems.didYouMean(name, changes.getFieldNames()));
        continue;
      }
      taken(name, choice)
          .ifPresent(
              by ->
                  problems.add(
                      where,
                      "column '" + name + "' is " + by + " as well; a column is one or the other"));
      ColumnType.of(changes.getField(name).getType())
          .filter(ColumnType::floating)
          .ifPresent(
              type ->
                  problems.add(
                      where,
                      "column '" + name + "' is " + type + ", which NaN keeps from being ordered"));
    }
  }

  private static Optional<String> taken(String column, Choice choice) {
    Map<String, List<String>> uses = new LinkedHashMap<>();
    uses.put("a key", choice.keys());
    uses.put("in sequence_by", choice.sequence());
    uses.put("in partition_by", choice.partitionColumns());
    uses.put("in drop_columns", choice.dropped());
    uses.put("in ignore_columns", choice.ignored());
    uses.put("what orders changes or tells where they came from", MergeShape.NOT_CONTENT);
    return uses.entrySet().stream()
        .filter(use -> use.getValue().contains(column))
        .map(Map.Entry::getKey)
        .findFirst();
  }
}
