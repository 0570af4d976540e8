package io.beamhouse.io.core.manifest;

import io.beamhouse.core.Evolving;
import io.beamhouse.io.core.increment.SinkContext;
import java.io.Serializable;
import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a manifest is called: {@code <state8>-<sink>-<run>-<chunk>}.
 *
 * @param state8 the first 8 hex digits of the state id; runs start anew when a state is reset
 * @param sink the sink's id
 * @param run the run's number
 * @param chunk of a first load; 0 otherwise
 */
@Evolving
public record ManifestName(String state8, String sink, long run, int chunk)
    implements Comparable<ManifestName>, Serializable {
  private static final Pattern FORM =
      Pattern.compile("([0-9a-f]{8})-([A-Za-z0-9._-]+)-(\\d{1,18})-(\\d{1,9})");
  private static final Comparator<ManifestName> ORDER =
      Comparator.comparing((ManifestName name) -> name.state8())
          .thenComparing(ManifestName::sink)
          .thenComparingLong(ManifestName::run)
          .thenComparingInt(ManifestName::chunk);

  /** The name of what {@code context} publishes. */
  public static ManifestName of(SinkContext context) {
    return new ManifestName(
        firstEight(context.stateId()), context.sinkId(), context.run(), context.chunk());
  }

  /** The name of a manifest that was read. */
  public static ManifestName of(Manifest manifest) {
    return new ManifestName(
        firstEight(manifest.stateId()), manifest.sink(), manifest.run(), manifest.chunk());
  }

  /** Parses {@link #toString}'s form; nothing for any other text. */
  public static Optional<ManifestName> parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    return Optional.of(
        new ManifestName(
            matcher.group(1),
            matcher.group(2),
            Long.parseLong(matcher.group(3)),
            Integer.parseInt(matcher.group(4))));
  }

  static String firstEight(String stateId) {
    String hex = stateId.replace("-", "");
    if (!hex.matches("[0-9a-f]{8,}")) {
      throw new IllegalArgumentException("not a UUID in lower case: " + stateId);
    }
    return hex.substring(0, 8);
  }

  /** Who publishes: the state and the sink, without the run. */
  public String publisher() {
    return state8 + "-" + sink;
  }

  /** The name of the manifest's {@code index}th file; {@code partition} is empty or a path. */
  String part(String partition, int index, String extension) {
    String part = String.format("part-%s-%05d.%s", this, index, extension);
    return partition.isEmpty() ? part : partition + "/" + part;
  }

  @Override
  public int compareTo(ManifestName other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return state8 + "-" + sink + "-" + run + "-" + chunk;
  }
}
