package io.beamhouse.core.provider;

import io.beamhouse.core.Internal;
import io.beamhouse.core.error.Problems;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as specs write them: {@code 250ms}, {@code 30s}, {@code 5m}, {@code 2h}, {@code 7d}.
 */
@Internal
public final class Durations {
  public static final String FORM = "a duration like 250ms, 30s, 5m, 2h or 7d";
  private static final Pattern PATTERN = Pattern.compile("(\\d{1,12})\\s*(ms|s|m|h|d)");

  private Durations() {}

  /** Reads the duration at {@code where}; reports what is none, and returns zero for it. */
  public static Duration read(String where, String text, String fallback, Problems problems) {
    String given = text == null ? fallback : text;
    if (!isDuration(given)) {
      problems.add(where, "found '" + given + "'; allowed: " + FORM);
      return Duration.ZERO;
    }
    return parse(given);
  }

  public static boolean isDuration(String text) {
    return PATTERN.matcher(text).matches();
  }

  /** Reads {@code text}; IllegalArgumentException with what was found and what is allowed. */
  public static Duration parse(String text) {
    Matcher matcher = PATTERN.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("found '" + text + "'; allowed: " + FORM);
    }
    long count = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(count);
      case "s" -> Duration.ofSeconds(count);
      case "m" -> Duration.ofMinutes(count);
      case "h" -> Duration.ofHours(count);
      default -> Duration.ofDays(count);
    };
  }
}
