package io.beamhouse.io.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Records that are cut in the buffer and those that reach beyond it are cut alike. */
class CsvRecordsTest {
  private static final int BUFFER = 64 * 1024;

  /** Pieces of which many mean something; one is no UTF-8. */
  @Provide
  Arbitrary<byte[]> files() {
    return Arbitraries.of("a", "7", ",", "\"", "\r", "\n", "\n", "\r\n", "#", "é", "\uFFFD", "bad")
        .list()
        .ofMaxSize(30)
        .map(
            pieces -> {
              ByteArrayOutputStream bytes = new ByteArrayOutputStream();
              for (String piece : pieces) {
                bytes.writeBytes(
                    piece.equals("bad")
                        ? new byte[] {(byte) 0xC3}
                        : piece.getBytes(StandardCharsets.UTF_8));
              }
              return bytes.toByteArray();
            });
  }

  @Property(tries = 300)
  void itDoesNotMatterWhereARecordLies(@ForAll("files") byte[] file, @ForAll boolean quotes)
      throws IOException {
    CsvOptions options = new CsvOptions(",", quotes ? "\"" : "", false, List.of(), "#", "UTF-8");
    List<String> expected = records(file, 0, options);
    for (int before = 0; before <= file.length; before++) {
      assertThat(records(file, BUFFER - before, options))
          .as("with %s bytes before the buffer's end", before)
          .isEqualTo(expected);
    }
  }

  /** Reads the file behind a first record of {@code padding} bytes, if that is any. */
  private static List<String> records(byte[] file, int padding, CsvOptions options)
      throws IOException {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    if (padding > 0) {
      all.writeBytes("x".repeat(padding - 1).getBytes(StandardCharsets.US_ASCII));
      all.write('\n');
    }
    all.writeBytes(file);
    CsvRecords records =
        new CsvRecords(new ByteArrayInputStream(all.toByteArray()), options, BUFFER * 2, "test");
    if (padding > 0) {
      assertThat(records.next()).isTrue();
    }
    List<String> found = new ArrayList<>();
    while (records.next()) {
      StringBuilder one = new StringBuilder();
      one.append(records.line() - (padding > 0 ? 1 : 0)).append(' ').append(records.blank());
      one.append(' ').append(records.problem()).append(' ');
      for (int i = 0; records.problem() == null && i < records.fields(); i++) {
        one.append(records.quoted(i)).append('[').append(text(records, i)).append(']');
      }
      one.append(new String(records.raw(), StandardCharsets.ISO_8859_1));
      found.add(one.toString());
    }
    return found;
  }

  private static String text(CsvRecords records, int field) {
    try {
      KnownTexts known = new KnownTexts();
      String text = records.text(field, known);
      assertThat(records.text(field, known)).isEqualTo(text);
      assertThat(records.text(field)).isEqualTo(text);
      return text;
    } catch (CharacterCodingException e) {
      return "not UTF-8";
    }
  }
}
