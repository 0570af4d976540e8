package io.beamhouse.io.delta.merge;

import io.beamhouse.core.error.Problems;
import io.beamhouse.io.delta.merge.MergeShape.Choice;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.schemas.Schema;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * What a merge per parent takes of its two inputs: of children all that a merge takes of changes,
 * of parents their key, their order and whether they are deleted.
 */
final class ParentShape {
  private final List<String> parentKeys;
  private final Choice choice;

  /**
   * @param choice with the keys of children; its {@code deleteWhen} is for parents
   */
  ParentShape(List<String> parentKeys, Choice choice) {
    this.parentKeys = parentKeys;
    this.choice = choice;
  }

  /** The shape of children; {@code parents} is null where only children come. */
  MergeShape children(Schema children, @Nullable Schema parents) {
    check(children, parents);
    return MergeShape.of(
        children, withDeleteWhen(choice.dropped(), null), lineage(children, parents));
  }

  /** The shape of parents. */
  MergeShape parents(Schema parents, Schema children) {
    check(children, parents);
    List<String> lineage = lineage(children, parents);
    List<String> dropped =
        parents.getFieldNames().stream()
            .filter(name -> !parentKeys.contains(name))
            .filter(name -> !choice.sequence().contains(name))
            .filter(name -> !lineage.contains(name))
            .toList();
    Choice parent = withDeleteWhen(dropped, choice.deleteWhen());
    return MergeShape.of(parents, parent.withKeys(parentKeys), lineage);
  }

  private Choice withDeleteWhen(List<String> dropped, @Nullable DeleteWhen deleteWhen) {
    return new Choice(
        choice.keys(),
        choice.parentKeys(),
        choice.sequence(),
        deleteWhen,
        choice.ignored(),
        dropped,
        choice.combine(),
        choice.partitionColumns(),
        choice.plainDecimal());
  }

  private List<String> lineage(Schema children, @Nullable Schema parents) {
    return MergeShape.LINEAGE.stream()
        .filter(name -> children.hasField(name) && !choice.dropped().contains(name))
        .filter(name -> parents == null || parents.hasField(name))
        .toList();
  }

  private void check(Schema children, @Nullable Schema parents) {
    Problems problems = new Problems();
    if (choice.keys().size() == parentKeys.size()) {
      problems.add("keys", "name what tells the children of a parent apart, beside " + parentKeys);
    }
    for (String column : choice.sequence()) {
      if (choice.ignored().contains(column)) {
        problems.add(
            "ignore_columns",
            "column '" + column + "' tells which version of its parent a child belongs to");
      }
    }
    if (parents != null) {
      parentKeys.forEach(name -> same(problems, "replace_per", name, children, parents));
      choice.sequence().forEach(name -> same(problems, "sequence_by", name, children, parents));
      lineage(children, parents)
          .forEach(name -> same(problems, "parents", name, children, parents));
    }
    problems.throwIfAny();
  }

  private void same(
      Problems problems, String where, String column, Schema children, Schema parents) {
    if (!parents.hasField(column)) {
      problems.add(
          where,
          "column '"
              + column
              + "' is not in the parents"
              + Problems.didYouMean(column, parents.getFieldNames()));
      return;
    }
    Optional<ColumnType> child = type(children, column);
    Optional<ColumnType> parent = type(parents, column);
    if (children.hasField(column) && !child.equals(parent)) {
      problems.add(
          where,
          "column '"
              + column
              + "' is "
              + child.map(ColumnType::toString).orElse("nested")
              + " in the children and "
              + parent.map(ColumnType::toString).orElse("nested")
              + " in the parents");
    }
  }

  private Optional<ColumnType> type(Schema schema, String column) {
    Schema typed = MergeShape.withDecimals(schema, choice.plainDecimal());
    return typed.hasField(column)
        ? ColumnType.of(typed.getField(column).getType())
        : Optional.empty();
  }
}
