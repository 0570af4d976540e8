package io.beamhouse.transforms.flatten;

import io.beamhouse.core.row.RowJson;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.beam.sdk.schemas.Schema.FieldType;

/**
 * A map with columns for some of its keys; the other entries, and listed ones that are null, are
 * one JSON text.
 *
 * @param entries by key, what becomes of the value
 * @param rest column of the JSON
 */
record MapColumnsNode(String path, FieldType type, Map<String, Node> entries, int rest)
    implements Node {
  @Override
  public void write(Object value, FlatRow row) {
    if (value == null) {
      return;
    }
    Map<Object, Object> others = new LinkedHashMap<>((Map<?, ?>) value);
    for (Map.Entry<String, Node> entry : entries.entrySet()) {
      Object listed = others.get(entry.getKey());
      entry.getValue().write(listed, row);
      if (listed != null) {
        others.remove(entry.getKey());
      }
    }
    try {
      row.set(rest, RowJson.write(others, type));
    } catch (IllegalArgumentException e) {
      throw new BadRowException("json: " + path, path + " has no JSON: " + e.getMessage());
    }
  }

  @Override
  public Object read(StoredRow row) {
    Object others = JsonTexts.read((String) row.get(rest), type, "json", path);
    if (others == null) {
      return null;
    }
    Map<Object, Object> map = new LinkedHashMap<>((Map<?, ?>) others);
    for (Map.Entry<String, Node> entry : entries.entrySet()) {
      Object listed = entry.getValue().read(row);
      if (listed != null) {
        map.put(entry.getKey(), listed);
      }
    }
    return map;
  }
}
