package io.beamhouse.io.files;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.core.error.BeamhouseException;
import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.error.SourceFailedException;
import io.beamhouse.core.row.SchemaContract;
import io.beamhouse.testing.BeamTest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Count;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged and drifted files have the outcomes that a second, independent parser gives them: no
 * crash without a message, no row lost, none in two outcomes.
 */
@ExtendWith(BeamTest.class)
class MutatedFilesTest {
  private static final int MAX_RECORD = 600;
  private static final Schema SCHEMA =
      Schema.builder()
          .addInt64Field("id")
          .addNullableStringField("name")
          .addNullableDoubleField("score")
          .build();
  private static final List<SchemaContract> CONTRACTS =
      List.of(
          SchemaContract.NONE,
          SchemaContract.of("quarantine", "quarantine", "quarantine"),
          SchemaContract.of("rescue", "evolve", "rescue"));

  @TempDir Path directory;

  private int refused;
  private int good;
  private int bad;

  /** A file and how it is to be read. */
  private record Case(byte[] bytes, CsvRead format, List<String> expected) {
    static Case of(long seed) {
      boolean quotes = seed % 2 == 0;
      char delimiter = quotes ? ',' : '\t';
      String nullText = quotes ? "" : "\\N";
      SchemaContract contract = CONTRACTS.get((int) (seed / 2 % CONTRACTS.size()));
      CsvOptions options =
          new CsvOptions(
              String.valueOf(delimiter), quotes ? "\"" : "", true, List.of(nullText), "", "UTF-8");
      byte[] bytes = new Mutations(seed, delimiter, quotes).file();
      return new Case(
          bytes,
          new CsvRead(options, true, MAX_RECORD, new ReadRules(Map.of(), contract)),
          new PlainCsv(delimiter, quotes, nullText, MAX_RECORD, contract).read(bytes));
    }
  }

  private void check(long seed) throws Exception {
    Case one = Case.of(seed);
    Path file = Files.write(directory.resolve("case-" + seed), one.bytes());
    List<String> found = outcomes(file, one.format());
    assertThat(found)
        .as("seed %d: %s", seed, new String(one.bytes(), StandardCharsets.ISO_8859_1))
        .isEqualTo(one.expected());
    if (found == null) {
      refused++;
    } else {
      good += (int) found.stream().filter(line -> line.startsWith("+")).count();
      bad += (int) found.stream().filter(line -> line.startsWith("-")).count();
    }
    Files.delete(file);
  }

  /** Null for a file that was refused, with a message that names it. */
  private static List<String> outcomes(Path file, CsvRead format) throws Exception {
    FileToRead toRead = new FileToRead(file.toString(), List.of(), 0, -1, -1, "", -1);
    List<String> lines = new ArrayList<>();
    try {
      // The columns are nullable where a plan would make them so.
      FileSet files = FileSet.ofFiles(List.of(toRead), format, SCHEMA);
      for (Outcome outcome : Lake.outcomes(files, ReadColumns.none("test"), true)) {
        lines.add(line(outcome));
      }
      return lines;
    } catch (BeamhouseException e) {
      assertThat(e)
          .isInstanceOfAny(DataRefusedException.class, SourceFailedException.class)
          .hasMessageContaining(file.getFileName().toString());
      return null;
    }
  }

  private static String line(Outcome outcome) {
    Row row = outcome.row();
    if (outcome.good()) {
      return "+" + row.getInt64("id") + "|" + row.getString("name") + "|" + row.getDouble("score");
    }
    assertThat(row.getString("error_message")).isNotBlank();
    Row raw = row.getRow("failed_row");
    byte[] bytes =
        raw.getString("record") == null
            ? raw.getBytes("record_bytes")
            : raw.getString("record").getBytes(StandardCharsets.UTF_8);
    return "-" + new String(bytes, StandardCharsets.ISO_8859_1);
  }

  @Test
  void fewHundredMutatedFilesAreReadAsTheSecondParserReadsThem() throws Exception {
    for (long seed = 0; seed < 600; seed++) {
      check(seed);
    }
    assertThat(List.of(refused, good, bad)).allMatch(count -> count > 100);
  }

  @Tag("kill")
  @Test
  void tenThousandMutatedFilesAreReadAsTheSecondParserReadsThem() throws Exception {
    for (long seed = 1_000; seed < 11_000; seed++) {
      check(seed);
    }
    assertThat(List.of(refused, good, bad)).allMatch(count -> count > 2_000);
  }

  /** Through a pipeline, many files at once: each record comes out once, by file. */
  @Test
  void allFilesOfAPipelineGiveEachRecordOnce(TestPipeline pipeline) throws Exception {
    Map<String, Long> expected = new TreeMap<>();
    for (long seed = 0; seed < 600; seed += 6) {
      Case one = Case.of(seed);
      if (one.expected() != null) {
        Files.write(directory.resolve("case-" + seed), one.bytes());
        for (String line : one.expected()) {
          expected.merge(line.charAt(0) + "case-" + seed, 1L, Long::sum);
        }
      }
    }
    assertThat(expected).hasSizeGreaterThan(60);
    CsvOptions options = new CsvOptions(",", "\"", true, List.of(""), "", "UTF-8");
    ReadFiles.Result read =
        pipeline.apply(
            FilesIO.readCsv(directory.toString(), options)
                .withSchema(SCHEMA)
                .withFilenameColumn("file")
                .withQuarantine());
    PAssert.that(counts(read))
        .satisfies(
            counts -> {
              Map<String, Long> found = new TreeMap<>();
              counts.forEach(count -> found.put(count.getKey(), count.getValue()));
              assertThat(found).isEqualTo(expected);
              return null;
            });
    pipeline.run();
  }

  private static PCollection<KV<String, Long>> counts(ReadFiles.Result read) {
    var good =
        read.rows()
            .apply(
                "Good",
                MapElements.into(TypeDescriptors.strings())
                    .via(row -> "+" + row.getString("file").replaceAll(".*/", "")));
    var bad =
        read.quarantined()
            .apply(
                "Bad",
                MapElements.into(TypeDescriptors.strings())
                    .via(row -> "-" + row.getString("position").replaceAll(".*/|:.*", "")));
    return PCollectionList.of(List.of(good, bad))
        .apply(Flatten.pCollections())
        .apply(Count.perElement());
  }
}
