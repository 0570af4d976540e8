package io.beamhouse.runners.spark;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.testing.DeltaTables;
import io.beamhouse.testing.RowsAssert;
import io.beamhouse.testing.events.EventGenerator;
import io.beamhouse.testing.events.EventGenerator.Shares;
import io.beamhouse.testing.events.EventLedger;
import io.beamhouse.testing.events.EventProducer;
import io.beamhouse.testing.events.EventReference;
import io.beamhouse.testing.events.EventSummary;
import io.beamhouse.testing.kafka.KafkaBroker;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The events specs, continuously until all is taken, on the direct runner and on SparkRunner. */
class EventsSparkTest {
  private static final String TOPIC = "youflix.events";
  private static final String[] SPARK = {"--runner=SparkRunner", "--sparkMaster=local[2,4]"};
  private static final String[] DIRECT = {"--runner=DirectRunner"};

  @TempDir Path home;

  @Test
  void bothRunnersGiveEqualTables() throws Exception {
    EventGenerator events =
        EventGenerator.create(5)
            .withReference(200, 100)
            .withRate(50)
            .withShares(new Shares(0.05, 0.05, 0.1, 0.05, 0.3));
    EventReference.write(events, home.resolve("reference"));
    try (KafkaBroker broker = KafkaBroker.in(home.resolve("kafka")).start()) {
      broker.createTopic(TOPIC, 3);
      EventSummary sent = send(events, broker.bootstrapServers());
      take(broker.bootstrapServers(), "direct", DIRECT);
      take(broker.bootstrapServers(), "spark", SPARK);

      List<String> pairs =
          List.of("session_id", "user_id", "started_at", "stopped_at", "start_event", "stop_event");
      DeltaTables sessions = table("spark", "silver/youflix/watch_sessions");
      RowsAssert.assertThat(sessions.rows(pairs.toArray(String[]::new)))
          .containsExactlyInAnyOrder(
              table("direct", "silver/youflix/watch_sessions").rows(pairs.toArray(String[]::new)));
      assertThat(sessions.rows("session_id"))
          .hasSize((int) (sent.paired() + sent.open() + sent.stopOnly()));
      RowsAssert.assertThat(table("spark", "silver/youflix/events").rows("event_id", "at"))
          .containsExactlyInAnyOrder(
              table("direct", "silver/youflix/events").rows("event_id", "at"));
      RowsAssert.assertThat(table("spark", "quarantine/events").rows("id", "rule", "copies"))
          .containsExactlyInAnyOrder(
              table("direct", "quarantine/events").rows("id", "rule", "copies"));
    }
  }

  private DeltaTables table(String lake, String path) {
    return DeltaTables.at(home.resolve(lake).resolve(path));
  }

  private static EventSummary send(EventGenerator events, String brokers) {
    EventLedger ledger = new EventLedger();
    try (EventProducer producer =
        EventProducer.to(
            Map.of("bootstrap.servers", brokers), TOPIC, Duration.ofMinutes(2), ledger)) {
      events.generate(2_000, Instant.now().minusSeconds(60), producer::send);
    }
    return ledger.summary();
  }

  private void take(String brokers, String name, String[] runner) {
    Path lake = home.resolve(name);
    run(lake, DIRECT, EventReference.SPEC, "--set=from=" + home.resolve("reference"));
    run(
        lake,
        runner,
        "youflix/events-bronze.yaml",
        "--set=brokers=" + brokers,
        "--set=max_records=900",
        "--continuous",
        "--until-idle");
    run(
        lake,
        runner,
        "youflix/events-silver.yaml",
        "--set=users=" + lake.resolve("silver/youflix/users"),
        "--set=titles=" + lake.resolve("silver/youflix/titles"),
        "--continuous",
        "--until-idle");
  }

  private static void run(Path lake, String[] runner, String spec, String... more) {
    List<String> arguments = new ArrayList<>(List.of("run", spec, "--set=lake=" + lake));
    arguments.addAll(List.of(runner));
    arguments.addAll(List.of(more));
    StringWriter said = new StringWriter();
    int code =
        SparkMain.execute(
            new PrintWriter(said), new PrintWriter(said), arguments.toArray(String[]::new));
    assertThat(code).as("%s", said).isZero();
  }
}
