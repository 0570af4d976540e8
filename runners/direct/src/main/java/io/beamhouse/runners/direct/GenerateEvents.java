package io.beamhouse.runners.direct;

import io.beamhouse.core.error.Problems;
import io.beamhouse.core.provider.Durations;
import io.beamhouse.testing.events.EventLedger;
import io.beamhouse.testing.events.EventProducer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "events",
    description = {
      "Sends made-up events of users who start and stop watching titles, bad, late and doubled ones"
          + " among them, and says at the end what was acknowledged, as JSON.",
      "Ends after --count or --duration, or when it is stopped (Ctrl-C, SIGTERM)."
    })
final class GenerateEvents implements Callable<Integer> {
  private static final String NO_END = "36500d";

  /** Where events may go. */
  enum Target {
    kafka,
    file
  }

  @Spec private CommandSpec command;
  @Mixin private GeneratorOptions options;

  @Option(names = "--to", required = true, description = "${COMPLETION-CANDIDATES}.")
  private Target to;

  @Option(names = "--file", description = "With --to file: one event in a line, as fast as can be.")
  private Path file;

  @Option(
      names = "--bootstrap-servers",
      defaultValue = "localhost:9092",
      description = "Of Kafka; default ${DEFAULT-VALUE}.")
  private String servers;

  @Option(
      names = "--topic",
      defaultValue = "youflix.events",
      description = "Default ${DEFAULT-VALUE}.")
  private String topic;

  @Option(
      names = "--partitions",
      paramLabel = "N",
      description = "Make the topic with N partitions if there is none.")
  private Integer partitions;

  @Option(
      names = "--producer-config",
      paramLabel = "FILE",
      description = "Properties of Kafka's producer, such as those of security.")
  private Path producerConfig;

  @Option(
      names = "--patience",
      defaultValue = "10m",
      description = "How long brokers may be away; default ${DEFAULT-VALUE}.")
  private String patience;

  @Option(names = "--count", description = "How many events.")
  private Long count;

  @Option(names = "--duration", description = "For how long, such as 1m.")
  private String duration;

  @Option(names = "--unpaced", description = "To Kafka as fast as can be, too.")
  private boolean unpaced;

  @Option(
      names = "--start",
      paramLabel = "INSTANT",
      description = "When the first event happens; default is now.")
  private Instant start;

  @Option(
      names = "--ledger",
      paramLabel = "FILE",
      description = "Takes down what was acknowledged: kind, type, event_id, session_id.")
  private Path ledgerFile;

  @Override
  public Integer call() throws IOException {
    Problems problems = new Problems();
    Duration most = Durations.read("--duration", duration, NO_END, problems);
    Duration away = Durations.read("--patience", patience, patience, problems);
    if ((to == Target.file) != (file != null)) {
      problems.add("--file", "goes with --to file, and --to file with it");
    }
    if (to == Target.file && count == null && duration == null) {
      problems.add("--count", "is missing: a file needs --count or --duration");
    }
    problems.throwIfAny();
    boolean paced = to == Target.kafka && !unpaced;
    try (EventLedger ledger = ledgerFile == null ? new EventLedger() : new EventLedger(ledgerFile);
        EventTarget target = target(away, ledger)) {
      PrintWriter out = command.commandLine().getOut();
      try {
        new EventPump(options.generator(), target, ledger, progress())
            .run(
                start == null ? Instant.now() : start,
                count == null ? Long.MAX_VALUE : count,
                most,
                paced);
      } finally {
        ledger.flush();
        out.println(ledger.summary().toJson());
        out.flush();
      }
    }
    return 0;
  }

  private PrintWriter progress() {
    return command.commandLine().getErr();
  }

  private EventTarget target(Duration away, EventLedger ledger) throws IOException {
    if (to == Target.file) {
      return EventTarget.file(file, ledger);
    }
    Properties properties = new Properties();
    if (producerConfig != null) {
      try (Reader reader = Files.newBufferedReader(producerConfig, StandardCharsets.UTF_8)) {
        properties.load(reader);
      }
    }
    Map<String, String> settings = new TreeMap<>();
    properties.stringPropertyNames().forEach(key -> settings.put(key, properties.getProperty(key)));
    settings.put("bootstrap.servers", servers);
    if (partitions != null) {
      EventProducer.createTopic(settings, topic, partitions);
    }
    return EventTarget.kafka(settings, topic, away, ledger);
  }
}
