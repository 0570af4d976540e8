package io.beamhouse.io.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.error.SourceFailedException;
import io.beamhouse.core.row.RowTypes;
import io.beamhouse.core.row.SchemaContract;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What real dumps hold: tabs without quoting, several NULLs, other dates, no content at all. */
class OdditiesTest {
  private static final CsvOptions IMDB =
      CsvKeys.options("\\t", "none", null, List.of("\\N"), null, null);
  private static final Schema NAMES =
      Schema.builder().addStringField("nconst").addNullableStringField("name").build();

  @TempDir Path directory;

  private FileToRead file(String name, byte[] bytes) throws IOException {
    Path file = Files.write(directory.resolve(name), bytes);
    return new FileToRead(file.toString(), List.of(), 0, -1, -1, "", -1);
  }

  private FileSet files(ReadFormat format, Schema schema, String... texts) throws IOException {
    FileToRead[] files = new FileToRead[texts.length];
    for (int i = 0; i < texts.length; i++) {
      files[i] = file("f" + i, texts[i].getBytes(StandardCharsets.UTF_8));
    }
    return FileSet.ofFiles(Arrays.asList(files), format, schema);
  }

  private List<List<Object>> read(ReadFormat format, Schema schema, String... texts)
      throws IOException {
    return Lake.read(files(format, schema, texts)).stream().map(Row::getValues).toList();
  }

  private static CsvRead imdb() {
    return new CsvRead(IMDB, 1000);
  }

  @Test
  void withoutQuotingAQuoteIsACharacterAndARecordALine() throws Exception {
    String text =
        "nconst\tname\n"
            + "nm1\t\"Weird Al\" Yankovic\n"
            + "nm2\t\"Rolling in the Deep Dish\n"
            + "nm3\t\"\n"
            + "nm4\t\\N\n"
            + "nm5\t\n"
            + "nm6\t\\\\N a\\tb, c\r\n"
            + "nm7\t\"\"\r\n"
            + "nm8\tNUL\u0000in it\u0002and STX\n"
            + "nm9\t 東京 🎬 ";
    assertThat(read(imdb(), NAMES, text))
        .containsExactly(
            Arrays.asList("nm1", "\"Weird Al\" Yankovic"),
            Arrays.asList("nm2", "\"Rolling in the Deep Dish"),
            Arrays.asList("nm3", "\""),
            Arrays.asList("nm4", null),
            Arrays.asList("nm5", ""),
            Arrays.asList("nm6", "\\\\N a\\tb, c"),
            Arrays.asList("nm7", "\"\""),
            Arrays.asList("nm8", "NUL\u0000in it\u0002and STX"),
            Arrays.asList("nm9", " 東京 🎬 "));
  }

  @Test
  void aLineWithMoreOrFewerTabsIsBadAndTheNextOneIsNot() throws Exception {
    String text = "nconst\tname\nnm1\nnm2\ta\tb\nnm3\t\"x\nnm4\tCR\rin it\nnm5\ty\n";
    assertThat(Lake.outcomes(files(imdb(), NAMES, text), ReadColumns.none("t"), true))
        .extracting(o -> o.good() ? o.row().getString("nconst") : "!" + o.row().getString("rule"))
        .containsExactly("!csv.columns", "!csv.columns", "nm3", "!csv.quotes", "nm5");
  }

  @Test
  void severalTextsAreNullAndQuotedOnesAreNot() throws Exception {
    CsvOptions options = CsvKeys.options(null, null, null, List.of("", "NA", "\\N"), null, null);
    Schema schema = Schema.builder().addNullableInt64Field("a").addStringField("b").build();
    assertThat(read(new CsvRead(options, 1000), schema, "a,b\nNA,x\n\\N,x\n,x\n1,\"NA\"\n2,\"\"\n"))
        .containsExactly(
            Arrays.asList(null, "x"),
            Arrays.asList(null, "x"),
            Arrays.asList(null, "x"),
            List.of(1L, "NA"),
            List.of(2L, ""));
    CsvOptions none = CsvKeys.options(null, null, null, List.of(), null, null);
    assertThat(read(new CsvRead(none, 1000), schema, "a,b\n1,\n")).containsExactly(List.of(1L, ""));
  }

