package io.beamhouse.runners.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.testing.DeltaTables;
import io.beamhouse.testing.events.EventFeed;
import io.beamhouse.testing.events.EventGenerator;
import io.beamhouse.testing.events.EventGenerator.Shares;
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
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Events from a producer that never rests, taken by bronze and silver in a cluster each, whose
 * executors are killed one after the other in the middle of increments.
 *
 * <p>{@code -Dbeamhouse.events=20000 -Dbeamhouse.kills=2} make it shorter.
 */
@Tag("kill")
@Tag("submitted")
class EventsExecutorKillTest {
  private static final int EVENTS = Integer.getInteger("beamhouse.events", 200_000);
  private static final int KILLS = Integer.getInteger("beamhouse.kills", 10);
  private static final double SECONDS_PER_KILL = 30;
  private static final String TOPIC = "youflix.events";
  private static final String[] LIVE = {"--continuous", "--trigger=5s"};
  private static final String[] TO_THE_END = {"--continuous", "--until-idle", "--trigger=0s"};

  @TempDir Path home;

  @Test
  void eachEventIsWhereItBelongsOnce() throws Exception {
    EventGenerator events =
        EventGenerator.create(29)
            .withRate(EVENTS / (KILLS * SECONDS_PER_KILL))
            .withShares(new Shares(0.01, 0.01, 0.02, 0.05, 0.3));
    loadReference(events);
    AtomicBoolean enough = new AtomicBoolean();
    Instant began = Instant.now();
    try (KafkaBroker broker = KafkaBroker.in(home.resolve("kafka")).start();
        EventLedger ledger = new EventLedger(home.resolve("sent.csv"))) {
      broker.createTopic(TOPIC, 6);
      CompletableFuture<Void> sending =
          CompletableFuture.runAsync(
              () -> send(events.feed(Instant.now()), broker, ledger, enough));
      try (EventsCluster bronze = bronze(broker, LIVE);
          EventsCluster silver = silver(LIVE)) {
        for (int kill = 0; kill < KILLS; kill++) {
          EventsCluster struck = kill % 2 == 0 ? bronze : silver;
          System.out.println("kill " + (kill + 1) + ": " + struck.killOneExecutor(kill / 2));
        }
        enough.set(true);
        sending.join();
        for (EventsCluster cluster : List.of(bronze, silver)) {
          assertThat(cluster.stop()).as(cluster::output).isZero();
          System.out.println(cluster.figures());
        }
      }
      try (EventsCluster bronze = bronze(broker, TO_THE_END)) {
        assertThat(bronze.waitFor()).as(bronze::output).isZero();
      }
      try (EventsCluster silver = silver(TO_THE_END)) {
        assertThat(silver.waitFor()).as(silver::output).isZero();
      }
    }

    EventsProof proof =
        EventsProof.of(
            home.resolve("sent.csv"),
            lake(),
            (table, columns, each) ->
                DeltaTables.at(table).rows(columns.toArray(String[]::new)).stream()
                    .map(Row::getValues)
                    .forEach(each));
    System.out.println(proof.sum() + ", in " + Duration.between(began, Instant.now()));
    System.out.println(proof);
    assertThat(proof.holds()).as("%s", proof).isTrue();
    assertThat(proof.sent()).isGreaterThanOrEqualTo(EVENTS);
  }

  private Path lake() {
    return home.resolve("lake");
  }

  private EventsCluster bronze(KafkaBroker broker, String... how) throws IOException {
    String brokers = "--set=brokers=" + broker.bootstrapServers();
    return EventsCluster.start(home, lake(), "youflix-events-bronze", List.of(brokers), how);
  }

  private EventsCluster silver(String... how) throws IOException {
    List<String> reference =
        List.of(
            "--set=users=" + lake().resolve("silver/youflix/users"),
            "--set=titles=" + lake().resolve("silver/youflix/titles"));
    return EventsCluster.start(home, lake(), "youflix-events-silver", reference, how);
  }

  private void loadReference(EventGenerator events) throws IOException {
    EventReference.write(events, home.resolve("reference"));
    StringWriter said = new StringWriter();
    int code =
        SparkMain.execute(
            new PrintWriter(said),
            new PrintWriter(said),
            "run",
            EventReference.SPEC,
            "--runner=DirectRunner",
            "--set=lake=" + lake(),
            "--set=from=" + home.resolve("reference"));
    assertThat(code).as("%s", said).isZero();
  }

  /** Sends each event at its time, until there are enough of them and all kills are done. */
  private static void send(
      EventFeed feed, KafkaBroker broker, EventLedger ledger, AtomicBoolean enough) {
    Map<String, String> settings = Map.of("bootstrap.servers", broker.bootstrapServers());
    long began = System.nanoTime();
    try (EventProducer producer =
        EventProducer.to(settings, TOPIC, Duration.ofMinutes(2), ledger)) {
      for (long sent = 0; sent < EVENTS || !enough.get(); sent++) {
        producer.sendDue(feed, began);
      }
    }
  }
}
