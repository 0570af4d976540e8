package io.beamhouse.io.jdbc;

import io.beamhouse.io.core.storage.Storage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.values.Row;

/** Vanished keys as rows: keys, the run's bound as cursor, NULL elsewhere. */
final class DeletedKeys implements SplitReads.SplitCursor {
  private final TableRead read;
  private final KeyCodec codec;
  private final KeyFile.Reader keys;

  DeletedKeys(TableRead read, String file) {
    this.read = read;
    codec = new KeyCodec(keyColumns(read));
    keys = new KeyFile.Reader(Storage.path(file));
  }

  static List<Column> keyColumns(TableRead read) {
    List<Column> columns = new ArrayList<>();
    for (String key : read.keys()) {
      read.columns().stream().filter(c -> c.name().equals(key)).forEach(columns::add);
    }
    return columns;
  }

  @Override
  public List<Object> next() throws IOException {
    KeyFile.Entry entry = keys.next();
    if (entry == null) {
      return null;
    }
    Row key = codec.decode(entry.key());
    String cursor = read.order().get(0).name();
    List<Object> values = new ArrayList<>();
    for (Column column : read.columns()) {
      if (read.keys().contains(column.name())) {
        values.add(key.getValue(column.name()));
      } else if (column.name().equals(cursor)) {
        values.add(TypedText.value(read.upTo(), column.type()));
      } else {
        values.add(null);
      }
    }
    return values;
  }

  @Override
  public void close() {
    keys.close();
  }
}
