package io.beamhouse.io.delta.log;

import io.beamhouse.core.Internal;
import io.beamhouse.io.core.pane.Pane;
import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.types.BooleanType;
import io.delta.kernel.types.DataType;
import io.delta.kernel.utils.CloseableIterator;
import java.time.Duration;
import java.util.BitSet;
import java.util.Optional;

/**
 * The transactions of panes: an application id for each, so that it is found exactly, whichever
 * order panes come in; and forgotten in time, so that a table does not keep one for each window
 * there ever was.
 *
 * <p>A checkpoint leaves out those that are older than {@link #KEPT_DAYS} days. Kernel has no
 * {@code delta.setTransactionRetentionDuration}, and that would take other applications' too.
 */
@Internal
public final class StreamTransactions {
  /** For how many days a pane is recognised, at least. */
  public static final int KEPT_DAYS = 7;

  private static final String PREFIX = "beamhouse-stream/";

  private StreamTransactions() {}

  /** The transaction of {@code pane}; a skip is legal only with the same content. */
  public static WriterTransaction of(Pane pane) {
    return new WriterTransaction(
        PREFIX + pane.stream() + "/" + pane.name(), 1, "", pane.content().digest());
  }

  /** Leaves out of a checkpoint what was committed too long before {@code nowMillis}. */
  static CloseableIterator<FilteredColumnarBatch> withoutOld(
      CloseableIterator<FilteredColumnarBatch> actions, long nowMillis) {
    long oldest = nowMillis - Duration.ofDays(KEPT_DAYS).toMillis();
    return actions.map(batch -> withoutOld(batch, oldest));
  }

  private static FilteredColumnarBatch withoutOld(FilteredColumnarBatch batch, long oldest) {
    ColumnarBatch data = batch.getData();
    int ordinal = data.getSchema().indexOf("txn");
    if (ordinal < 0) {
      return batch;
    }
    ColumnVector txn = data.getColumnVector(ordinal);
    Optional<ColumnVector> selected = batch.getSelectionVector();
    BitSet kept = new BitSet(data.getSize());
    boolean all = true;
    for (int row = 0; row < data.getSize(); row++) {
      boolean old = isOld(txn, row, oldest);
      all &= !old;
      kept.set(row, !old && (selected.isEmpty() || isSelected(selected.get(), row)));
    }
    return all
        ? batch
        : new FilteredColumnarBatch(data, Optional.of(new Selection(kept, data.getSize())));
  }

  private static boolean isSelected(ColumnVector selection, int row) {
    return !selection.isNullAt(row) && selection.getBoolean(row);
  }

  private static boolean isOld(ColumnVector txn, int row, long oldest) {
    if (txn.isNullAt(row)) {
      return false;
    }
    ColumnVector appId = txn.getChild(0);
    ColumnVector updated = txn.getChild(2);
    return !updated.isNullAt(row)
        && updated.getLong(row) < oldest
        && appId.getString(row).startsWith(PREFIX);
  }

  /** Which rows of a batch stay. */
  private record Selection(BitSet kept, int size) implements ColumnVector {
    @Override
    public DataType getDataType() {
      return BooleanType.BOOLEAN;
    }

    @Override
    public int getSize() {
      return size;
    }

    @Override
    public boolean isNullAt(int row) {
      return false;
    }

    @Override
    public boolean getBoolean(int row) {
      return kept.get(row);
    }

    @Override
    public void close() {}
  }
}
