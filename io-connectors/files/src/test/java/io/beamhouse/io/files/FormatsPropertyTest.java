package io.beamhouse.io.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.core.row.RowText;
import io.beamhouse.io.core.manifest.RowFileFormat;
import io.beamhouse.io.parquet.ParquetWriteOptions;
import io.beamhouse.testing.RandomRows;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterProperty;
import net.jqwik.api.lifecycle.BeforeProperty;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.values.Row;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.apache.commons.csv.QuoteMode;

class FormatsPropertyTest {
  private static final int MAX_RECORD = 1 << 20;

  private Path file;

  @BeforeProperty
  void createFile() throws IOException {
    file = Files.createTempFile("formats", ".data");
  }

  @AfterProperty
  void deleteFile() throws IOException {
    Files.delete(file);
  }

  @Property(tries = 1000)
  void aValueIsReadBackFromItsText(@ForAll long seed) {
    RandomRows random = new RandomRows(seed);
    FieldType type = random.type(2);
    Object value = random.value(type);
    // Through rows, which know how to compare bytes and maps.
    Schema schema = Schema.builder().addField("x", type).build();
    Object back = RowText.read(RowText.write(value, type), type);
    assertThat(Row.withSchema(schema).addValue(back).build())
        .isEqualTo(Row.withSchema(schema).addValue(value).build());
  }

  @Property(tries = 300)
  void csvIsReadBack(@ForAll long seed) throws IOException {
    CsvOptions options =
        new CsvOptions(
            seed % 2 == 0 ? "," : "\t",
            seed % 3 == 0 ? "'" : "\"",
            seed % 5 != 0,
            List.of(seed % 7 == 0 ? "\\N" : ""),
            "",
            "UTF-8");
    readsBack(
        seed,
        new CsvFormat(options, seed % 4 == 0 ? Compression.GZIP : Compression.NONE),
        new CsvRead(options, MAX_RECORD));
  }

  @Property(tries = 300)
  void jsonIsReadBack(@ForAll long seed) throws IOException {
    readsBack(seed, new JsonFormat(Compression.NONE), new JsonRead(MAX_RECORD));
  }

  @Property(tries = 50)
  void parquetIsReadBack(@ForAll long seed) throws IOException {
    readsBack(seed, new ParquetFormat(ParquetWriteOptions.defaults()), new ParquetRead());
  }

  private void readsBack(long seed, RowFileFormat format, ReadFormat reading) throws IOException {
    RandomRows random = new RandomRows(seed);
    Schema schema = random.schema(2);
    List<Row> rows = random.rows(schema, 1 + (int) Math.floorMod(seed, 20L));
    write(format, schema, rows);
    List<Row> back = new ArrayList<>();
    read(reading, schema, back, new ArrayList<>());
    assertThat(back).isEqualTo(rows);
  }

  @Property(tries = 300)
  void commonsCsvReadsTheSameFieldsAsWeWrote(@ForAll long seed) throws IOException {
    RandomRows random = new RandomRows(seed);
    Schema schema = random.schema(1);
    List<Row> rows = random.rows(schema, 10);
    write(new CsvFormat(CsvOptions.DEFAULT, Compression.NONE), schema, rows);
    CSVFormat format =
        CSVFormat.RFC4180
            .builder()
            .setIgnoreEmptyLines(false)
            .setQuoteMode(QuoteMode.ALL_NON_NULL)
            .build();
    try (CSVParser parser =
        CSVParser.parse(file, java.nio.charset.StandardCharsets.UTF_8, format)) {
      List<CSVRecord> records = parser.getRecords();
      assertThat(records.get(0).toList()).isEqualTo(schema.getFieldNames());
      for (int i = 0; i < rows.size(); i++) {
        List<String> expected = new ArrayList<>();
        for (int c = 0; c < schema.getFieldCount(); c++) {
          Object value = rows.get(i).getValue(c);
          expected.add(value == null ? null : RowText.write(value, schema.getField(c).getType()));
        }
        assertThat(records.get(i + 1).toList()).isEqualTo(expected);
      }
    }
  }

