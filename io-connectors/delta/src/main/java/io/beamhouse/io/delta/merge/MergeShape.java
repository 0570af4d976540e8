package io.beamhouse.io.delta.merge;

import io.beamhouse.core.error.Problems;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.Field;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * What a merge does with the columns of its changes; the same on every worker.
 *
 * @param stored the schema of what is stored: the changes' without the dropped columns
 * @param payload the layout of the stored columns
 * @param fields where each stored column stands in a change's row
 * @param keys stored columns that name a row, those of its parent first
 * @param parentKeys how many of them name its parent, in a merge per parent; else 0
 * @param sequence stored columns that order the changes of a key; empty: the batch wins
 * @param lineage columns that order after those: {@code _run}, {@code _source}; in a merge per
 *     parent those that parents have too
 * @param content stored columns whose difference makes a row changed, but for combined ones
 * @param combining which columns hold the least or greatest value of all changes
 * @param deleteField where the column of {@code deleteWhen} stands in a change's row; -1 without
 */
record MergeShape(
    Schema stored,
    Payload payload,
    int[] fields,
    int[] keys,
    int parentKeys,
    int[] sequence,
    int[] lineage,
    int[] content,
    Combining combining,
    @Nullable DeleteWhen deleteWhen,
    int deleteField)
    implements Serializable {

  /** Columns that say where a row came from; they order changes but do not make a row changed. */
  static final List<String> LINEAGE = List.of("_run", "_source");

  static final List<String> NOT_CONTENT = List.of("_run", "_source", "_attempt");

  /**
   * The user's choices, by column name.
   *
   * @param keys those of the parent first
   * @param parentKeys how many of them name the parent; 0: rows have none
   * @param partitionColumns of a table that is created
   */
  record Choice(
      List<String> keys,
      int parentKeys,
      List<String> sequence,
      @Nullable DeleteWhen deleteWhen,
      List<String> ignored,
      List<String> dropped,
      Map<String, Combine> combine,
      List<String> partitionColumns,
      Schema.@Nullable FieldType plainDecimal)
      implements Serializable {
    Choice withKeys(List<String> others) {
      return new Choice(
          others,
          parentKeys,
          sequence,
          deleteWhen,
          ignored,
          dropped,
          combine,
          partitionColumns,
          plainDecimal);
    }
  }

  /** Resolves {@code choice} against the changes' schema; throws with every problem at once. */
  static MergeShape of(Schema rows, Choice choice) {
    return of(rows, choice, LINEAGE);
  }

  /** The same with a choice of the {@link #LINEAGE} columns. */
  static MergeShape of(Schema rows, Choice choice, List<String> lineage) {
    Schema changes = withDecimals(rows, choice.plainDecimal());
    check(changes, choice);
    List<ColumnType> types = new ArrayList<>();
    List<Integer> fields = new ArrayList<>();
    Schema.Builder stored = Schema.builder();
    for (int i = 0; i < changes.getFieldCount(); i++) {
      Field field = changes.getField(i);
      if (!choice.dropped().contains(field.getName())) {
        stored.addField(field);
        types.add(ColumnType.of(field.getType()).orElseThrow());
        fields.add(i);
      }
    }
    Schema schema = stored.build();
    String deleteColumn = choice.deleteWhen() == null ? "" : choice.deleteWhen().column();
    List<String> content =
        schema.getFieldNames().stream()
            .filter(name -> !NOT_CONTENT.contains(name) && !name.equals(deleteColumn))
            .filter(name -> !choice.ignored().contains(name))
            .filter(name -> !choice.combine().containsKey(name))
            .toList();
    Payload payload = new Payload(types);
    return new MergeShape(
        schema,
        payload,
        fields.stream().mapToInt(i -> i).toArray(),
        indexes(schema, choice.keys()),
        choice.parentKeys(),
        indexes(schema, choice.sequence()),
        indexes(schema, lineage.stream().filter(schema::hasField).toList()),
        indexes(schema, content),
        Combining.of(choice.combine(), schema, payload),
        choice.deleteWhen(),
        choice.deleteWhen() == null ? -1 : changes.indexOf(deleteColumn));
  }

  /** Gives fields of type DECIMAL, which have no precision, the one that was chosen. */
  static Schema withDecimals(Schema rows, Schema.@Nullable FieldType plainDecimal) {
    if (plainDecimal == null) {
      return rows;
    }
    Schema.Builder schema = Schema.builder();
    for (Field field : rows.getFields()) {
      boolean plain = field.getType().getTypeName() == Schema.TypeName.DECIMAL;
      schema.addField(
          plain ? field.withType(plainDecimal.withNullable(field.getType().getNullable())) : field);
    }
    return schema.build();
  }

  private static int[] indexes(Schema schema, List<String> names) {
    return names.stream().mapToInt(schema::indexOf).toArray();
  }

  private static void check(Schema changes, Choice choice) {
    Problems problems = new Problems();
    if (choice.keys().isEmpty()) {
      problems.add("keys", "name the columns that identify a row");
    }
    checkNames(problems, "keys", changes, choice, choice.keys());
    checkNames(problems, "sequence_by", changes, choice, choice.sequence());
    for (String key : choice.keys()) {
      type(changes, key)
          .filter(ColumnType::floating)
          .ifPresent(
              type ->
                  problems.add(
                      "keys", "column '" + key + "' is " + type + "; a key must compare exactly"));
    }
    for (Field field : changes.getFields()) {
      if (!choice.dropped().contains(field.getName()) && ColumnType.of(field.getType()).isEmpty()) {
        problems.add("changes", unsuitable(field));
      }
    }
    Combining.check(problems, changes, choice);
    if (choice.deleteWhen() != null) {
      choice.deleteWhen().problem(changes).ifPresent(what -> problems.add("delete_when", what));
    }
    problems.throwIfAny();
  }

  private static String unsuitable(Field field) {
    String column = "column '" + field.getName() + "' is " + field.getType().getTypeName();
    return field.getType().getTypeName() == Schema.TypeName.DECIMAL
        ? column + " without precision; choose one for all with decimal: DECIMAL(p,s)"
        : column
            + "; a merge writes flat columns only, so flatten it, turn it into text or drop it";
  }

  private static void checkNames(
      Problems problems, String where, Schema changes, Choice choice, List<String> names) {
    if (Set.copyOf(names).size() != names.size()) {
      problems.add(where, "a column is named twice: " + names);
    }
    for (String name : names) {
      if (!changes.hasField(name)) {
        problems.add(
            where,
            "column '"
                + name
                + "' is not in the changes"
                + Problems.didYouMean(name, changes.getFieldNames()));
      } else if (choice.dropped().contains(name)) {
        problems.add(where, "column '" + name + "' is dropped; it must be stored");
      }
    }
  }

  private static Optional<ColumnType> type(Schema schema, String name) {
    return schema.hasField(name)
        ? ColumnType.of(schema.getField(name).getType())
        : Optional.empty();
  }

  /** Whether changes are ordered against stored rows and deletes are remembered. */
  boolean sequenced() {
    return sequence.length > 0;
  }

  /** The columns of a stored row that decide most matches, ascending. */
  int[] deciding() {
    return IntStream.concat(IntStream.of(sequence), IntStream.of(combining.columns()))
        .sorted()
        .distinct()
        .toArray();
  }

  /** Whether all rows of a parent are replaced together. */
  boolean perParent() {
    return parentKeys > 0;
  }

  /** Columns whose ranges tell which files are touched. */
  int[] probed() {
    return perParent() ? Arrays.copyOf(keys, parentKeys) : keys;
  }

  /** Where the parent's part of a change's key ends. */
  int parentKeyEnd(byte[] change) {
    int end = Change.KEY;
    for (int key = 0; key < parentKeys; key++) {
      end = SortableBytes.end(payload.type(keys[key]), change, end);
    }
    return end;
  }

  /** The part of a change's order that is held against what the table has of other merges. */
  byte[] lasting(byte[] change) {
    int from = Change.order(change);
    return Arrays.copyOfRange(
        change, from, perParent() ? sequenceEnd(change, from) : Change.payload(change));
  }

  private int sequenceEnd(byte[] change, int from) {
    int end = from;
    for (int column : sequence) {
      boolean isNull = change[end++] == 0;
      end = isNull ? end : SortableBytes.end(payload.type(column), change, end);
    }
    return end;
  }

  String name(int column) {
    return stored.getField(column).getName();
  }

  /** Appends the sortable key of a payload whose key columns are not null. */
  void addKey(Bytes out, byte[] row, int start) {
    for (int key : keys) {
      payload.addSortable(out, row, start, key, false);
    }
  }

  /** Appends the sortable sequence columns of a payload. */
  void addSequence(Bytes out, byte[] row, int start) {
    for (int column : sequence) {
      payload.addSortable(out, row, start, column, true);
    }
  }

  /**
   * Appends what orders changes of equal sequence: lineage, then the hash of all columns that are
   * not combined. Rows of one parent do not share it, so it is left out there.
   */
  void addTie(Bytes out, boolean delete, byte[] row, int start, int end) {
    for (int column : lineage) {
      payload.addSortable(out, row, start, column, true);
    }
    if (!perParent()) {
      long hash = combining.isEmpty() ? Hash64.of(row, start, end) : hashOfOthers(out, row, start);
      out.addLong(hash + (delete ? 1 : 0));
    }
  }

  /** The hash of what is not combined; uses the end of {@code out} for a moment. */
  private long hashOfOthers(Bytes out, byte[] row, int start) {
    int from = out.size;
    for (int column : combining.others()) {
      payload.addSortable(out, row, start, column, true);
    }
    long hash = Hash64.of(out.array, from, out.size);
    out.size = from;
    return hash;
  }

  boolean sameContent(byte[] a, int aStart, byte[] b, int bStart) {
    for (int column : content) {
      if (!payload.same(column, a, aStart, b, bStart)) {
        return false;
      }
    }
    return true;
  }
}
