package io.beamhouse.runners.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Who takes the stream, and how it is started. */
enum StreamEngine {
  BEAMHOUSE("io.beamhouse.runners.spark.SparkMain") {
    @Override
    String[] toTheEnd(String name, String brokers, String topic, Path lake) {
      return run(name, brokers, topic, lake, "--until-idle");
    }

    @Override
    String[] live(String name, String brokers, String topic, Path lake, Path stop) {
      return run(name, brokers, topic, lake);
    }

    private String[] run(String name, String brokers, String topic, Path lake, String... more) {
      List<String> arguments =
          new ArrayList<>(
              List.of(
                  "run",
                  "bench/stream-" + name + ".yaml",
                  "--set=brokers=" + brokers,
                  "--set=topic=" + topic,
                  "--set=lake=" + lake,
                  "--set=max_records=" + BATCH,
                  "--sparkMaster=local[2]",
                  "--continuous",
                  "--trigger=0s"));
      arguments.addAll(List.of(more));
      return arguments.toArray(String[]::new);
    }
  },

  SPARK("io.beamhouse.runners.benchmarks.SparkStream") {
    @Override
    String[] toTheEnd(String name, String brokers, String topic, Path lake) {
      return new String[] {name, brokers, topic, lake.toString(), BATCH};
    }

    @Override
    String[] live(String name, String brokers, String topic, Path lake, Path stop) {
      return new String[] {name, brokers, topic, lake.toString(), BATCH, stop.toString()};
    }
  };

  private static final String BATCH = "100000";

  private final String main;

  StreamEngine(String main) {
    this.main = main;
  }

  String main() {
    return main;
  }

  /** Arguments to take what is there. */
  abstract String[] toTheEnd(String name, String brokers, String topic, Path lake);

  /** Arguments to take what comes until it is stopped, or {@code stop} is there. */
  abstract String[] live(String name, String brokers, String topic, Path lake, Path stop);

  @Override
  public String toString() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
