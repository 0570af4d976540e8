package io.beamhouse.core.row;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.junit.jupiter.api.Test;

class PlainInstantTest {
  @Test
  void saysWhatTheFormatterSaysOrNothing() {
    String plain = "2026-11-21T10:20:30.123456Z";
    assertThat(PlainInstant.parse(plain)).isEqualTo(Instant.parse(plain));
    assertThat(PlainInstant.parse("0001-02-03T04:05:06Z"))
        .isEqualTo(Instant.parse("0001-02-03T04:05:06Z"));
    // Every text that is one character away from a plain one.
    for (String text : new String[] {plain, "2024-02-29T23:59:59Z", "1969-12-31T00:00:00.5Z"}) {
      for (int i = 0; i < text.length(); i++) {
        for (char c : "0123456789-:.TZz +٣".toCharArray()) {
          same(text.substring(0, i) + c + text.substring(i + 1));
          same(text.substring(0, i) + c + text.substring(i));
        }
        same(text.substring(0, i) + text.substring(i + 1));
      }
    }
  }

  private static void same(String text) {
    Instant plain = PlainInstant.parse(text);
    if (plain == null) {
      return;
    }
    try {
      assertThat(plain).as(text).isEqualTo(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeException e) {
      throw new AssertionError("the formatter refuses " + text, e);
    }
  }
}
