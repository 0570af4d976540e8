package io.beamhouse.runners.benchmarks;

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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * The pipelines of the events, bronze and silver, for hours: whether memory, state and the time of
 * an increment stay what they are, and where each event is at the end.
 */
final class Soak {
  private static final String TOPIC = "youflix.events";
  private static final String SPARK = "io.beamhouse.runners.spark.SparkMain";
  private static final int PARTITIONS = 6;
  private static final Duration PATIENCE = Duration.ofMinutes(5);

  private final Options options;
  private final Path work;
  private final KafkaBroker broker;

  private Soak(Options options, Path work, KafkaBroker broker) {
    this.options = options;
    this.work = work;
    this.broker = broker;
  }

  /**
   * How long and how much.
   *
   * @param rate events a second
   * @param trigger of both runs, such as {@code 5s}
   * @param sample minutes between two lines
   */
  record Options(int minutes, int rate, String trigger, String runner, String heap, int sample) {}

  static void run(Options options) throws Exception {
    Path work = Files.createTempDirectory("beamhouse-soak");
    System.out.printf(
        "%d minutes, %d events a second, trigger %s, %s, -Xmx%s, logs and lake in %s%n",
        options.minutes(),
        options.rate(),
        options.trigger(),
        options.runner(),
        options.heap(),
        work);
    try (KafkaBroker broker = KafkaBroker.in(work.resolve("kafka")).start();
        EventLedger ledger = new EventLedger(work.resolve("sent.csv"))) {
      broker.createTopic(TOPIC, PARTITIONS);
      new Soak(options, work, broker).play(ledger);
    }
  }

  private void play(EventLedger ledger) throws Exception {
    EventGenerator events =
        EventGenerator.create(7)
            .withRate(options.rate())
            .withShares(new Shares(0.01, 0.01, 0.02, 0.05, 0.3));
    EventReference.write(events, work.resolve("reference"));
    finish(
        EventReference.SPEC,
        "--set=from=" + work.resolve("reference"),
        "--set=lake=" + work.resolve("lake"));
    Instant end = Instant.now().plus(Duration.ofMinutes(options.minutes()));
    CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> send(events, ledger, end));
    try (SoakedRun bronze = start("bronze");
        SoakedRun silver = start("silver")) {
      SoakReport report = new SoakReport(work.resolve("lake"), List.of(bronze, silver));
      while (Instant.now().isBefore(end)) {
        Duration left = Duration.between(Instant.now(), end);
        Duration sample = Duration.ofMinutes(options.sample());
        bronze.await(left.compareTo(sample) < 0 ? left : sample);
        report.sample();
      }
      sending.join();
      bronze.stop();
      silver.stop();
      report.print();
    }
    finish("youflix/events-bronze.yaml", continuous("bronze", "--until-idle", "--trigger=0s"));
    finish("youflix/events-silver.yaml", continuous("silver", "--until-idle", "--trigger=0s"));
    ledger.flush();
    EventsProof proof =
        EventsProof.of(
            work.resolve("sent.csv"),
            work.resolve("lake"),
            (table, columns, each) ->
                DeltaTables.at(table)
                    .rows(columns.toArray(String[]::new))
                    .forEach(row -> each.accept(row.getValues())));
    System.out.println(proof.sum());
    System.out.println(proof);
    if (!proof.holds()) {
      throw new IllegalStateException("Events are not where they belong, see the line above");
    }
  }

  private SoakedRun start(String name) throws IOException {
    List<String> arguments = new ArrayList<>(List.of("run", "youflix/events-" + name + ".yaml"));
    arguments.addAll(List.of(continuous(name, "--trigger=" + options.trigger())));
    return SoakedRun.start(name, options.heap(), work.resolve(name + ".log"), arguments);
  }

  private String[] continuous(String name, String... more) {
    List<String> arguments = new ArrayList<>(List.of("--continuous"));
    Path silver = work.resolve("lake/silver/youflix");
    arguments.addAll(
        name.equals("bronze")
            ? List.of("--set=brokers=" + broker.bootstrapServers())
            : List.of(
                "--set=users=" + silver.resolve("users"),
                "--set=titles=" + silver.resolve("titles")));
    arguments.add("--set=lake=" + work.resolve("lake"));
    arguments.add("--runner=" + options.runner());
    if (options.runner().equals("SparkRunner")) {
      arguments.add("--sparkMaster=local[2]");
    }
    arguments.addAll(List.of(more));
    return arguments.toArray(String[]::new);
  }

  private void finish(String spec, String... more) throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of("run", spec));
    arguments.addAll(List.of(more));
    Measured.java("finish " + spec, options.heap(), work, SPARK, arguments.toArray(String[]::new));
  }

  /** Sends events at their rate until {@code end}. */
  private void send(EventGenerator events, EventLedger ledger, Instant end) {
    Map<String, String> settings = Map.of("bootstrap.servers", broker.bootstrapServers());
    try (EventProducer producer = EventProducer.to(settings, TOPIC, PATIENCE, ledger)) {
      EventFeed feed = events.feed(Instant.now());
      long began = System.nanoTime();
      while (Instant.now().isBefore(end)) {
        producer.sendDue(feed, began);
      }
    }
  }
}
