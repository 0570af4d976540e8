package io.beamhouse.core.row;

import io.beamhouse.core.Internal;
import java.io.Serializable;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.values.Row;

/** A key that somebody typed, held against rows of one schema by their values' canonical texts. */
@Internal
public final class RowKey implements Serializable {
  private final LinkedHashMap<String, String> texts;

  private RowKey(LinkedHashMap<String, String> texts) {
    this.texts = texts;
  }

  /**
   * Returns {@code key} for rows of {@code schema}; nothing when they lack one of its columns, or a
   * text is no value of the column's type.
   */
  public static Optional<RowKey> of(Map<String, String> key, Schema schema) {
    LinkedHashMap<String, String> texts = new LinkedHashMap<>();
    for (Map.Entry<String, String> column : key.entrySet()) {
      if (!schema.hasField(column.getKey())) {
        return Optional.empty();
      }
      FieldType type = schema.getField(column.getKey()).getType();
      try {
        texts.put(column.getKey(), RowText.write(RowText.read(column.getValue(), type), type));
      } catch (IllegalArgumentException e) {
        return Optional.empty();
      }
    }
    return Optional.of(new RowKey(texts));
  }

  public boolean matches(Row row) {
    for (Map.Entry<String, String> column : texts.entrySet()) {
      Object value = row.getValue(column.getKey());
      FieldType type = row.getSchema().getField(column.getKey()).getType();
      if (value == null || !column.getValue().equals(RowText.write(value, type))) {
        return false;
      }
    }
    return true;
  }
}