  @Test
  void formatsAreThoseOfTheColumnInCsvAndJson() throws Exception {
    Schema schema =
        Schema.builder()
            .addNullableField("released", RowTypes.DATE)
            .addNullableDoubleField("price")
            .addNullableBooleanField("seen")
            .build();
    ReadRules rules =
        new ReadRules(
            Map.of("released", "dd/MM/yyyy", "price", "1.234,5", "seen", "yes/no"),
            SchemaContract.NONE);
    List<Object> expected = Arrays.asList(LocalDate.of(2026, 1, 31), 1234.5, true);
    List<Object> nulls = Arrays.asList(null, null, null);
    assertThat(
            read(
                new CsvRead(CsvOptions.DEFAULT, 1000).with(rules),
                schema,
                "price,released,seen\n\"1.234,5\",31/01/2026,Yes\n,,\n"))
        .containsExactly(expected, nulls);
    assertThat(
            read(
                new JsonRead(1000).with(rules),
                schema,
                "{\"price\":\"1.234,5\",\"released\":\"31/01/2026\",\"seen\":\"yes\"}\n"
                    + "{\"price\":null}\n"))
        .containsExactly(expected, nulls);
    assertThatThrownBy(
            () ->
                read(
                    new CsvRead(CsvOptions.DEFAULT, 1000).with(rules),
                    schema,
                    "price,released,seen\n1,2026-01-31,yes\n"))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("f0:2: column released: not a valid DATE as dd/MM/yyyy")
        .hasMessageNotContaining("2026");
  }

  @Test
  void filesTogetherSayWhatTheTypesAre() throws Exception {
    Schema schema =
        files(
                new CsvRead(CsvOptions.DEFAULT, 1000),
                null,
                "i,d,late,mixed,flag\n1,1,,5,true\n",
                "i,d,late,mixed,flag\n2,1.5,7,true,false\n")
            .schema();
    assertThat(schema.getFields())
        .extracting(field -> field.getType().withNullable(false))
        .containsExactly(
            FieldType.INT64,
            FieldType.DOUBLE,
            FieldType.INT64,
            FieldType.STRING,
            FieldType.BOOLEAN);
  }

  @Test
  void withoutGuessingEverythingIsText() throws Exception {
    CsvRead text = new CsvRead(IMDB, false, 1000, ReadRules.NONE);
    assertThat(read(text, null, "a\tb\n1\t\\N\n007\ttrue\n"))
        .containsExactly(Arrays.asList("1", null), List.of("007", "true"));
    CsvOptions bare = CsvKeys.options(null, null, false, null, null, null);
    assertThat(read(new CsvRead(bare, false, 1000, ReadRules.NONE), null, "1,2\n"))
        .containsExactly(List.of("1", "2"));
  }

  @Test
  void aFileOfNothingIsRefusedAndAHeaderAloneHasNoRows() throws Exception {
    assertThat(read(imdb(), NAMES, "nconst\tname\n")).isEmpty();
    assertThat(read(imdb(), NAMES, "\uFEFFname\tnconst")).isEmpty();
    for (String nothing : List.of("", "\uFEFF")) {
      assertThatThrownBy(() -> read(imdb(), NAMES, nothing))
          .isInstanceOf(DataRefusedException.class)
          .hasMessageContaining("f0 is empty, not even a header");
    }
    FileToRead packed = file("empty.gz", gzip(""));
    assertThatThrownBy(() -> Lake.read(FileSet.ofFiles(List.of(packed), imdb(), NAMES)))
        .hasMessageContaining("empty.gz is empty");
    assertThat(read(new JsonRead(1000), NAMES, "")).isEmpty();
  }

  @Test
  void aFieldMayBeAsLongAsARecordAndNoLonger() throws Exception {
    String longest = "x".repeat(1000 - "nm1\t".length());
    assertThat(read(imdb(), NAMES, "nconst\tname\nnm1\t" + longest + "\n"))
        .containsExactly(List.of("nm1", longest));
    assertThatThrownBy(() -> read(imdb(), NAMES, "nconst\tname\nnm1\t" + longest + "y\n"))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("f0:2: the record is longer than max_record_bytes, 1000");
  }

  @Test
  void aGzipThatIsCutFailsWithItsNameWhereverItIsCut() throws Exception {
    byte[] whole = gzip("nconst\tname\n" + "nm1\tAnn\n".repeat(500));
    for (int length : new int[] {3, 12, whole.length / 2, whole.length - 9, whole.length - 1}) {
      FileToRead cut = file("cut.tsv.gz", Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> Lake.read(FileSet.ofFiles(List.of(cut), imdb(), NAMES)))
          .as("%d bytes", length)
          .isInstanceOf(SourceFailedException.class)
          .hasMessageContaining("cut.tsv.gz");
    }
  }

  @Test
  void aDumpInUtf16IsRefusedByItsHeader() {
    assertThatThrownBy(
            () ->
                Lake.read(
                    FileSet.ofFiles(
                        List.of(file("f0", "nconst\tname\n".getBytes(StandardCharsets.UTF_16LE))),
                        imdb(),
                        NAMES)))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("f0:1: the header does not match");
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      gzip.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return packed.toByteArray();
  }
}
