package io.beamhouse.runners.direct;

import io.beamhouse.core.error.SpecException;
import io.beamhouse.testing.events.EventGenerator;
import java.time.Duration;
import picocli.CommandLine.Option;

/** What the events are like. */
final class GeneratorOptions {
  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "The same seed and start give the same events; default ${DEFAULT-VALUE}.")
  private long seed;

  @Option(
      names = "--users",
      defaultValue = "10000",
      description = "Known users: 1 to N; default ${DEFAULT-VALUE}.")
  private int users;

  @Option(
      names = "--titles",
      defaultValue = "5000",
      description = "Known titles: tt0000001 to N; default ${DEFAULT-VALUE}.")
  private int titles;

  @Option(
      names = "--rate",
      defaultValue = "100",
      description = "Events in a second; default ${DEFAULT-VALUE}.")
  private double rate;

  @Option(
      names = "--bad-share",
      defaultValue = "0.01",
      description =
          "Bad events: unknown user, unknown title, stop before start, clock off, no JSON, missing"
              + " field, wrong type. Default ${DEFAULT-VALUE}.")
  private double bad;

  @Option(
      names = "--duplicate-share",
      defaultValue = "0.01",
      description = "Events that come again, at once or later; default ${DEFAULT-VALUE}.")
  private double duplicate;

  @Option(
      names = "--late-share",
      defaultValue = "0.02",
      description = "Events that come late; default ${DEFAULT-VALUE}.")
  private double late;

  @Option(
      names = "--open-share",
      defaultValue = "0.05",
      description = "Sessions that never stop; default ${DEFAULT-VALUE}.")
  private double open;

  @Option(
      names = "--hot-share",
      defaultValue = "0.2",
      description = "Sessions of ten users only; default ${DEFAULT-VALUE}.")
  private double hot;

  @Option(
      names = "--watching",
      defaultValue = "20",
      paramLabel = "SECONDS",
      description = "Middle length of a session; default ${DEFAULT-VALUE}.")
  private long watching;

  @Option(
      names = "--max-delay",
      defaultValue = "120",
      paramLabel = "SECONDS",
      description = "How late an event or its duplicate may be; default ${DEFAULT-VALUE}.")
  private long maxDelay;

  double rate() {
    return rate;
  }

  EventGenerator generator() {
    try {
      return EventGenerator.create(seed)
          .withReference(users, titles)
          .withRate(rate)
          .withShares(new EventGenerator.Shares(bad, duplicate, late, open, hot))
          .withTimes(Duration.ofSeconds(watching), Duration.ofSeconds(maxDelay));
    } catch (IllegalArgumentException e) {
      throw new SpecException("generate", e.getMessage());
    }
  }
}
