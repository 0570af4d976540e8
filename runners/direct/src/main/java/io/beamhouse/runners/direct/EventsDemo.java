package io.beamhouse.runners.direct;

import io.beamhouse.testing.events.EventGenerator;
import io.beamhouse.testing.events.EventGenerator.Shares;
import io.beamhouse.testing.events.EventLedger;
import io.beamhouse.testing.events.EventReference;
import io.beamhouse.testing.events.EventsProof;
import io.beamhouse.testing.kafka.KafkaBroker;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A minute of events from Kafka to sessions, continuously; a broker and a driver are killed on the
 * way, and at the end each event is looked for.
 */
final class EventsDemo implements Demo {
  private static final String TOPIC = "youflix.events";
  private static final Duration LENGTH = Duration.ofMinutes(1);
  private static final Duration BETWEEN_COUNTS = Duration.ofSeconds(5);
  private static final int RATE = 200;
  private static final int BROKER_DIES_AT = 4;
  private static final int DRIVER_DIES_AT = 8;
  private static final List<String> LIVE = List.of("--continuous", "--trigger=2s");
  private static final List<String> TO_THE_END =
      List.of("--continuous", "--until-idle", "--trigger=0s");

  private final Path home;
  private final DemoRuns runs;
  private final KafkaBroker broker;
  private final EventLedger ledger;
  private final EventGenerator events;
  private final LiveRun bronze;
  private final LiveRun silver;
  private final PrintWriter out;

  private EventsDemo(Path home, String runner, KafkaBroker broker, PrintWriter out, PrintWriter err)
      throws IOException {
    this.home = home;
    this.runs = new DemoRuns(home, runner, err);
    this.broker = broker;
    this.out = out;
    this.ledger = new EventLedger(home.resolve("sent.csv"));
    this.events =
        EventGenerator.create(System.nanoTime())
            .withReference(2_000, 1_000)
            .withRate(RATE)
            .withShares(new Shares(0.02, 0.02, 0.05, 0.05, 0.2))
            .withTimes(Duration.ofSeconds(5), Duration.ofSeconds(20));
    Path lake = runs.lake();
    Path tables = lake.resolve("silver/youflix");
    this.bronze =
        new LiveRun(
            runs.spec("youflix/events-bronze.yaml"),
            runner,
            home.resolve("bronze.log"),
            lake,
            List.of("brokers=" + broker.bootstrapServers()));
    this.silver =
        new LiveRun(
            runs.spec("youflix/events-silver.yaml"),
            runner,
            home.resolve("silver.log"),
            lake,
            List.of("users=" + tables.resolve("users"), "titles=" + tables.resolve("titles")));
  }

  static EventsDemo open(Path home, String runner, PrintWriter out, PrintWriter err)
      throws IOException {
    err.println("Starting a Kafka broker ...");
    KafkaBroker broker = KafkaBroker.in(home.resolve("kafka")).start();
    broker.createTopic(TOPIC, 4);
    return new EventsDemo(home, runner, broker, out, err);
  }

  @Override
  public boolean play() throws IOException {
    EventReference.write(events, home.resolve("reference"));
    Path load = runs.spec(EventReference.SPEC);
    runs.run(load, "from=" + home.resolve("reference"));
    out.println();
    out.printf(
        "%d events a second for a minute, some of them bad, late or twice, to Kafka;%n"
            + "two processes take them: run events-bronze --continuous, run events-silver"
            + " --continuous%n%n",
        RATE);
    bronze.start(LIVE);
    silver.start(LIVE);
    out.printf("%-10s%12s%12s%12s%12s%n", "", "sent", "in events", "sessions", "quarantined");
    CompletableFuture<Void> sending = CompletableFuture.runAsync(this::send);
    for (int tick = 1; !ended(sending); tick++) {
      printCounts(tick * BETWEEN_COUNTS.toSeconds() + " s");
      if (tick == BROKER_DIES_AT) {
        out.println("          kill -9: the broker, for ten seconds");
        broker.kill();
      } else if (tick == BROKER_DIES_AT + 2) {
        broker.restart();
        out.println("          the broker is back");
      } else if (tick == DRIVER_DIES_AT) {
        out.println("          kill -9: the driver of silver; it is started again");
        silver.kill();
        silver.start(LIVE);
      }
    }
    out.println("          all sent; SIGTERM to both, and what is left is taken");
    bronze.stop();
    silver.stop();
    runs.run(bronze.spec(), TO_THE_END, bronze.values());
    runs.run(silver.spec(), TO_THE_END, silver.values());
    printCounts("end");
    return prove();
  }

  private void send() {
    Map<String, String> settings = Map.of("bootstrap.servers", broker.bootstrapServers());
    try (EventTarget topic = EventTarget.kafka(settings, TOPIC, Duration.ofMinutes(5), ledger)) {
      new EventPump(events, topic, ledger, new PrintWriter(Writer.nullWriter()))
          .run(Instant.now(), Long.MAX_VALUE, LENGTH, true);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean ended(CompletableFuture<Void> sending) {
    try {
      sending.get(BETWEEN_COUNTS.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (java.util.concurrent.ExecutionException e) {
      throw new CompletionException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private void printCounts(String when) {
    Path lake = runs.lake();
    out.printf(
        "%-10s%12d%12d%12d%12d%n",
        when,
        ledger.summary().sent(),
        count(lake.resolve("silver/youflix/events")),
        count(lake.resolve("silver/youflix/watch_sessions")),
        count(lake.resolve("quarantine/events")));
    out.flush();
  }

  private static long count(Path table) {
    long[] rows = new long[1];
    if (Files.exists(table.resolve("_delta_log/00000000000000000000.json"))) {
      DemoRuns.forEachRow(table, List.of(), row -> rows[0]++);
    }
    return rows[0];
  }

  private boolean prove() throws IOException {
    ledger.flush();
    EventsProof proof =
        EventsProof.of(home.resolve("sent.csv"), runs.lake(), DemoRuns::forEachValues);
    out.println();
    out.println("Proof      " + proof.sum());
    out.println(
        "           "
            + (proof.holds()
                ? "each event is where it belongs, once: 0 lost, 0 doubled, looked up by event_id"
                : "WRONG: " + proof));
    return proof.holds();
  }

  @Override
  public void close() {
    bronze.close();
    silver.close();
    broker.close();
    try {
      ledger.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void sayHowToGoOn(boolean stay) {
    out.println();
    out.println("The lake   " + runs.lake() + "  (bronze: Parquet by the minute, silver: Delta)");
    out.println("The specs  " + bronze.spec());
    out.println("           " + silver.spec());
    out.println("Look       " + runs.lake().resolve("_state/youflix-events-silver/report.html"));
    if (stay) {
      out.println("Kafka      " + broker.bootstrapServers() + "  (Ctrl-C here stops it)");
    }
    out.flush();
  }
}
