package io.beamhouse.io.delta.merge;

import java.io.IOException;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.column.impl.ColumnReadStoreImpl;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Copies one column of one row group, window by window, with the edits put in; a combined column is
 * combined here, so that no stored row is held.
 */
final class ColumnCopy {
  private final Payload payload;
  private final Combining combining;
  private final Bytes stored = new Bytes(64);
  private final int column;
  private final FileColumn source;
  private final @Nullable ColumnReader reader;
  private final ColumnDescriptor into;
  private final Form form;
  private final int level;
  private final int sourceLevel;
  private final boolean sameForm;
  private @Nullable Int96Bounds bounds;

  ColumnCopy(
      MergeShape shape,
      int column,
      TargetFile target,
      ColumnReadStoreImpl pages,
      ColumnDescriptor into) {
    this.payload = shape.payload();
    this.combining = shape.combining();
    this.column = column;
    this.source = target.columns[column];
    this.reader = source.isStored() ? pages.getColumnReader(source.descriptor) : null;
    this.into = into;
    this.form = Form.of(payload.type(column), into.getPrimitiveType());
    this.level = into.getMaxDefinitionLevel();
    this.sourceLevel = source.isStored() ? source.descriptor.getMaxDefinitionLevel() : 0;
    this.sameForm = source.keeps();
  }

  /** Writes rows {@code from .. to}; when all of them are dropped only the reader moves. */
  void write(RowGroupWriter out, boolean dictionary, int from, int to, Edits edits)
      throws IOException {
    if (edits.rowsLeft(to - from) == 0) {
      skip(to - from);
      return;
    }
    bounds = Int96Bounds.needed(into) ? new Int96Bounds() : null;
    out.column(into, dictionary, (writer, store) -> copy(writer, store, from, to, edits));
    if (bounds != null) {
      bounds.tell(out, into);
    }
  }

  private void skip(int rows) {
    for (int i = 0; reader != null && i < rows; i++) {
      source.skip(reader);
    }
  }

  private void copy(ColumnWriter out, ColumnWriteStore store, int from, int to, Edits edits) {
    int edit = 0;
    int row = from;
    while (row < to) {
      int next = Math.min(to, edits.row(edit));
      copyRows(out, store, next - row);
      row = next;
      if (row < to) {
        edit(out, store, edits, edit++);
        row++;
      }
    }
  }

  private void edit(ColumnWriter out, ColumnWriteStore store, Edits edits, int edit) {
    byte[] change = edits.change(edit);
    if (change != null && combining.has(column)) {
      combine(out, change);
      store.endRecord();
      return;
    }
    if (edits.isLate(edit)) {
      copyRows(out, store, 1);
      return;
    }
    if (reader != null) {
      source.skip(reader);
    }
    if (change != null) {
      write(out, change, Change.payload(change));
      store.endRecord();
    }
  }

  /** Writes what the next stored value and that of {@code change} combine to. */
  private void combine(ColumnWriter out, byte[] change) {
    int start = payload.begin(stored.clear());
    if (!source.isNull(reader)) {
      source.set(payload, stored, start, column, reader);
    }
    if (reader != null) {
      reader.consume();
    }
    int from = Change.payload(change);
    if (combining.takes(column, change, from, stored.array, start)) {
      write(out, change, from);
    } else {
      // The writer's dictionary keeps the bytes, so they must not be filled again.
      write(out, stored.toArray(), start);
    }
  }

  private void write(ColumnWriter out, byte[] row, int start) {
    if (payload.isNull(row, start, column)) {
      out.writeNull(0, 0);
    } else if (payload.type(column).fixed()) {
      long value = payload.getLong(row, start, column);
      form.write(out, value, level, into.getPrimitiveType());
      if (bounds != null) {
        bounds.add(Form.int96(value));
      }
    } else {
      form.write(
          out,
          row,
          payload.offset(row, start, column),
          payload.length(row, start, column),
          level,
          into.getPrimitiveType());
    }
  }

  private void copyRows(ColumnWriter out, ColumnWriteStore store, int rows) {
    if (reader == null) {
      for (int i = 0; i < rows; i++) {
        out.writeNull(0, 0);
        store.endRecord();
      }
    } else if (!sameForm) {
      convertRows(out, store, rows);
    } else {
      copyAsStored(out, store, rows, into.getPrimitiveType().getPrimitiveTypeName());
    }
  }

  private void copyAsStored(
      ColumnWriter out, ColumnWriteStore store, int rows, PrimitiveTypeName type) {
    switch (type) {
      case INT64 -> copyLongs(out, store, rows);
      case INT32 -> copyInts(out, store, rows);
      case DOUBLE -> copyDoubles(out, store, rows);
      case FLOAT, BOOLEAN -> convertRows(out, store, rows);
      default -> copyBinaries(out, store, rows);
    }
  }

  // One loop for each type: this is where a merge spends its time, and nothing may be boxed.

  private void copyLongs(ColumnWriter out, ColumnWriteStore store, int rows) {
    for (int i = 0; i < rows; i++) {
      if (reader.getCurrentDefinitionLevel() == sourceLevel) {
        out.write(reader.getLong(), 0, level);
      } else {
        out.writeNull(0, 0);
      }
      reader.consume();
      store.endRecord();
    }
  }

  private void copyInts(ColumnWriter out, ColumnWriteStore store, int rows) {
    for (int i = 0; i < rows; i++) {
      if (reader.getCurrentDefinitionLevel() == sourceLevel) {
        out.write(reader.getInteger(), 0, level);
      } else {
        out.writeNull(0, 0);
      }
      reader.consume();
      store.endRecord();
    }
  }

  private void copyDoubles(ColumnWriter out, ColumnWriteStore store, int rows) {
    for (int i = 0; i < rows; i++) {
      if (reader.getCurrentDefinitionLevel() == sourceLevel) {
        out.write(reader.getDouble(), 0, level);
      } else {
        out.writeNull(0, 0);
      }
      reader.consume();
      store.endRecord();
    }
  }

  private void copyBinaries(ColumnWriter out, ColumnWriteStore store, int rows) {
    for (int i = 0; i < rows; i++) {
      if (reader.getCurrentDefinitionLevel() == sourceLevel) {
        Binary value = reader.getBinary();
        out.write(value, 0, level);
        if (bounds != null) {
          bounds.add(value);
        }
      } else {
        out.writeNull(0, 0);
      }
      reader.consume();
      store.endRecord();
    }
  }

  /** By way of the canonical form. */
  private void convertRows(ColumnWriter out, ColumnWriteStore store, int rows) {
    for (int i = 0; i < rows; i++) {
      if (source.isNull(reader)) {
        out.writeNull(0, 0);
      } else if (source.type.fixed()) {
        form.write(out, source.readLong(reader), level, into.getPrimitiveType());
      } else {
        byte[] bytes = source.readBytes(reader);
        form.write(out, bytes, 0, bytes.length, level, into.getPrimitiveType());
      }
      reader.consume();
      store.endRecord();
    }
  }
}
