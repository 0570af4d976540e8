package io.beamhouse.io.kafka;

import io.beamhouse.core.row.RowTypes;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.values.Row;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.TimestampType;

/** Records of one partition as rows, untouched. */
final class RecordRows {
  static final Schema HEADER =
      Schema.builder().addStringField("key").addNullableByteArrayField("value").build();

  static final Schema SCHEMA =
      Schema.builder()
          .addStringField("topic")
          .addInt32Field("partition")
          .addInt64Field("offset")
          .addNullableField("timestamp", RowTypes.TIMESTAMP)
          .addNullableStringField("timestamp_type")
          .addNullableByteArrayField("key")
          .addNullableByteArrayField("value")
          .addArrayField("headers", FieldType.row(HEADER))
          .addInt64Field("_run")
          .addStringField("_source")
          .build();

  private static final int PARTITION_DIGITS = 5;
  private static final int OFFSET_DIGITS = 19;
  private static final int MICROS = 1_000;

  private final String topic;
  private final Integer partition;
  private final Long run;
  // Topic names are ASCII.
  private final byte[] source;

  RecordRows(String topic, int partition, long run) {
    this.topic = topic;
    this.partition = partition;
    this.run = run;
    this.source =
        (topic + "/" + padded(partition, PARTITION_DIGITS) + "/" + padded(0, OFFSET_DIGITS))
            .getBytes(StandardCharsets.US_ASCII);
  }

  private static String padded(long number, int digits) {
    String text = String.valueOf(number);
    return "0".repeat(Math.max(0, digits - text.length())) + text;
  }

  Row row(ConsumerRecord<byte[], byte[]> record) {
    boolean timed = record.timestamp() >= 0;
    // A producer whose clock counts nanoseconds is beyond what microseconds hold in 64 bits.
    boolean held = timed && record.timestamp() <= Long.MAX_VALUE / MICROS;
    return Row.withSchema(SCHEMA)
        .attachValues(
            Arrays.asList(
                topic,
                partition,
                record.offset(),
                held ? Instant.ofEpochMilli(record.timestamp()) : null,
                timed ? type(record.timestampType()) : null,
                record.key(),
                record.value(),
                headers(record),
                run,
                source(record.offset())));
  }

  private String source(long offset) {
    long left = offset;
    for (int i = source.length - 1; i >= source.length - OFFSET_DIGITS; i--) {
      source[i] = (byte) ('0' + left % 10);
      left /= 10;
    }
    return new String(source, StandardCharsets.ISO_8859_1);
  }

  private static String type(TimestampType type) {
    return switch (type) {
      case CREATE_TIME -> "create";
      case LOG_APPEND_TIME -> "log_append";
      case NO_TIMESTAMP_TYPE -> null;
    };
  }

  private static List<Row> headers(ConsumerRecord<byte[], byte[]> record) {
    Header[] headers = record.headers().toArray();
    if (headers.length == 0) {
      return List.of();
    }
    List<Row> rows = new ArrayList<>(headers.length);
    for (Header header : headers) {
      rows.add(Row.withSchema(HEADER).attachValues(Arrays.asList(header.key(), header.value())));
    }
    return rows;
  }
}
