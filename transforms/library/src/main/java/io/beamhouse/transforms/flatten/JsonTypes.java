package io.beamhouse.transforms.flatten;

import io.beamhouse.core.row.SchemaJson;
import org.apache.beam.sdk.schemas.Schema.FieldType;

/**
 * The type of a text that is parsed as JSON: a list of fields, or any type in SchemaJson's form.
 */
final class JsonTypes {
  private JsonTypes() {}

  /** Throws IllegalArgumentException that says what is wrong. */
  static FieldType read(String json) {
    String text = json.strip();
    if (text.startsWith("[")) {
      return FieldType.row(SchemaJson.fromJson(text));
    }
    String type = text.startsWith("{") ? text : "\"" + text + "\"";
    return SchemaJson.fromJson("[{\"name\": \"value\", \"type\": " + type + "}]")
        .getField(0)
        .getType();
  }
}
