package io.beamhouse.io.delta.merge;

import java.util.Optional;
import org.apache.beam.sdk.values.Row;

/** Turns rows into {@link Change}s. Keeps its buffers; not thread-safe. */
final class ChangeEncoder {
  private final MergeShape shape;
  private final Bytes row = new Bytes(256);
  private final Bytes key = new Bytes(32);
  private final Bytes order = new Bytes(64);
  private byte[] change = new byte[0];
  private long hash;

  ChangeEncoder(MergeShape shape) {
    this.shape = shape;
  }

  /**
   * Encodes one row; the result is {@link #change} unless something is wrong with the row.
   *
   * @return why the row is refused, without its values
   */
  Optional<Refusal> encode(Row change) {
    boolean delete =
        shape.deleteWhen() != null && shape.deleteWhen().test(change.getValue(shape.deleteField()));
    Payload payload = shape.payload();
    int start = payload.begin(row.clear());
    for (int column = 0; column < payload.columns(); column++) {
      Object value = change.getValue(shape.fields()[column]);
      if (value == null) {
        continue;
      }
      ColumnType type = payload.type(column);
      try {
        if (type.fixed()) {
          payload.set(row, start, column, type.toLong(value));
        } else {
          byte[] bytes = type.toBytes(value);
          payload.set(row, start, column, bytes, 0, bytes.length);
        }
      } catch (ArithmeticException e) {
        return Optional.of(
            new Refusal("type", "column '" + shape.name(column) + "' does not fit " + type));
      }
    }
    for (int column : shape.keys()) {
      if (payload.isNull(row.array, start, column)) {
        return Optional.of(new Refusal("key", "key column '" + shape.name(column) + "' is null"));
      }
    }
    shape.addKey(key.clear(), row.array, start);
    shape.addSequence(order.clear(), row.array, start);
    shape.addTie(order, delete, row.array, start, row.size);
    this.change = Change.of(delete, key, order, row.array, start, row.size);
    hash =
        shape.perParent()
            ? Hash64.of(this.change, Change.KEY, shape.parentKeyEnd(this.change))
            : Change.hash(this.change);
    return Optional.empty();
  }

  byte[] change() {
    return change;
  }

  /** The hash by which the change finds its bucket: of the parent's key in a merge per parent. */
  long hash() {
    return hash;
  }

  /** Why a row cannot be merged. */
  record Refusal(String rule, String message) {}
}
