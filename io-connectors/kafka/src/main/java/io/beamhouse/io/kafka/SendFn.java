package io.beamhouse.io.kafka;

import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.row.Quarantined;
import io.beamhouse.core.step.DurableSteps;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.Row;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.joda.time.Instant;

/** Sends the rows of a bundle, and ends it when the brokers have all of them. */
final class SendFn extends DoFn<Row, Row> {
  private final KafkaConnection connection;
  private final RowRecords records;
  private final boolean quarantine;
  private final String step;
  private final Schema quarantined;
  private transient KafkaProducer<byte[], byte[]> producer;
  private transient AtomicReference<Exception> failure;
  private transient ConcurrentLinkedQueue<Refusal> refused;
  private transient long sent;
  private transient Refusal last;

  /** A row with its place, so that it can be put out at the end of the bundle. */
  private record Refusal(Row row, String why, Instant time, BoundedWindow window) {}

  SendFn(KafkaConnection connection, RowRecords records, boolean quarantine, String step) {
    this.connection = connection;
    this.records = records;
    this.quarantine = quarantine;
    this.step = step;
    this.quarantined = Quarantined.schema(FieldType.row(records.input()));
  }

  @StartBundle
  public void start() {
    failure = new AtomicReference<>();
    refused = new ConcurrentLinkedQueue<>();
    sent = 0;
    last = null;
  }

  @ProcessElement
  public void process(@Element Row row, @Timestamp Instant time, BoundedWindow window) {
    throwIfFailed();
    Refusal place = new Refusal(row, "", time, window);
    last = place;
    ProducerRecord<byte[], byte[]> record;
    try {
      record = records.record(row);
    } catch (IllegalArgumentException e) {
      refuse(place, "it has no form as a record");
      return;
    }
    AtomicReference<Exception> failed = failure;
    try {
      Future<RecordMetadata> unused =
          producer().send(record, (done, e) -> answered(e, place, failed));
      sent++;
    } catch (KafkaException | IllegalStateException e) {
      throw KafkaFailures.ofWrite(e, connection, "writing to " + records.topic());
    }
  }

  /** Called in the producer's thread. */
  private void answered(Exception e, Refusal place, AtomicReference<Exception> failed) {
    if (e instanceof RecordTooLargeException) {
      refused.add(
          new Refusal(
              place.row(),
              "larger than max.request.size or the topic's max.message.bytes",
              place.time(),
              place.window()));
    } else if (e != null) {
      failed.compareAndSet(null, e);
    }
  }

  private void refuse(Refusal place, String why) {
    refused.add(new Refusal(place.row(), why, place.time(), place.window()));
    sent++;
  }

  @FinishBundle
  public void finish(FinishBundleContext context) {
    if (sent == 0) {
      return;
    }
    DurableSteps.before("kafka.flush");
    if (producer != null) {
      producer.flush();
    }
    throwIfFailed();
    DurableSteps.after("kafka.flush");
    List<Refusal> bad = new ArrayList<>(refused);
    if (!bad.isEmpty() && !quarantine) {
      throw new DataRefusedException(
          "A row cannot be written to "
              + records.topic()
              + ": "
              + bad.get(0).why()
              + ". Correct the data or raise the limits, or choose error_handling to set such rows"
              + " aside.");
    }
    for (Refusal each : bad) {
      Row row = Quarantined.row(quarantined, each.row(), each.why(), "kafka.refused", step, null);
      context.output(KafkaWrite.REFUSED, row, each.time(), each.window());
    }
    context.output(
        KafkaWrite.COUNTS,
        Row.withSchema(KafkaWrite.WRITTEN).addValues(records.topic(), sent - bad.size()).build(),
        last.time(),
        last.window());
  }

  private void throwIfFailed() {
    Exception e = failure.get();
    if (e != null) {
      closeNow();
      throw KafkaFailures.ofWrite(e, connection, "writing to " + records.topic());
    }
  }

  private KafkaProducer<byte[], byte[]> producer() {
    if (producer == null) {
      Map<String, Object> settings = connection.client();
      settings.remove("default.api.timeout.ms");
      settings.put("acks", "all");
      settings.put("enable.idempotence", true);
      settings.put("max.block.ms", connection.timeout().toMillis());
      settings.putIfAbsent("linger.ms", 5);
      settings.putIfAbsent(
          "delivery.timeout.ms",
          (int) Math.min(Integer.MAX_VALUE, connection.timeout().toMillis() + 1_000));
      producer =
          new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }
    return producer;
  }

  private void closeNow() {
    if (producer != null) {
      producer.close(Duration.ZERO);
      producer = null;
    }
  }

  @Teardown
  public void teardown() {
    closeNow();
  }
}
