package io.beamhouse.io.jdbc;

import io.beamhouse.core.provider.Durations;
import io.beamhouse.core.row.RowTypes;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoField;
import java.time.zone.ZoneOffsetTransition;
import java.util.Optional;

/** What a cursor counts; its values are canonical text. */
enum CursorKind {
  /** A point in time. */
  INSTANT,
  /** A local date and time in the zone that the user names. */
  LOCAL,
  /** A day in the zone that the user names. */
  DATE,
  /** An integer or decimal that grows with every change. */
  NUMBER,
  /** SQL Server's rowversion, in hex. */
  ROWVERSION;

  static Optional<CursorKind> of(Column column) {
    if (RowTypes.is(column.type(), RowTypes.TIMESTAMP)) {
      return Optional.of(INSTANT);
    }
    if (RowTypes.is(column.type(), RowTypes.LOCAL_DATETIME)) {
      return Optional.of(LOCAL);
    }
    if (RowTypes.is(column.type(), RowTypes.DATE)) {
      return Optional.of(DATE);
    }
    if (RowTypes.isFixedDecimal(column.type()) || column.type().getTypeName().isNumericType()) {
      return TypedText.supports(column) ? Optional.of(NUMBER) : Optional.empty();
    }
    return column.databaseType().matches("(timestamp|rowversion)(\\(\\d\\))?")
        ? Optional.of(ROWVERSION)
        : Optional.empty();
  }

  boolean isTime() {
    return this == INSTANT || this == LOCAL || this == DATE;
  }

  boolean needsZone() {
    return this == LOCAL || this == DATE;
  }

  /**
   * Whether rows at the upper bound belong to the range. A count's newest value does, or it would
   * wait for the next change; the next run starts at it again and drops the rows seen.
   */
  boolean boundIncluded() {
    return this == NUMBER;
  }

  /**
   * The bound below which no value of {@code instant} or later lies: where local time is about to
   * be turned back, the time it is turned back to.
   *
   * @param digits of the second that the column keeps: its values are rounded, so the bound is cut
   */
  String at(Instant instant, ZoneId zone, int digits) {
    long unit = (long) Math.pow(10, 9 - digits);
    Instant micros = instant.with(ChronoField.NANO_OF_SECOND, instant.getNano() / unit * unit);
    if (this == INSTANT) {
      return micros.toString();
    }
    LocalDateTime local = LocalDateTime.ofInstant(micros, zone);
    ZoneOffsetTransition next = zone.getRules().nextTransition(micros);
    if (next != null && next.isOverlap() && next.getDateTimeAfter().isBefore(local)) {
      local = next.getDateTimeAfter();
    }
    return this == DATE ? local.toLocalDate().toString() : local.toString();
  }

  int compare(String a, String b) {
    return switch (this) {
      case INSTANT -> Instant.parse(a).compareTo(Instant.parse(b));
      case LOCAL -> LocalDateTime.parse(a).compareTo(LocalDateTime.parse(b));
      case DATE -> LocalDate.parse(a).compareTo(LocalDate.parse(b));
      case NUMBER -> new BigDecimal(a).compareTo(new BigDecimal(b));
      case ROWVERSION -> a.compareTo(b);
    };
  }

  String min(String a, String b) {
    return compare(a, b) <= 0 ? a : b;
  }

  /** {@code text} less {@code lag}: a duration for times, a number for counts; checked before. */
  String minus(String text, String lag) {
    return switch (this) {
      case INSTANT -> Instant.parse(text).minus(Durations.parse(lag)).toString();
      case LOCAL -> LocalDateTime.parse(text).minus(Durations.parse(lag)).toString();
      case DATE -> {
        Duration duration = Durations.parse(lag);
        yield LocalDate.parse(text).minusDays(ceilDays(duration)).toString();
      }
      case NUMBER -> new BigDecimal(text).subtract(new BigDecimal(lag)).toPlainString();
      case ROWVERSION -> text;
    };
  }

  /** Whether {@code lag} can be taken from a value of this kind. */
  boolean acceptsLag(String lag) {
    return switch (this) {
      case INSTANT, LOCAL, DATE -> Durations.isDuration(lag);
      case NUMBER -> lag.matches("\\d{1,18}");
      case ROWVERSION -> false;
    };
  }

  /** Reads a bound as users write it; throws IllegalArgumentException that says what is allowed. */
  String parse(String text, ZoneId zone) {
    try {
      return switch (this) {
        case INSTANT -> instant(text, zone).toString();
        case LOCAL ->
            (isDay(text) ? LocalDate.parse(text).atStartOfDay() : LocalDateTime.parse(text))
                .toString();
        case DATE -> LocalDate.parse(text).toString();
        case NUMBER -> new BigDecimal(text).toPlainString();
        case ROWVERSION -> java.util.HexFormat.of().formatHex(hex(text));
      };
    } catch (DateTimeException | IllegalArgumentException e) {
      throw new IllegalArgumentException("found '" + text + "'; allowed: " + form(), e);
    }
  }

  private String form() {
    return switch (this) {
      case INSTANT -> "an instant like 2026-01-31T12:00:00Z, or a day like 2026-01-31";
      case LOCAL -> "a local date and time like 2026-01-31T12:00:00, or a day";
      case DATE -> "a day like 2026-01-31";
      case NUMBER -> "a number";
      case ROWVERSION -> "16 hex digits";
    };
  }

  private static byte[] hex(String text) {
    byte[] bytes = java.util.HexFormat.of().parseHex(text.replaceFirst("^0x", ""));
    if (bytes.length != 8) {
      throw new IllegalArgumentException("not 8 bytes");
    }
    return bytes;
  }

  private static Instant instant(String text, ZoneId zone) {
    return isDay(text)
        ? LocalDate.parse(text).atStartOfDay(zone).toInstant()
        : OffsetDateTime.parse(text).toInstant();
  }

  private static boolean isDay(String text) {
    return text.matches("\\d{4}-\\d{2}-\\d{2}");
  }

  private static long ceilDays(Duration duration) {
    return (duration.toSeconds() + 86_399) / 86_400;
  }
}
