package io.beamhouse.io.kafka;

import io.beamhouse.core.error.Problems;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.provider.ConfigFiles;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.avro.Schema.Parser;
import org.apache.avro.SchemaParseException;
import org.checkerframework.checker.nullness.qual.Nullable;

/** What the keys about Avro say, which two transforms have. */
final class AvroKeys {
  private static final List<String> ENCODINGS =
      List.of("plain", "single_object", "container", "confluent");

  private AvroKeys() {}

  /**
   * Reads the keys; adds what is wrong with them.
   *
   * @param writerSchemas path by id or name
   * @return null when there are problems
   */
  static @Nullable AvroPayload payload(
      @Nullable String schema,
      @Nullable String encoding,
      @Nullable Map<String, String> writerSchemas,
      Problems problems) {
    Problems own = new Problems();
    if (schema == null) {
      own.add("schema", "is required: an Avro record schema, or the path of a file with one");
    }
    String envelope = Objects.requireNonNullElse(encoding, "plain");
    KafkaRead.oneOf("encoding", envelope, ENCODINGS, own);
    TreeMap<String, String> writers = new TreeMap<>();
    String text = schema == null ? null : parsed("schema", text(schema, own), own);
    if (text != null) {
      try {
        AvroTypes.columns(new Parser().parse(text));
      } catch (SpecException e) {
        own.addAll(e.problems());
      }
    }
    if (writerSchemas != null) {
      writerSchemas.forEach(
          (id, path) -> {
            String at = "writer_schemas." + id;
            String writer = parsed(at, file(path, at, own), own);
            if (writer != null) {
              writers.put(id, writer);
            }
            if (envelope.equals("confluent") && !id.matches("\\d{1,9}")) {
              own.add(at, "must be the schema's id in the registry, a number");
            }
          });
      if (envelope.equals("plain") && writerSchemas.size() > 1) {
        own.add("writer_schemas", "of plain records can be one only: they do not tell theirs");
      }
      if (envelope.equals("container")) {
        own.add("writer_schemas", "does not go with container, which brings its schema");
      }
    }
    if (envelope.equals("confluent") && writers.isEmpty()) {
      own.add("writer_schemas", "is required for confluent: {id: path of the schema}");
    }
    problems.addAll(own.asList());
    return own.isEmpty()
        ? new AvroPayload(
            text, AvroPayload.Encoding.valueOf(envelope.toUpperCase(Locale.ROOT)), writers)
        : null;
  }

  private static @Nullable String text(String schema, Problems problems) {
    return schema.stripLeading().startsWith("{") ? schema : file(schema, "schema", problems);
  }

  private static @Nullable String file(String path, String key, Problems problems) {
    try {
      return ConfigFiles.read(path, key);
    } catch (SpecException e) {
      problems.addAll(e.problems());
      return null;
    }
  }

  private static @Nullable String parsed(String key, @Nullable String text, Problems problems) {
    if (text == null) {
      return null;
    }
    try {
      return new Parser().parse(text).toString();
    } catch (SchemaParseException e) {
      problems.add(key, "is no Avro schema: " + e.getMessage());
      return null;
    }
  }
}
