package io.beamhouse.transforms.flatten;

import io.beamhouse.core.row.RowJson;
import org.apache.beam.sdk.schemas.Schema.FieldType;

/** What becomes of one value of a nested row, both ways; used by one thread. */
interface Node {
  /** Puts {@code value} into the row that is being made. */
  void write(Object value, FlatRow row);

  /** Returns the value that {@link #write} put there; for lossless plans. */
  Object read(StoredRow row);

  /** A value as it is. */
  record Plain(int column) implements Node {
    @Override
    public void write(Object value, FlatRow row) {
      row.set(column, value);
    }

    @Override
    public Object read(StoredRow row) {
      return row.get(column);
    }
  }

  /** A value as JSON. */
  record Json(int column, String path, FieldType type) implements Node {
    @Override
    public void write(Object value, FlatRow row) {
      if (value == null) {
        return;
      }
      try {
        row.set(column, RowJson.write(value, type));
      } catch (IllegalArgumentException e) {
        throw new BadRowException("json: " + path, path + " has no JSON: " + e.getMessage());
      }
    }

    @Override
    public Object read(StoredRow row) {
      return JsonTexts.read((String) row.get(column), type, "json", path);
    }
  }

  /** A text that must be JSON and stays as it is. */
  record CheckedJson(int column, String path) implements Node {
    @Override
    public void write(Object value, FlatRow row) {
      if (value != null) {
        JsonTexts.check((String) value, path);
      }
      row.set(column, value);
    }

    @Override
    public Object read(StoredRow row) {
      return row.get(column);
    }
  }

  /** A JSON text whose content takes its place. */
  record Parsed(Node inner, String path, FieldType type) implements Node {
    @Override
    public void write(Object value, FlatRow row) {
      inner.write(JsonTexts.read((String) value, type, "parse_json", path), row);
    }

    @Override
    public Object read(StoredRow row) {
      throw new IllegalStateException("a plan that parses JSON is not lossless");
    }
  }
}
