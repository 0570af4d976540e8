package io.beamhouse.runners.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.beamhouse.testing.events.EventGenerator;
import io.beamhouse.testing.events.EventGenerator.Shares;
import io.beamhouse.testing.events.EventLedger;
import io.beamhouse.testing.events.EventProducer;
import io.beamhouse.testing.kafka.KafkaBroker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * Events from Kafka, checked, appended to a Delta table or merged into one, beside Structured
 * Streaming and delta-spark on the same broker, one after the other: how many a second when all of
 * them are there, and how long one takes to be visible when 5,000 come a second.
 */
final class StreamBench {
  private static final int PARTITIONS = 4;
  private static final int RATE = 5_000;
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final List<String> CASES = List.of("append", "merge");

  private final Options options;
  private final Path work;
  private final KafkaBroker broker;
  private final ArrayNode figures = new ObjectMapper().createArrayNode();

  private StreamBench(Options options, Path work, KafkaBroker broker) {
    this.options = options;
    this.work = work;
    this.broker = broker;
  }

  /**
   * What to measure.
   *
   * @param events for the throughput
   * @param seconds of events for the latency, the first third of which warms up
   * @param only one of the cases, or empty
   * @param json null for no file
   */
  record Options(int events, int seconds, String heap, String only, Path json) {}

  static void run(Options options) throws Exception {
    Path work = Files.createTempDirectory("beamhouse-stream");
    try (KafkaBroker broker = KafkaBroker.in(work.resolve("kafka")).start()) {
      StreamBench bench = new StreamBench(options, work, broker);
      System.out.printf(
          "%,d events for the throughput, %d s of %,d a second for the latency, -Xmx%s, local[2]%n",
          options.events(), options.seconds(), RATE, options.heap());
      System.out.println(
          "| case | engine | events/s | CPU s | peak MB | p50 s | p95 s | ratio ev/s | ratio p50 |"
              + " ratio p95 |");
      System.out.println("|---|---|---|---|---|---|---|---|---|---|");
      for (String name : CASES) {
        if (options.only().isEmpty() || options.only().equals(name)) {
          bench.measure(name);
        }
      }
      if (options.json() != null) {
        Files.write(
            options.json(),
            new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsBytes(bench.figures));
      }
    }
    System.out.println("Logs and lakes: " + work);
  }

  /** What one engine did in one case. */
  private record Figures(double perSecond, double cpu, long peakMb, double p50, double p95) {}

  private void measure(String name) throws Exception {
    String full = "full-" + name;
    broker.createTopic(full, PARTITIONS);
    send(full, generator().withRate(RATE), options.events(), Instant.now().minusSeconds(600), null);
    Figures theirs = figures(name, full, StreamEngine.SPARK);
    Figures ours = figures(name, full, StreamEngine.BEAMHOUSE);
    print(name, "Structured Streaming", theirs, null);
    print(name, "Beamhouse", ours, theirs);
    String outputs =
        StreamOutputs.compare(
            work.resolve(StreamEngine.SPARK + "-" + name).resolve(table(name)),
            work.resolve(StreamEngine.BEAMHOUSE + "-" + name).resolve(table(name)),
            name.equals("merge"));
    System.out.println("outputs: " + outputs);
    ObjectNode figure = figures.addObject().put("case", name).put("outputs", outputs);
    figure.put("throughput_ratio", ours.perSecond() / theirs.perSecond());
    figure.put("p50_ratio", theirs.p50() / ours.p50());
    figure.put("p95_ratio", theirs.p95() / ours.p95());
    put(figure.putObject("ours"), ours);
    put(figure.putObject("theirs"), theirs);
  }

  private static void put(ObjectNode node, Figures figures) {
    node.put("events_per_second", figures.perSecond()).put("cpu_seconds", figures.cpu());
    node.put("peak_mb", figures.peakMb()).put("p50", figures.p50()).put("p95", figures.p95());
  }

