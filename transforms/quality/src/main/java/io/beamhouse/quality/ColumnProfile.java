package io.beamhouse.quality;

import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.apache.datasketches.kll.KllDoublesSketch;
import org.apache.datasketches.memory.Memory;

/** What the values of one column are like, in some 30 KB. */
final class ColumnProfile {
  private final String name;
  private final int index;
  private final ColumnKind kind;
  private final Distinct distinct;
  private long rows;
  private long nulls;
  private Comparable<?> min;
  private Comparable<?> max;
  private KllDoublesSketch quantiles = KllDoublesSketch.newHeapInstance();
  private TextShape texts = new TextShape();

  ColumnProfile(Schema schema, int index) {
    this.name = schema.getField(index).getName();
    this.index = index;
    this.kind = ColumnKind.of(schema.getField(index).getType());
    this.distinct =
        KeyEncoder.isKey(kind) ? new Distinct(KeyEncoder.of(schema, List.of(name))) : null;
  }

  void add(Row row) {
    rows++;
    Object value = row.getValue(index);
    if (value == null) {
      nulls++;
      return;
    }
    if (distinct != null) {
      distinct.add(row);
    }
    if (kind == ColumnKind.TEXT) {
      texts.add((String) value);
    } else if (kind.isOrdered()) {
      Comparable<?> comparable = kind.comparable(value);
      if (!comparable.equals(Double.NaN)) {
        widen(comparable);
        if (kind.isNumber()) {
          quantiles.update(((Number) value).doubleValue());
        }
      }
    }
  }

  private void widen(Comparable<?> value) {
    min = min == null || Order.compare(value, min) < 0 ? value : min;
    max = max == null || Order.compare(value, max) > 0 ? value : max;
  }

  void merge(ColumnProfile other) {
    rows += other.rows;
    nulls += other.nulls;
    if (distinct != null) {
      distinct.merge(other.distinct);
    }
    if (other.min != null) {
      widen(other.min);
      widen(other.max);
      quantiles.merge(other.quantiles);
    }
    texts.merge(other.texts);
  }

  void write(DataOutput out) throws IOException {
    out.writeLong(rows);
    out.writeLong(nulls);
    if (distinct != null) {
      distinct.write(out);
    }
    out.writeBoolean(min != null);
    if (min != null) {
      out.writeUTF(min.toString());
      out.writeUTF(max.toString());
      byte[] bytes = quantiles.toByteArray();
      out.writeInt(bytes.length);
      out.write(bytes);
    }
    texts.write(out);
  }

  void read(DataInput in) throws IOException {
    rows = in.readLong();
    nulls = in.readLong();
    if (distinct != null) {
      distinct.read(in);
    }
    if (in.readBoolean()) {
      min = parsed(in.readUTF());
      max = parsed(in.readUTF());
      byte[] bytes = new byte[in.readInt()];
      in.readFully(bytes);
      quantiles = KllDoublesSketch.heapify(Memory.wrap(bytes));
    }
    texts = TextShape.read(in);
  }

  private Comparable<?> parsed(String text) {
    return kind == ColumnKind.FLOATING ? Double.valueOf(text) : kind.parse(text);
  }

  String name() {
    return name;
  }

  ColumnKind kind() {
    return kind;
  }

  long rows() {
    return rows;
  }

  long values() {
    return rows - nulls;
  }

  double nullShare() {
    return rows == 0 ? 0 : (double) nulls / rows;
  }

  double distinctValues() {
    return distinct == null ? 0 : distinct.value(Instant.EPOCH);
  }

  /** Null for what has no order, for texts, and without values. */
  Comparable<?> min() {
    return min;
  }

  Comparable<?> max() {
    return max;
  }

  /** For a numeric column with values: about the value below which {@code share} of them lie. */
  double quantile(double share) {
    return quantiles.getQuantile(share);
  }

  TextShape texts() {
    return texts;
  }
}
