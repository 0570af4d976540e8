package io.beamhouse.runners.direct;

import io.beamhouse.pipelines.cli.Main;
import io.beamhouse.testing.events.EventFeed;
import io.beamhouse.testing.events.EventGenerator;
import io.beamhouse.testing.events.EventLedger;
import io.beamhouse.testing.events.EventProducer;
import io.beamhouse.testing.events.EventReference;
import io.beamhouse.testing.events.EventsProof;
import io.beamhouse.testing.kafka.KafkaBroker;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** A broker, a lake, events that are sent and the pipelines that take them. */
final class EventsWorld implements AutoCloseable {
  static final String BRONZE = "youflix/events-bronze.yaml";
  static final String SILVER = "youflix/events-silver.yaml";
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final Path home;
  private final KafkaBroker broker;
  private final EventGenerator events;
  private final EventLedger ledger;
  private String printed = "";

  EventsWorld(Path home, EventGenerator events, int partitions) throws IOException {
    this.home = home;
    this.events = events;
    this.ledger = new EventLedger(home.resolve("sent.csv"));
    broker = KafkaBroker.in(home.resolve("kafka")).start();
    broker.createTopic("youflix.events", partitions);
    EventReference.write(events, home.resolve("reference"));
    int loaded = run(EventReference.SPEC, "--set", "from=" + home.resolve("reference"));
    if (loaded != 0) {
      throw new IllegalStateException(printed);
    }
  }

  Path lake() {
    return home.resolve("lake");
  }

  KafkaBroker broker() {
    return broker;
  }

  /** Sends the next {@code count} events of a generator that begins at {@code start}. */
  void send(int count, Instant start) {
    send(count, start, Map.of());
  }

  /** As above, with more settings of the producer. */
  void send(int count, Instant start, Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(more);
    settings.put("bootstrap.servers", broker.bootstrapServers());
    try (EventProducer producer = EventProducer.to(settings, "youflix.events", PATIENCE, ledger)) {
      events.generate(count, start, producer::send);
    }
  }

  /** Sends events, each at its time until {@code enough}, then what is left of {@code count}. */
  void sendLive(long count, BooleanSupplier enough) {
    Map<String, String> settings = Map.of("bootstrap.servers", broker.bootstrapServers());
    try (EventProducer producer = EventProducer.to(settings, "youflix.events", PATIENCE, ledger)) {
      EventFeed feed = events.feed(Instant.now());
      long began = System.nanoTime();
      for (long sent = 0; sent < count || !enough.getAsBoolean(); sent++) {
        if (enough.getAsBoolean()) {
          producer.send(feed.next(Long.MAX_VALUE));
        } else {
          producer.sendDue(feed, began);
        }
      }
    }
  }

  /** The arguments of a run of {@code spec}. */
  String[] arguments(String spec, String... more) {
    List<String> all = new ArrayList<>(List.of("run", spec, "--set", "lake=" + lake()));
    if (spec.equals(BRONZE)) {
      all.addAll(List.of("--set", "brokers=" + broker.bootstrapServers()));
    } else if (spec.equals(SILVER)) {
      all.addAll(List.of("--set", "users=" + lake().resolve("silver/youflix/users")));
      all.addAll(List.of("--set", "titles=" + lake().resolve("silver/youflix/titles")));
    }
    all.addAll(Arrays.asList(more));
    return all.toArray(String[]::new);
  }

  int run(String spec, String... more) {
    StringWriter out = new StringWriter();
    PrintWriter writer = new PrintWriter(out);
    int code = Main.execute(writer, writer, arguments(spec, more));
    printed = out.toString();
    return code;
  }

  String printed() {
    return printed;
  }

  EventsProof proof() throws IOException {
    ledger.flush();
    return EventsProof.of(home.resolve("sent.csv"), lake(), DemoRuns::forEachValues);
  }

  @Override
  public void close() throws IOException {
    ledger.close();
    broker.close();
  }
}
