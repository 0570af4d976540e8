package io.beamhouse.io.http;

import io.beamhouse.core.error.SourceFailedException;
import io.beamhouse.core.row.JsonPath;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.regex.Pattern;

/** Values that an incremental parameter takes: numbers, times with an offset, other texts. */
final class Moments {
  private static final Pattern NUMBER = Pattern.compile("-?\\d{1,30}(\\.\\d{1,18})?");

  private Moments() {}

  /**
   * The larger one: of numbers by their value, of times with an offset by their moment, else by the
   * order of characters, in which dates sort, too.
   *
   * @param before empty for none
   */
  static String later(String before, String value, JsonPath at) {
    if (before.isEmpty()) {
      return value;
    }
    boolean number = NUMBER.matcher(value).matches();
    Optional<Instant> moment = instant(value);
    Optional<Instant> other = instant(before);
    if (number != NUMBER.matcher(before).matches() || moment.isPresent() != other.isPresent()) {
      throw new SourceFailedException(
          "Mixed values: what the records have at "
              + at
              + " is sometimes a number or a time with an offset, and sometimes another text, so"
              + " there is no largest one. Nothing was published. Name another place under"
              + " incremental, or from: clock.");
    }
    int order;
    if (number) {
      order = new BigDecimal(value).compareTo(new BigDecimal(before));
    } else if (moment.isPresent()) {
      order = moment.get().compareTo(other.get());
    } else {
      order = value.compareTo(before);
    }
    return order > 0 ? value : before;
  }

  private static Optional<Instant> instant(String text) {
    try {
      return Optional.of(OffsetDateTime.parse(text.replace(' ', 'T')).toInstant());
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  static String text(Instant time, Incremental.Form form) {
    return switch (form) {
      case ISO -> time.truncatedTo(ChronoUnit.SECONDS).toString();
      case DATE -> LocalDate.ofInstant(time, ZoneOffset.UTC).toString();
      case EPOCH_SECONDS -> String.valueOf(time.getEpochSecond());
      case EPOCH_MILLIS -> String.valueOf(time.toEpochMilli());
    };
  }

  /** The value so much earlier, in its own form; as it is when there is no overlap. */
  static String before(String value, Duration overlap, Incremental.Form form) {
    if (overlap.isZero()) {
      return value;
    }
    try {
      Instant time =
          switch (form) {
            case ISO -> OffsetDateTime.parse(value.replace(' ', 'T')).toInstant();
            case DATE -> LocalDate.parse(value).atStartOfDay(ZoneOffset.UTC).toInstant();
            case EPOCH_SECONDS -> Instant.ofEpochSecond(Long.parseLong(value));
            case EPOCH_MILLIS -> Instant.ofEpochMilli(Long.parseLong(value));
          };
      return text(time.minus(overlap), form);
    } catch (DateTimeException | NumberFormatException e) {
      throw new SourceFailedException(
          "No time: the position is no time of the form that incremental.format names, so overlap"
              + " means nothing for it. Correct the form, or leave overlap out.");
    }
  }
}
