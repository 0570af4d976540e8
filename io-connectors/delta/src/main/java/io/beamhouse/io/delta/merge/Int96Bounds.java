package io.beamhouse.io.delta.merge;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnReader;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.checkerframework.checker.nullness.qual.Nullable;

/** The smallest and largest of INT96 timestamps, which Parquet itself does not order. */
final class Int96Bounds {
  private int minimumDay = Integer.MAX_VALUE;
  private long minimumNanos;
  private int maximumDay = Integer.MIN_VALUE;
  private long maximumNanos;

  static boolean needed(@Nullable ColumnDescriptor column) {
    return column != null
        && column.getPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.INT96;
  }

  void add(Binary value) {
    ByteBuffer buffer = value.toByteBuffer().slice().order(ByteOrder.LITTLE_ENDIAN);
    long nanos = buffer.getLong(0);
    int day = buffer.getInt(8);
    if (day < minimumDay || (day == minimumDay && nanos < minimumNanos)) {
      minimumDay = day;
      minimumNanos = nanos;
    }
    if (day > maximumDay || (day == maximumDay && nanos > maximumNanos)) {
      maximumDay = day;
      maximumNanos = nanos;
    }
  }

  void addAll(ColumnReader reader, long rows) {
    int level = reader.getDescriptor().getMaxDefinitionLevel();
    for (long i = 0; i < rows; i++) {
      if (reader.getCurrentDefinitionLevel() == level) {
        add(reader.getBinary());
      }
      reader.consume();
    }
  }

  void tell(RowGroupWriter out, ColumnDescriptor column) {
    if (minimumDay <= maximumDay) {
      out.int96Bounds(column, binary(minimumDay, minimumNanos), binary(maximumDay, maximumNanos));
    }
  }

  private static Binary binary(int day, long nanos) {
    ByteBuffer buffer = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    buffer.putLong(nanos).putInt(day);
    return Binary.fromConstantByteArray(buffer.array());
  }
}
