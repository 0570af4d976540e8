package io.beamhouse.io.delta.merge;

import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A column of the merge as one data file has it: stored, or the same value in every row (a
 * partition value, or null where an old file lacks the column).
 */
final class FileColumn {
  final ColumnType type;
  final @Nullable ColumnDescriptor descriptor;
  private final @Nullable Form form;
  private final int level;
  private final @Nullable Object constant;

  private FileColumn(
      ColumnType type, @Nullable ColumnDescriptor descriptor, @Nullable Object constant) {
    this.type = type;
    this.descriptor = descriptor;
    this.form = descriptor == null ? null : Form.of(type, descriptor.getPrimitiveType());
    this.level = descriptor == null ? 0 : descriptor.getMaxDefinitionLevel();
    this.constant = constant;
  }

  static FileColumn stored(ColumnType type, ColumnDescriptor descriptor) {
    return new FileColumn(type, descriptor, null);
  }

  /** {@code value} is in canonical form, a Long or a byte array; null for null. */
  static FileColumn constant(ColumnType type, @Nullable Object value) {
    return new FileColumn(type, null, value);
  }

  boolean isStored() {
    return descriptor != null;
  }

  /** The value of every row where the column is not stored. */
  @Nullable Object constant() {
    return constant;
  }

  /** Whether the file can go on holding the column as it does, whatever the new values are. */
  boolean keeps() {
    return descriptor != null && form.holdsAll(type, descriptor.getPrimitiveType());
  }

  /** A footer's bound in canonical form, or null. */
  @Nullable Object bound(Object statistic) {
    return Constants.footerBound(type, form, statistic);
  }

  /** Whether the reader stands at a null; constants take no reader. */
  boolean isNull(@Nullable ColumnReader reader) {
    return descriptor == null ? constant == null : reader.getCurrentDefinitionLevel() < level;
  }

  /** Appends the sortable form of the value, which is not null, that the reader stands at. */
  void addSortable(Bytes out, @Nullable ColumnReader reader) {
    if (type.fixed()) {
      SortableBytes.add(out, type, descriptor == null ? (Long) constant : form.readLong(reader));
    } else {
      byte[] bytes = descriptor == null ? (byte[]) constant : form.readBytes(reader);
      SortableBytes.add(out, type, bytes, 0, bytes.length);
    }
  }

  /** Sets the column of a payload to the value, which is not null, that the reader stands at. */
  void set(Payload payload, Bytes out, int start, int column, @Nullable ColumnReader reader) {
    if (type.fixed()) {
      payload.set(out, start, column, descriptor == null ? (Long) constant : form.readLong(reader));
    } else {
      byte[] bytes = descriptor == null ? (byte[]) constant : form.readBytes(reader);
      payload.set(out, start, column, bytes, 0, bytes.length);
    }
  }

  long readLong(ColumnReader reader) {
    return form.readLong(reader);
  }

  byte[] readBytes(ColumnReader reader) {
    return form.readBytes(reader);
  }

  /** Passes over one value. */
  void skip(ColumnReader reader) {
    if (reader.getCurrentDefinitionLevel() == level) {
      reader.skip();
    }
    reader.consume();
  }

  /** Whether a payload has this column's constant; an empty partition value is null. */
  boolean isConstant(Payload payload, byte[] row, int start, int column) {
    if (payload.isNull(row, start, column)) {
      return constant == null;
    }
    if (type.fixed()) {
      return constant != null && payload.getLong(row, start, column) == (Long) constant;
    }
    if (constant == null) {
      return payload.length(row, start, column) == 0;
    }
    int at = payload.offset(row, start, column);
    byte[] bytes = (byte[]) constant;
    return SortableBytes.compare(
            row, at, at + payload.length(row, start, column), bytes, 0, bytes.length)
        == 0;
  }
}