  /**
   * One damaged byte, or a cut, may spoil the records it touches, but every other record comes out
   * as it was or stands in the raw text of a quarantined one.
   */
  @Property(tries = 1000)
  void aDamagedCsvLosesNoRowInSilence(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    Schema schema =
        Schema.builder().addInt64Field("id").addStringField("text").addDoubleField("x").build();
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 12; i++) {
      String text = random.nextInt(3) == 0 ? "quoted, \"" + i + "\"\nline" : "plain" + i;
      rows.add(Row.withSchema(schema).addValues(1000L + i, text, i + 0.5).build());
    }
    write(new CsvFormat(CsvOptions.DEFAULT, Compression.NONE), schema, rows);
    byte[] bytes = Files.readAllBytes(file);
    int at = "id,text,x\n".length() + random.nextInt(bytes.length - "id,text,x\n".length());
    boolean cut = random.nextInt(4) == 0;
    if (cut) {
      bytes = Arrays.copyOf(bytes, at);
    } else {
      bytes[at] ^= (byte) (1 << random.nextInt(8));
    }
    Files.write(file, bytes);

    List<Row> good = new ArrayList<>();
    List<String> raw = new ArrayList<>();
    read(new CsvRead(CsvOptions.DEFAULT, MAX_RECORD), schema, good, raw);
    String kept = String.join("\n", raw);
    int offset = "id,text,x\n".length();
    for (Row row : rows) {
      int length = csv(row).getBytes(java.nio.charset.StandardCharsets.UTF_8).length;
      boolean touched = cut ? offset + length > at : at >= offset && at < offset + length;
      // A changed line break spoils the record behind it, too.
      boolean spoiled = touched || (!cut && at == offset - 1);
      if (!spoiled) {
        boolean found = good.contains(row) || kept.contains(csv(row).stripTrailing());
        assertThat(found).as("row at %d, damage at %d", offset, at).isTrue();
      }
      offset += length;
    }
  }

  @Property(tries = 500)
  void aDamagedJsonFileLosesNoRowInSilence(@ForAll long seed) throws IOException {
    Random random = new Random(seed);
    Schema schema = Schema.builder().addInt64Field("id").addNullableStringField("text").build();
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      rows.add(Row.withSchema(schema).addValues(1000L + i, i % 3 == 0 ? null : "a\n" + i).build());
    }
    write(new JsonFormat(Compression.NONE), schema, rows);
    byte[] bytes = Files.readAllBytes(file);
    List<String> lines = Files.readAllLines(file);
    int at = random.nextInt(bytes.length);
    bytes[at] ^= (byte) (1 << random.nextInt(8));
    Files.write(file, bytes);

    List<Row> good = new ArrayList<>();
    List<String> raw = new ArrayList<>();
    read(new JsonRead(MAX_RECORD), schema, good, raw);
    int offset = 0;
    for (int i = 0; i < rows.size(); i++) {
      int end = offset + lines.get(i).length() + 1;
      boolean touched = at >= offset && at < end;
      if (!touched) {
        boolean found = good.contains(rows.get(i)) || String.join("\n", raw).contains(lines.get(i));
        assertThat(found).as("line %d, damage at %d", i, at).isTrue();
      }
      offset = end;
    }
  }

  private static String csv(Row row) {
    String text = row.getString("text");
    boolean quote = text.contains("\"");
    return row.getInt64("id")
        + ","
        + (quote ? "\"" + text.replace("\"", "\"\"") + "\"" : text)
        + ","
        + row.getDouble("x")
        + "\n";
  }

  private void write(RowFileFormat format, Schema schema, List<Row> rows) throws IOException {
    try (OutputStream out = Files.newOutputStream(file);
        RowFileFormat.RowFile rowFile = format.open(out, schema)) {
      for (Row row : rows) {
        rowFile.write(row);
      }
    }
  }

  private void read(ReadFormat format, Schema schema, List<Row> good, List<String> raw)
      throws IOException {
    FileToRead toRead = new FileToRead(file.toString(), List.of(), 0, -1, -1, "", -1);
    try (OpenFile open = OpenFile.open(toRead);
        RecordStream records = format.open(open, schema)) {
      while (records.next()) {
        if (records.bad() == null) {
          good.add(Row.withSchema(schema).addValues(records.values()).build());
        } else {
          raw.add(new String(records.bad().raw(), java.nio.charset.StandardCharsets.UTF_8));
        }
      }
    }
  }
}
