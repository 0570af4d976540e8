package io.beamhouse.io.jdbc;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import org.apache.beam.sdk.coders.RowCoder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.Row;

/** Keeps one row a key, the same one on every runner: the highest sequence, then bytes. */
final class LatestRow {
  private LatestRow() {}

  /** Pairs a row with the bytes of its key fields. */
  static final class KeyFn extends DoFn<Row, KV<byte[], Row>> {
    private final List<Integer> keys;
    private final RowCoder coder;
    private final Schema schema;

    KeyFn(Schema input, List<Integer> keys) {
      this.keys = List.copyOf(keys);
      Schema.Builder builder = Schema.builder();
      keys.forEach(index -> builder.addField(input.getField(index)));
      schema = builder.build();
      coder = RowCoder.of(schema);
    }

    @ProcessElement
    public void process(@Element Row row, OutputReceiver<KV<byte[], Row>> out) throws IOException {
      Row key =
          Row.withSchema(schema).attachValues(keys.stream().<Object>map(row::getValue).toList());
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      coder.encode(key, bytes);
      out.output(KV.of(bytes.toByteArray(), row));
    }
  }

  /** The highest of a key's rows. */
  static final class HighestFn extends Combine.BinaryCombineFn<Row> {
    private final int sequence;
    private final RowCoder coder;

    /**
     * @param sequence index of the field that says which row is newer; -1 for none
     */
    HighestFn(Schema input, int sequence) {
      this.sequence = sequence;
      coder = RowCoder.of(input);
    }

    @Override
    public Row apply(Row a, Row b) {
      int order = sequence < 0 ? 0 : compare(a.getValue(sequence), b.getValue(sequence));
      return (order == 0 ? Arrays.compareUnsigned(bytes(a), bytes(b)) : order) >= 0 ? a : b;
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static int compare(Object a, Object b) {
      if (a == null || b == null) {
        return a == null ? (b == null ? 0 : -1) : 1;
      }
      return a instanceof byte[] bytes
          ? Arrays.compareUnsigned(bytes, (byte[]) b)
          : ((Comparable) a).compareTo(b);
    }

    private byte[] bytes(Row row) {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      try {
        coder.encode(row, out);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return out.toByteArray();
    }
  }
}
