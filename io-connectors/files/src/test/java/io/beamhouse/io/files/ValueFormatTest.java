package io.beamhouse.io.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.row.RowTypes;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValueFormatTest {
  private static Object read(FieldType type, String format, String text) {
    return ValueFormat.of("formats.x", type, format).read(text);
  }

  @Test
  void datesAndTimesAreReadByPattern() {
    assertThat(read(RowTypes.DATE, "dd/MM/yyyy", "31/01/2026"))
        .isEqualTo(LocalDate.of(2026, 1, 31));
    assertThat(read(RowTypes.DATE, "d MMM yy", "5 Mar 99")).isEqualTo(LocalDate.of(2099, 3, 5));
    assertThat(read(RowTypes.TIME, "h:mm a", "1:05 PM")).isEqualTo(LocalTime.of(13, 5));
    assertThat(read(RowTypes.LOCAL_DATETIME, "yyyyMMdd'y'HHmmss", "20260131y235958"))
        .isEqualTo(LocalDateTime.of(2026, 1, 31, 23, 59, 58));
    assertThat(read(RowTypes.TIMESTAMP, "dd.MM.yyyy HH:mm XXX", "31.01.2026 10:00 +02:00"))
        .isEqualTo(Instant.parse("2026-01-31T08:00:00Z"));
    assertThat(read(FieldType.DATETIME, "yyyy-MM-dd HH:mm VV", "2026-07-01 10:00 Europe/Berlin"))
        .isEqualTo(org.joda.time.Instant.parse("2026-07-01T08:00:00Z"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"31/02/2026", "1/1/2026", "", "01/01/2026 ", "01-01-2026", "32/01/2026"})
  void whatIsNoDateIsRefusedWithoutItsText(String text) {
    assertThatThrownBy(() -> read(RowTypes.DATE, "dd/MM/yyyy", text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("not a valid DATE as dd/MM/yyyy");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1,234.5|1,234,567.89|1234567.89",
        "1,234.5|-12.5|-12.5",
        "1,234.5|1234567|1234567",
        "1.234,5|1.234,5|1234.5",
        "1 234,5|999 999|999999",
        "1'234.5|+1'000|1000",
        "1234,5|0,05|0.05",
      })
  void numbersAreReadByExample(String format, String text, BigDecimal expected) {
    assertThat((BigDecimal) read(FieldType.DECIMAL, format, text)).isEqualByComparingTo(expected);
    assertThat((BigDecimal) read(RowTypes.decimal(12, 2), format, text))
        .isEqualByComparingTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1,234.5|1,23", "1,234.5|1,2345", "1,234.5|,123", "1,234.5|1234,567", "1,234.5|1.2.3",
        "1,234.5|1,234,", "1,234.5|5.", "1,234.5|.5", "1.234,5|1,5,5", "1.234,5|12.5",
        "1,234.5|-", "1,234.5|1-2", "1,234.5|1e5", "1,234.5|1.234,5",
      })
  void aNumberInAnotherFormatIsNotTakenForOne(String format, String text) {
    assertThatThrownBy(() -> read(FieldType.DOUBLE, format, text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("not a valid DOUBLE")
        .hasMessageNotContaining(text);
  }

  @Test
  void booleansAndWholeNumbers() {
    assertThat(read(FieldType.BOOLEAN, "yes/no", "YES")).isEqualTo(true);
    assertThat(read(FieldType.BOOLEAN, "1/0", "0")).isEqualTo(false);
    assertThat(read(FieldType.INT32, "1,234", "12,345")).isEqualTo(12345);
    assertThatThrownBy(() -> read(FieldType.BOOLEAN, "yes/no", "true"))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> read(FieldType.INT32, "1,234.5", "1.5"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aFormatThatIsNoneIsAMistakeOfTheSpec() {
    for (FieldType type : new FieldType[] {RowTypes.DATE, RowTypes.TIMESTAMP, RowTypes.TIME}) {
      assertThatThrownBy(() -> read(type, "MM/yyyy", "01/2026"))
          .isInstanceOf(SpecException.class)
          .hasMessageContaining("formats.x: is 'MM/yyyy'");
    }
    // Morning or evening?
    assertThatThrownBy(() -> read(RowTypes.TIME, "hh:mm", "01:00"))
        .isInstanceOf(SpecException.class);
    assertThatThrownBy(() -> read(RowTypes.TIMESTAMP, "yyyy-MM-dd HH:mm:ss", ""))
        .hasMessageContaining("offset");
    assertThatThrownBy(() -> read(FieldType.INT64, "1.234.5", ""))
        .isInstanceOf(SpecException.class);
    assertThatThrownBy(() -> read(FieldType.BOOLEAN, "yes", "")).hasMessageContaining("yes/no");
    assertThatThrownBy(() -> read(FieldType.STRING, "x", "")).hasMessageContaining("STRING");
  }
}
