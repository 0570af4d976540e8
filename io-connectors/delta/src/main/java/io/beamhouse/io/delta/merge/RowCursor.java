package io.beamhouse.io.delta.merge;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.io.api.Converter;
import org.apache.parquet.io.api.GroupConverter;
import org.apache.parquet.io.api.PrimitiveConverter;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.Type;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Readers of some columns of one row group, going forward; holds their compressed pages. */
final class RowCursor {
  private final MergeShape shape;
  private final FileColumn[] columns;

  /** By column of the merge; null where the file does not store it. */
  private final @Nullable ColumnReader[] readers;

  private final int[] selected;
  private final Bytes row = new Bytes(256);
  private int position;
  private int parentEnd;

  /** Opens the columns of the merge named by {@code selected}, ascending. */
  RowCursor(TargetFile target, MergeShape shape, int rowGroup, int[] selected) throws IOException {
    this.shape = shape;
    this.columns = target.columns;
    this.selected = selected;
    this.readers = new ColumnReader[columns.length];
    List<Type> stored = new ArrayList<>();
    for (int column : selected) {
      if (columns[column].isStored()) {
        stored.add(target.schema.getType(columns[column].descriptor.getPath()[0]));
      }
    }
    if (!stored.isEmpty()) {
      ColumnReadStoreImpl store = open(target, rowGroup, new MessageType("columns", stored));
      for (int column : selected) {
        if (columns[column].isStored()) {
          readers[column] = store.getColumnReader(columns[column].descriptor);
        }
      }
    }
  }

  static ColumnReadStoreImpl open(TargetFile target, int rowGroup, MessageType columns)
      throws IOException {
    target.reader.setRequestedSchema(columns);
    PageReadStore pages = target.reader.readRowGroup(rowGroup);
    return new ColumnReadStoreImpl(
        pages, new Unconverted(), columns, target.footer.getFileMetaData().getCreatedBy());
  }

  /**
   * Appends the sortable key of the next row; false, with nothing to use, when it has a null. A row
   * that has only its parent's key whole has just that.
   */
  boolean nextKey(Bytes out) {
    boolean complete = true;
    int place = 0;
    parentEnd = -1;
    for (int key : shape.keys()) {
      FileColumn column = columns[key];
      ColumnReader reader = readers[key];
      if (column.isNull(reader)) {
        complete = false;
      } else if (complete) {
        column.addSortable(out, reader);
      } else if (reader != null) {
        reader.skip();
      }
      if (reader != null) {
        reader.consume();
      }
      if (++place == shape.parentKeys() && complete) {
        parentEnd = out.size;
      }
    }
    position++;
    if (!complete && parentEnd >= 0) {
      out.size = parentEnd;
    }
    return complete || parentEnd >= 0;
  }

  /** Where the parent's part of the key that was read last ends; -1 for none. */
  int parentEnd() {
    return parentEnd;
  }

  /** Reads the selected columns of row {@code at}, not before the last one, as a payload. */
  byte[] payload(int at) {
    for (; position < at; position++) {
      for (int column : selected) {
        if (readers[column] != null) {
          columns[column].skip(readers[column]);
        }
      }
    }
    Payload payload = shape.payload();
    int start = payload.begin(row.clear());
    for (int column : selected) {
      ColumnReader reader = readers[column];
      if (!columns[column].isNull(reader)) {
        columns[column].set(payload, row, start, column, reader);
      }
      if (reader != null) {
        reader.consume();
      }
    }
    position++;
    return row.toArray();
  }

  /** Values are read from the column readers; nothing is converted. */
  private static final class Unconverted extends GroupConverter {
    @Override
    public Converter getConverter(int field) {
      return new PrimitiveConverter() {};
    }

    @Override
    public void start() {}

    @Override
    public void end() {}
  }
}
