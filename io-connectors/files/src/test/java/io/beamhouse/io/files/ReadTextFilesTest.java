package io.beamhouse.io.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.error.SourceFailedException;
import io.beamhouse.core.error.SpecException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadTextFilesTest {
  private static final Schema SCHEMA = Lake.SCHEMA;
  private static final ReadFormat CSV = new CsvRead(CsvOptions.DEFAULT, 1000);

  @TempDir Path directory;

  private FileSet file(ReadFormat format, Schema schema, byte[] bytes) throws IOException {
    Path file = directory.resolve("in.data");
    Files.write(file, bytes);
    FileToRead toRead = new FileToRead(file.toString(), List.of(), 0, -1, -1, "", -1);
    return FileSet.ofFiles(List.of(toRead), format, schema);
  }

  private List<Row> good(ReadFormat format, String text) throws IOException {
    return Lake.read(file(format, SCHEMA, text.getBytes(StandardCharsets.UTF_8)));
  }

  private List<Row> good(String text) throws IOException {
    return good(CSV, text);
  }

  private static Row row(Long id, String name) {
    return Row.withSchema(SCHEMA).addValues(id, name).build();
  }

  /** Rows as {@code id,name}, bad records as {@code !rule@line|raw}. */
  private List<String> outcomes(ReadFormat format, byte[] bytes) throws IOException {
    return Lake.outcomes(file(format, SCHEMA, bytes), ReadColumns.none("test"), true).stream()
        .map(
            outcome -> {
              Row row = outcome.row();
              if (outcome.good()) {
                return row.getInt64("id") + "," + row.getString("name");
              }
              String position = row.getString("position");
              String raw = row.getRow("failed_row").getString("record");
              assertThat(row.getString("step")).isEqualTo("test");
              assertThat(row.getString("error_message")).isNotBlank();
              return "!"
                  + row.getString("rule")
                  + "@"
                  + position.substring(position.lastIndexOf(':') + 1)
                  + "|"
                  + raw;
            })
        .toList();
  }

  private List<String> outcomes(String text) throws IOException {
    return outcomes(CSV, text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void nullAndTheEmptyStringDiffer() throws Exception {
    assertThat(good("id,name\n1,\n2,\"\"\n3,NULL\n"))
        .containsExactly(row(1L, null), row(2L, ""), row(3L, "NULL"));
    CsvOptions token = new CsvOptions("\\t", "\"", true, List.of("\\N"), "#", "UTF-8");
    assertThat(good(new CsvRead(token, 1000), "id\tname\n#skipped\n1\t\\N\n2\t\n3\t\"\\N\"\n"))
        .containsExactly(row(1L, null), row(2L, ""), row(3L, "\\N"));
  }

  @Test
  void lineEndsMarksOrderDuplicatesAndBlankLinesAreTaken() throws Exception {
    assertThat(good("\uFEFFname,id\r\nx,1\r\n\r\nx,1\r\n\"a\r\nb\",2"))
        .containsExactly(row(1L, "x"), row(1L, "x"), row(2L, "a\r\nb"));
  }

  @Test
  void gzipIsUnpackedWhateverTheName() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write("id,name\n1,x\n".getBytes(StandardCharsets.UTF_8));
    }
    assertThat(Lake.read(file(CSV, SCHEMA, bytes.toByteArray()))).containsExactly(row(1L, "x"));
    byte[] cut = java.util.Arrays.copyOf(bytes.toByteArray(), bytes.size() - 9);
    assertThatThrownBy(() -> Lake.read(file(CSV, SCHEMA, cut)))
        .isInstanceOf(SourceFailedException.class)
        .hasMessageContaining("in.data");
  }

  @Test
  void badRecordsStandAsideWithTheirTextAndTheOthersGoOn() throws Exception {
    assertThat(
            outcomes(
                "id,name\n1,a\n2\n3,b,c\nfour,d\n,e\n5,x\"y\n6,\"x\"y,z\n7,q\rr\n"
                    + "99999999999999999999,f\n8,\"multi\nline\"z\n9,i\n"))
        .containsExactly(
            "1,a",
            "!csv.columns@3|2",
            "!csv.columns@4|3,b,c",
            "!csv.type@5|four,d",
            "!csv.null@6|,e",
            "!csv.quotes@7|5,x\"y",
            "!csv.quotes@8|6,\"x\"y,z",
            "!csv.quotes@9|7,q\rr",
            "!csv.type@10|99999999999999999999,f",
            "!csv.quotes@11|8,\"multi\nline\"z",
            "9,i");
  }

  @Test
  void aCutLastRecordIsBad() throws Exception {
    assertThat(outcomes("id,name\n1,a\n2")).containsExactly("1,a", "!csv.columns@3|2");
    assertThat(outcomes("id,name\n1,a\n2,\"b\n3,c\n"))
        .containsExactly("1,a", "!csv.quotes@3|2,\"b\n3,c\n");
  }

  @Test
  void aRecordInAWrongEncodingKeepsItsBytes() throws Exception {
    byte[] latin = "id,name\n1,ä\n2,b\n".getBytes(StandardCharsets.ISO_8859_1);
    List<Outcome> outcomes =
        Lake.outcomes(file(CSV, SCHEMA, latin), ReadColumns.none("test"), true);
    Row bad = outcomes.get(0).row();
    assertThat(bad.getString("rule")).isEqualTo("csv.encoding");
    assertThat(bad.getRow("failed_row").getString("record")).isNull();
    assertThat(bad.getRow("failed_row").getBytes("record_bytes"))
        .isEqualTo("1,ä".getBytes(StandardCharsets.ISO_8859_1));
    assertThat(outcomes.get(1).row()).isEqualTo(row(2L, "b"));

    CsvOptions windows = new CsvOptions(",", "\"", true, List.of(""), "", "windows-1252");
    byte[] euro = "id,name\n1,10 €\n".getBytes(Charset.forName("windows-1252"));
    assertThat(Lake.read(file(new CsvRead(windows, 1000), SCHEMA, euro)))
        .containsExactly(row(1L, "10 €"));
  }

  @Test
  void withoutQuarantineABadRecordFailsByFileAndLineAndShowsNoValue() {
    assertThatThrownBy(() -> good("id,name\n1,a\nsecret,b\n"))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("in.data:3")
        .hasMessageContaining("column id: not a valid INT64")
        .hasMessageContaining("error_handling")
        .hasMessageNotContaining("secret");
  }

  @Test
  void aWrongHeaderRefusesTheFile() {
    assertThatThrownBy(() -> good("id,nam\n1,a\n"))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("found id,nam, expected (in any order) id,name");
    assertThatThrownBy(() -> good("1,secret\n2,b\n"))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("none has an expected name")
        .hasMessageNotContaining("secret");
    assertThatThrownBy(() -> good("id,name,id\n1,a,2\n")).hasMessageContaining("stands twice");
    assertThatThrownBy(() -> good("")).hasMessageContaining("not even a header");
  }

  @Test
  void aRecordBeyondTheBoundRefusesTheFile() {
    assertThatThrownBy(() -> outcomes("id,name\n1,\"" + "x".repeat(2000) + "\n2,b\n"))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("in.data:2")
        .hasMessageContaining("max_record_bytes");
  }

  @Test
  void filesWithoutHeaderAndWithoutQuotesAreReadByPosition() throws Exception {
    CsvOptions bare = new CsvOptions("|", "", false, List.of(""), "", "UTF-8");
    assertThat(good(new CsvRead(bare, 1000), "1|5\" pipe\n2|\n"))
        .containsExactly(row(1L, "5\" pipe"), row(2L, null));
    assertThat(
            Lake.read(
                file(new CsvRead(bare, 1000), null, "1|x\n".getBytes(StandardCharsets.UTF_8))))
        .extracting(row -> row.getSchema().getFieldNames())
        .containsExactly(List.of("column1", "column2"));
  }

  @Test
  void aSingleColumnHasNullAsAnEmptyLine() throws Exception {
    Schema one = Schema.builder().addNullableStringField("a").build();
    assertThat(Lake.read(file(CSV, one, "a\nx\n\n\"\"\n".getBytes(StandardCharsets.UTF_8))))
        .extracting(row -> row.getString(0))
        .containsExactly("x", null, "");
  }

  @Test
  void typesAreGuessedWithoutLoss() throws Exception {
    String text = "i,d,b,s,zip,empty\n1,1.5,true,x,00123,\n-2,2,FALSE,y,4,\n";
    Schema schema = file(CSV, null, text.getBytes(StandardCharsets.UTF_8)).schema();
    assertThat(schema.getFields())
        .extracting(field -> field.getType().withNullable(false))
        .containsExactly(
            FieldType.INT64,
            FieldType.DOUBLE,
            FieldType.BOOLEAN,
            FieldType.STRING,
            FieldType.STRING,
            FieldType.STRING);
  }

  @Test
  void jsonLinesAreStrictAndGoOn() throws Exception {
    String text =
        "\uFEFF{\"id\":1,\"name\":\"a\"}\n\n{\"id\":2}\r\n{\"name\":\"x\"}\n{\"id\":\"3\"}\n{\"id\":4,"
            + "\"id\":5}\n{\"id\":6,\"other\":1}\n{\"id\":7} x\n[1]\n{\"id\":8.5}\n{\"id\":9";
    assertThat(outcomes(new JsonRead(1000), text.getBytes(StandardCharsets.UTF_8)))
        .containsExactly(
            "1,a",
            "2,null",
            "!json.type@4|{\"name\":\"x\"}",
            "!json.type@5|{\"id\":\"3\"}",
            "!json.type@6|{\"id\":4,\"id\":5}",
            "!json.type@7|{\"id\":6,\"other\":1}",
            "!json.type@8|{\"id\":7} x",
            "!json.type@9|[1]",
            "!json.type@10|{\"id\":8.5}",
            "!json.type@11|{\"id\":9");
    assertThatThrownBy(() -> good(new JsonRead(50), "{\"id\":" + " ".repeat(100) + "1}"))
        .hasMessageContaining("max_record_bytes");
  }

  @Test
  void jsonSchemasAreGuessedFromNestedRecords() throws Exception {
    String text =
        "{\"i\":1,\"n\":null,\"r\":{\"a\":[1,2.5]}}\n{\"i\":2,\"b\":true,\"r\":{\"t\":\"x\"}}\n";
    FileSet files = file(new JsonRead(1000), null, text.getBytes(StandardCharsets.UTF_8));
    List<Row> rows = Lake.read(files);
    assertThat(rows.get(0).getRow("r").<Double>getArray("a")).containsExactly(1.0, 2.5);
    assertThat(rows.get(1).getRow("r").getString("t")).isEqualTo("x");
    assertThat(rows.get(1).getBoolean("b")).isTrue();
  }

  @Test
  void parquetColumnsThatMayNotBeNullAreHeldToIt() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ParquetFormat format =
        new ParquetFormat(io.beamhouse.io.parquet.ParquetWriteOptions.defaults());
    try (var parquet = format.open(bytes, SCHEMA)) {
      parquet.write(row(1L, null));
    }
    Schema required = Schema.builder().addInt64Field("id").addStringField("name").build();
    assertThatThrownBy(() -> Lake.read(file(new ParquetRead(), required, bytes.toByteArray())))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("name");
    Schema more = Schema.builder().addInt64Field("id").addStringField("absent").build();
    assertThatThrownBy(() -> Lake.read(file(new ParquetRead(), more, bytes.toByteArray())))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("absent");
    Schema nullable = Schema.builder().addNullableStringField("absent").addInt64Field("id").build();
    assertThat(Lake.read(file(new ParquetRead(), nullable, bytes.toByteArray())))
        .containsExactly(Row.withSchema(nullable).addValues(null, 1L).build());
  }

  @Test
  void layoutsThatCannotBeReadAreRefusedWithEveryMistake() {
    assertThatThrownBy(() -> new CsvOptions("ab", "", true, List.of("\n"), "§", "UTF-16"))
        .isInstanceOfSatisfying(SpecException.class, e -> assertThat(e.problems()).hasSize(4));
    assertThatThrownBy(() -> new CsvOptions("\"", "\"", true, List.of(""), "", "UTF-8"))
        .isInstanceOf(SpecException.class);
  }
}
