package io.beamhouse.io.jdbc;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.apache.beam.sdk.coders.RowCoder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;

/** Keys as bytes. */
final class KeyCodec {
  private final Schema schema;
  private final RowCoder coder;

  KeyCodec(List<Column> keys) {
    schema = TableRead.rowSchema(keys).build();
    coder = RowCoder.of(schema);
  }

  Schema schema() {
    return schema;
  }

  byte[] encode(List<Object> values) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    coder.encode(Row.withSchema(schema).attachValues(values), out);
    return out.toByteArray();
  }

  Row decode(byte[] key) throws IOException {
    return coder.decode(new ByteArrayInputStream(key));
  }

  static int bucket(byte[] key, int buckets) {
    int hash = Arrays.hashCode(key);
    return ((hash ^ (hash >>> 16)) & Integer.MAX_VALUE) % buckets;
  }
}
