package io.beamhouse.quality;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import org.apache.beam.sdk.values.Row;

/** Seconds between the latest value and now. */
final class Latest extends Measure<Latest> {
  private final int index;
  private final ColumnKind kind;
  private Instant latest;

  Latest(int index, ColumnKind kind) {
    this.index = index;
    this.kind = kind;
  }

  static boolean takes(ColumnKind kind) {
    return kind.isTime() && kind != ColumnKind.TIME;
  }

  @Override
  void add(Row row) {
    Object value = row.getValue(index);
    if (value == null) {
      return;
    }
    later(
        switch (kind) {
          case DATE -> ((LocalDate) value).atStartOfDay().toInstant(ZoneOffset.UTC);
          case LOCAL_DATETIME -> ((LocalDateTime) value).toInstant(ZoneOffset.UTC);
          default -> (Instant) kind.comparable(value);
        });
  }

  private void later(Instant other) {
    if (latest == null || (other != null && other.isAfter(latest))) {
      latest = other;
    }
  }

  @Override
  void merge(Latest other) {
    later(other.latest);
  }

  @Override
  void write(DataOutput out) throws IOException {
    out.writeBoolean(latest != null);
    if (latest != null) {
      out.writeLong(latest.getEpochSecond());
      out.writeInt(latest.getNano());
    }
  }

  @Override
  void read(DataInput in) throws IOException {
    latest = in.readBoolean() ? Instant.ofEpochSecond(in.readLong(), in.readInt()) : null;
  }

  @Override
  Double value(Instant now) {
    if (latest == null) {
      return null;
    }
    Duration age = Duration.between(latest, now);
    return age.getSeconds() + age.getNano() / 1e9;
  }
}
