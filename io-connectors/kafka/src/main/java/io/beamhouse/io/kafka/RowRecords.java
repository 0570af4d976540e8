package io.beamhouse.io.kafka;

import io.beamhouse.core.error.Problems;
import io.beamhouse.core.row.RowJson;
import io.beamhouse.core.row.RowText;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.Field;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.schemas.Schema.TypeName;
import org.apache.beam.sdk.values.Row;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/** Rows as records of a topic. */
final class RowRecords implements Serializable {
  private final String topic;
  private final Schema input;
  private final int key;
  private final int headers;
  private final int value;
  private final int[] members;
  private final Schema object;

  private RowRecords(
      String topic, Schema input, int key, int headers, int value, int[] members, Schema object) {
    this.topic = topic;
    this.input = input;
    this.key = key;
    this.headers = headers;
    this.value = value;
    this.members = members;
    this.object = object;
  }

  /** Throws SpecException with every column that is not there or of another type. */
  static RowRecords of(KafkaWrite write, Schema input) {
    Problems problems = new Problems();
    int key = write.key().isEmpty() ? -1 : index("key", write.key(), input, problems);
    int headers =
        write.headers().isEmpty() ? -1 : index("headers", write.headers(), input, problems);
    int value = write.json() ? -1 : index("value", write.value(), input, problems);
    if (value >= 0) {
      TypeName type = input.getField(value).getType().getTypeName();
      if (type != TypeName.BYTES && type != TypeName.STRING) {
        problems.add("value", "'" + write.value() + "' is " + type + "; RAW takes BYTES or STRING");
      }
    }
    if (headers >= 0 && !isHeaders(input.getField(headers).getType())) {
      problems.add(
          "headers", "'" + write.headers() + "' is no array of rows with key and value (bytes)");
    }
    problems.throwIfAny();
    List<Integer> members = new ArrayList<>();
    Schema.Builder object = Schema.builder();
    for (int i = 0; i < input.getFieldCount(); i++) {
      if (i != headers && i != key) {
        members.add(i);
        object.addField(input.getField(i));
      }
    }
    return new RowRecords(
        write.topic(),
        input,
        key,
        headers,
        value,
        members.stream().mapToInt(Integer::intValue).toArray(),
        object.build());
  }

  private static int index(String setting, String column, Schema input, Problems problems) {
    if (input.hasField(column)) {
      return input.indexOf(column);
    }
    problems.add(
        setting,
        "the input has no column '"
            + column
            + "'"
            + Problems.didYouMean(column, input.getFieldNames())
            + "; it has: "
            + String.join(", ", input.getFieldNames()));
    return -1;
  }

  private static boolean isHeaders(FieldType type) {
    if (type.getTypeName() != TypeName.ARRAY
        || type.getCollectionElementType().getTypeName() != TypeName.ROW) {
      return false;
    }
    List<Field> fields = type.getCollectionElementType().getRowSchema().getFields();
    return fields.size() == 2
        && fields.get(0).getType().getTypeName() == TypeName.STRING
        && fields.get(1).getType().getTypeName() == TypeName.BYTES;
  }

  String topic() {
    return topic;
  }

  Schema input() {
    return input;
  }

  /** Throws IllegalArgumentException for a row that has no such form. */
  ProducerRecord<byte[], byte[]> record(Row row) {
    return new ProducerRecord<>(
        topic,
        null,
        null,
        key < 0 ? null : bytes(row.getValue(key), input.getField(key).getType()),
        value < 0 ? json(row) : bytes(row.getValue(value), input.getField(value).getType()),
        headers < 0 ? null : headers(row.getValue(headers)));
  }

  private byte[] json(Row row) {
    Object[] values = new Object[members.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = row.getValue(members[i]);
    }
    Row only = Row.withSchema(object).attachValues(Arrays.asList(values));
    return RowJson.write(only, FieldType.row(object)).getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] bytes(Object value, FieldType type) {
    if (value == null) {
      return null;
    }
    return value instanceof byte[] bytes
        ? bytes
        : RowText.write(value, type).getBytes(StandardCharsets.UTF_8);
  }

  private static List<Header> headers(Iterable<Row> rows) {
    List<Header> headers = new ArrayList<>();
    if (rows != null) {
      rows.forEach(row -> headers.add(new RecordHeader(row.getString(0), row.getBytes(1))));
    }
    return headers;
  }
}
