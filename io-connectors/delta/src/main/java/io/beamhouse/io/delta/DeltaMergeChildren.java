package io.beamhouse.io.delta;

import io.beamhouse.core.Evolving;
import io.beamhouse.io.delta.merge.MergeRows;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.display.DisplayData;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionRowTuple;
import org.apache.beam.sdk.values.Row;

/**
 * Merges child rows into a Delta table by replacing all children of a parent at once: what {@link
 * DeltaMerge} is, with all its settings, for the child tables of {@code FlattenRows}.
 *
 * <p>Input: bounded flat rows under the tags {@link #CHILDREN} and {@link #PARENTS}, such as a
 * child table and the main table it belongs to; {@code PARENTS} may be missing. Of the parents only
 * these columns are looked at: those of {@link DeltaMerge#replacingPer replacingPer}, the sequence
 * columns, {@code _run} and {@code _source}, and that of {@link DeltaMerge#withDeleteWhen
 * withDeleteWhen}, which here is about parents. Children carry all of them but the last. Output:
 * {@link DeltaMergeResult}. Keys are unique among the children of a parent.
 *
 * <p><b>Order.</b> The version of a parent that counts is that of its greatest parent row: by
 * sequence columns, then by those of {@code _run} and {@code _source} that both inputs have.
 * Afterwards the table holds exactly the children that carry that very order, so none when the
 * parent has none or is deleted; other children count as superseded, stored rows that go as
 * removed. Two versions of one order are refused unless they have the same children.
 *
 * <p><b>Late versions.</b> Against what is stored only sequence columns decide: where the table
 * holds, or remembers, a later version of a parent, nothing of the earlier one is put in. Without
 * them, and when they are equal, the later merge wins. Versions without children are remembered.
 *
 * <p><b>Children alone.</b> Children whose parent did not come, such as those out of a quarantine,
 * are put to those that are stored, or take their places by key, unless a later version is there.
 *
 * <p>A parent whose key is null fails the merge; everything else is as in {@link DeltaMerge}.
 * Memory: the children of a parent are in one bucket.
 */
@Evolving
public final class DeltaMergeChildren extends PTransform<PCollectionRowTuple, DeltaMergeResult> {
  /** The tag of the child rows. */
  public static final String CHILDREN = MergeRows.INPUT;

  /** The tag of the rows that tell which parents came, and in which version. */
  public static final String PARENTS = MergeRows.PARENTS;

  private final DeltaMerge merge;

  DeltaMergeChildren(DeltaMerge merge) {
    this.merge = merge;
  }

  /** {@code children} and {@code parents} as an input. */
  public static PCollectionRowTuple input(PCollection<Row> children, PCollection<Row> parents) {
    return PCollectionRowTuple.of(CHILDREN, children).and(PARENTS, parents);
  }

  @Override
  public DeltaMergeResult expand(PCollectionRowTuple inputs) {
    return merge.merged(inputs);
  }

  @Override
  public void populateDisplayData(DisplayData.Builder builder) {
    merge.populateDisplayData(builder);
  }
}