  private Figures figures(String name, String full, StreamEngine engine) throws Exception {
    String label = engine + "-" + name;
    Path lake = work.resolve(label);
    Measured all =
        Measured.java(
            label,
            options.heap(),
            work,
            engine.main(),
            engine.toTheEnd(name, broker.bootstrapServers(), full, lake));
    List<CommitTimes.Seen> seen = seen(name, lake);
    Instant first = seen.get(0).visible();
    long later = seen.stream().filter(row -> row.visible().isAfter(first)).count();
    double seconds =
        Duration.between(first, seen.get(seen.size() - 1).visible()).toMillis() / 1000.0;
    // Events, not the sessions that they are merged into.
    double perSecond = (double) options.events() * later / seen.size() / seconds;
    double[] latency = latency(name, engine);
    return new Figures(
        perSecond, all.cpu(), all.peakMb(), percentile(latency, 50), percentile(latency, 95));
  }

  /** Seconds until rows were visible, sorted; those of the first third are left out. */
  private double[] latency(String name, StreamEngine engine) throws Exception {
    String topic = "live-" + name + "-" + engine;
    broker.createTopic(topic, PARTITIONS);
    Path lake = work.resolve(topic);
    Path stop = work.resolve(topic + ".stop");
    Instant start;
    try (LiveEngine live =
        LiveEngine.start(
            engine.main(),
            options.heap(),
            work.resolve(topic + ".log"),
            engine.live(name, broker.bootstrapServers(), topic, lake, stop))) {
      start = Instant.now().plusSeconds(1);
      int events = options.seconds() * RATE;
      send(topic, generator().withRate(RATE), events, start, start);
      live.awaitQuiet(lake.resolve(table(name)), PATIENCE);
      Files.createFile(stop);
    }
    Instant warm = start.plusSeconds(options.seconds() / 3);
    return seen(name, lake).stream()
        .filter(row -> row.at().isAfter(warm))
        .mapToDouble(CommitTimes.Seen::latency)
        .sorted()
        .toArray();
  }

  private static List<CommitTimes.Seen> seen(String name, Path lake) throws Exception {
    return name.equals("merge")
        ? CommitTimes.of(lake.resolve("sessions"), "session_id", "started_at")
        : CommitTimes.of(lake.resolve("events"), "event_id", "at");
  }

  private static String table(String name) {
    return name.equals("merge") ? "sessions" : "events";
  }

  private static EventGenerator generator() {
    return EventGenerator.create(42)
        .withShares(new Shares(0.01, 0, 0, 0.05, 0.2))
        .withTimes(Duration.ofSeconds(3), Duration.ofSeconds(1));
  }

  /**
   * @param paced the wall clock's time of the first event; null for as fast as can be
   */
  private void send(String topic, EventGenerator events, int count, Instant start, Instant paced)
      throws IOException {
    Map<String, String> settings = Map.of("bootstrap.servers", broker.bootstrapServers());
    try (EventLedger ledger = new EventLedger();
        EventProducer producer = EventProducer.to(settings, topic, PATIENCE, ledger)) {
      int[] sent = new int[1];
      events.generate(
          count,
          start,
          event -> {
            if (paced != null) {
              // Not by its own time, since a bad event's clock may be a year ahead.
              Instant due = paced.plusMillis(1000L * sent[0]++ / RATE);
              LockSupport.parkNanos(Duration.between(Instant.now(), due).toNanos());
            }
            producer.send(event);
          });
    }
  }

  private static double percentile(double[] sorted, int percent) {
    return sorted.length == 0
        ? Double.NaN
        : sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)];
  }

  private static void print(String name, String engine, Figures figures, Figures than) {
    String ratios =
        than == null
            ? " | | "
            : String.format(
                "%.2f | %.2f | %.2f",
                figures.perSecond() / than.perSecond(),
                than.p50() / figures.p50(),
                than.p95() / figures.p95());
    System.out.printf(
        "| %s | %s | %,.0f | %.1f | %d | %.2f | %.2f | %s |%n",
        name,
        engine,
        figures.perSecond(),
        figures.cpu(),
        figures.peakMb(),
        figures.p50(),
        figures.p95(),
        ratios);
  }

  static Options options(String[] args, String heap, String only, Path json) {
    boolean quick = Arrays.asList(args).contains("--quick");
    return new Options(quick ? 500_000 : 2_000_000, quick ? 30 : 90, heap, only, json);
  }
}
