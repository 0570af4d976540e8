package io.beamhouse.runners.direct;

import io.beamhouse.core.error.SourceFailedException;
import io.beamhouse.testing.events.EventLedger;
import io.beamhouse.testing.events.EventProducer;
import io.beamhouse.testing.events.EventProducer.EventsNotSentException;
import io.beamhouse.testing.events.GeneratedEvent;
import java.io.Closeable;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** Where generated events go; what has arrived is in the ledger. */
interface EventTarget extends Closeable {
  void send(GeneratedEvent event) throws IOException;

  /** Waits until everything has arrived. */
  void flush() throws IOException;

  /** A file of one value in a line. */
  static EventTarget file(Path path, EventLedger ledger) throws IOException {
    Writer writer = Files.newBufferedWriter(path, StandardCharsets.UTF_8);
    return new EventTarget() {
      @Override
      public void send(GeneratedEvent event) throws IOException {
        writer.write(event.value() + "\n");
        ledger.sent(event);
      }

      @Override
      public void flush() throws IOException {
        writer.flush();
      }

      @Override
      public void close() throws IOException {
        writer.close();
      }
    };
  }

  static EventTarget kafka(
      Map<String, String> settings, String topic, Duration patience, EventLedger ledger) {
    EventProducer producer = EventProducer.to(settings, topic, patience, ledger);
    return new EventTarget() {
      @Override
      public void send(GeneratedEvent event) {
        try {
          producer.send(event);
        } catch (EventsNotSentException | org.apache.kafka.common.KafkaException e) {
          throw failed(e);
        }
      }

      @Override
      public void flush() {
        try {
          producer.flush();
        } catch (EventsNotSentException | org.apache.kafka.common.KafkaException e) {
          throw failed(e);
        }
      }

      private SourceFailedException failed(RuntimeException e) {
        return new SourceFailedException(
            e.getMessage() + ". Check that the brokers run and the topic exists, and start anew.",
            e);
      }

      @Override
      public void close() {
        producer.close();
      }
    };
  }
}
