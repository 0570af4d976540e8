package io.beamhouse.io.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.row.RowTypes;
import io.beamhouse.io.core.increment.SinkContext;
import io.beamhouse.io.core.manifest.Manifest;
import io.beamhouse.io.core.manifest.Manifests;
import io.beamhouse.io.core.manifest.PublishFiles;
import io.beamhouse.io.core.staging.RowStaging;
import io.beamhouse.testing.BeamTest;
import io.beamhouse.testing.Faults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(BeamTest.class)
class PartitionedFilesTest {
  private static final Schema SCHEMA =
      Schema.builder()
          .addInt64Field("id")
          .addNullableField("at", RowTypes.TIMESTAMP)
          .addNullableStringField("country")
          .build();
  private static final String MINUTES = "{at:yyyy/MM/dd/HH/mm}";

  @TempDir Path directory;

  private static Row row(long id, Instant at, String country) {
    return Row.withSchema(SCHEMA).addValues(id, at, country).build();
  }

  /** Events of four minutes in turn, around midnight. */
  private static List<Row> events(int count) {
    Instant start = Instant.parse("2026-11-21T23:58:59.999999Z");
    return IntStream.range(0, count)
        .mapToObj(i -> row(i, start.plusSeconds(60L * (i % 4)), i % 2 == 0 ? "DE" : null))
        .toList();
  }

  private void write(PublishFiles publish, List<Row> rows) {
    Pipeline pipeline = Pipeline.create();
    pipeline.apply(Create.of(rows).withRowSchema(SCHEMA)).apply(publish);
    pipeline.run().waitUntilFinish();
  }

  private List<Manifest> manifests() throws IOException {
    return Manifests.at(directory.toString()).all();
  }

  private Map<String, List<Row>> rowsByDirectory() throws IOException {
    Map<String, List<Row>> found = new TreeMap<>();
    for (Manifest manifest : manifests()) {
      for (Manifest.PublishedFile file : manifest.files()) {
        Manifest one =
            new Manifest(
                1,
                manifest.stateId(),
                manifest.sink(),
                1,
                0,
                1,
                "",
                manifest.format(),
                manifest.options(),
                manifest.schema(),
                List.of(file),
                Map.of(),
                List.of());
        String parent = Path.of(file.name()).getParent().toString();
        found
            .computeIfAbsent(parent, p -> new ArrayList<>())
            .addAll(Lake.read(FileSet.ofManifests(directory.toString(), List.of(one), 1 << 20)));
      }
    }
    return found;
  }

  private Set<String> visible() throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> directory.relativize(file).toString())
          .filter(name -> !name.startsWith("_"))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"csv", "json", "parquet"})
  void aRowIsInTheDirectoryOfItsMinute(String format) throws Exception {
    PublishFiles publish =
        switch (format) {
          case "csv" -> FilesIO.writeCsv(directory.toString());
          case "json" -> FilesIO.writeJson(directory.toString());
          default -> FilesIO.writeParquet(directory.toString());
        };
    List<Row> events = events(400);
    write(publish.withPartitionPath(MINUTES), events);

    Map<String, List<Row>> byDirectory = rowsByDirectory();
    List<String> minutes =
        List.of("2026/11/21/23/58", "2026/11/21/23/59", "2026/11/22/00/00", "2026/11/22/00/01");
    assertThat(byDirectory).containsOnlyKeys(minutes);
    for (int i = 0; i < minutes.size(); i++) {
      int minute = i;
      assertThat(byDirectory.get(minutes.get(i)))
          .containsExactlyInAnyOrderElementsOf(
              events.stream().filter(row -> row.getInt64("id") % 4 == minute).toList());
    }
    assertThat(visible())
        .isEqualTo(
            manifests().get(0).files().stream()
                .map(Manifest.PublishedFile::name)
                .collect(Collectors.toCollection(TreeSet::new)));
  }

  @Test
  void readersFollowTheManifestsAndPatternsTheDirectories(TestPipeline pipeline) {
    List<Row> events = events(40);
    write(FilesIO.writeParquet(directory.toString()).withPartitionPath(MINUTES), events);
    PAssert.that(pipeline.apply("All", FilesIO.readParquet(directory.toString())).rows())
        .containsInAnyOrder(events);
    PAssert.that(
            pipeline
                .apply("Midnight", FilesIO.readParquet(directory + "/2026/11/22/00/*/part-*"))
                .rows())
        .containsInAnyOrder(events.stream().filter(row -> row.getInt64("id") % 4 >= 2).toList());
    pipeline.run();
  }

  @Test
  void columnsAndTextMakeHiveDirectories() throws Exception {
    write(
        FilesIO.writeCsv(directory.toString())
            .withPartitionPath("country={country}/day={at:yyyy-MM-dd}"),
        List.of(
            row(1, Instant.parse("2026-11-21T23:59:59Z"), "DE"),
            row(2, null, "../_up/\u0000 \u00fc"),
            row(3, Instant.parse("0001-01-01T00:00:00Z"), ""),
            row(4, Instant.parse("9999-12-31T00:00:00Z"), ".."),
            row(5, Instant.parse("1969-12-31T23:59:59Z"), "x".repeat(201)),
            row(6, Instant.parse("2026-11-21T00:00:00Z"), null)));
    assertThat(rowsByDirectory().keySet())
        .containsExactlyInAnyOrder(
            "country=DE/day=2026-11-21",
            "country=%2E.%2F_up%2F%00%20%C3%BC/day=unknown",
            "country=%2E./day=unknown",
            "country=unknown/day=1969-12-31",
            "country=unknown/day=2026-11-21",
            "country=unknown/day=unknown");
  }

  @Test
  void timesMayBeText() throws Exception {
    Schema schema = Schema.builder().addNullableStringField("at").build();
    List<Row> rows =
        Stream.of(
                "2026-11-21T10:20:30.123Z",
                "2026-11-21T12:20:59+02:00",
                "2026-11-21T10:20:00",
                "2026-11-21",
                "yesterday",
                null)
            .map(text -> Row.withSchema(schema).addValue(text).build())
            .toList();
    Lake.write(
        FilesIO.writeJson(directory.toString()).withPartitionPath("{at:yyyy/MM/dd/HH/mm}"), rows);
    Map<String, List<Row>> found = rowsByDirectory();
    assertThat(found).containsOnlyKeys("2026/11/21/10/20", "2026/11/21/00/00", "unknown");
    assertThat(found.get("2026/11/21/10/20"))
        .containsExactlyInAnyOrderElementsOf(rows.subList(0, 3));
    assertThat(found.get("unknown")).containsExactlyInAnyOrderElementsOf(rows.subList(4, 6));
  }

  @ParameterizedTest
  @CsvSource({"1, 1000000", "2, 1000000", "3, 7"})
  void fewOpenFilesMakeNoMoreFiles(int open, long perFile) throws Exception {
    List<Row> events = events(100);
    PublishFiles publish =
        FilesIO.writeJson(directory.toString())
            .withPartitionPath(MINUTES)
            .withMaxOpenFiles(open)
            .withMaxRowsPerFile(perFile);
    RowStaging.Stage stage = publish.staging(SCHEMA).start();
    List<byte[]> records = new ArrayList<>();
    stage.begin();
    events.forEach(row -> stage.stage(row, to(records)));
    stage.finish(to(records));
    assertThat(records).hasSize(perFile == 7 ? 16 : 4);

    write(publish, events);
    List<Row> found = new ArrayList<>();
    rowsByDirectory().values().forEach(found::addAll);
    assertThat(found).containsExactlyInAnyOrderElementsOf(events);
  }

  /** A partition that is over makes room for the next one. */
  @Test
  void eventsInTheOrderOfTimeNeedNoTempFile() {
    RowStaging.Stage stage =
        FilesIO.writeJson(directory.toString())
            .withPartitionPath("{at:mm}")
            .withMaxOpenFiles(1)
            .staging(SCHEMA)
            .start();
    List<byte[]> records = new ArrayList<>();
    stage.begin();
    Instant start = Instant.parse("2026-11-21T10:00:00Z");
    for (int i = 0; i < 30_000; i++) {
      stage.stage(row(i, start.plusMillis(6L * i), null), to(records));
    }
    // The second minute began in a temp file and went on in a file; the first is closed.
    assertThat(records).hasSize(1);
    stage.finish(to(records));
    assertThat(records).hasSizeBetween(3, 5);
  }

  private static RowStaging.Records to(List<byte[]> records) {
    return new RowStaging.Records() {
      @Override
      public void add(int key, byte[] record) {
        records.add(record);
      }

      @Override
      public void refuse(Row row) {
        throw new AssertionError("nothing is refused");
      }
    };
  }

  @ParameterizedTest
  @CsvSource({
    "files.stage,after,2",
    "files.manifest,before,1",
    "files.manifest,after,1",
    "files.publish,before,2",
    "files.publish,after,1"
  })
  void aRunThatFailsAnywhereIsFinishedByTheNextAttempt(String step, String moment, int nth)
      throws Exception {
    List<Row> events = events(40);
    try (Faults.Armed fault = Faults.throwAt(step, moment, nth)) {
      assertThatThrownBy(() -> write(attempt(1), events)).hasStackTraceContaining("injected");
      assertThat(fault.struck()).isTrue();
    }
    write(attempt(2), events);
    assertThat(manifests()).hasSize(1);
    List<Row> found = new ArrayList<>();
    rowsByDirectory().values().forEach(found::addAll);
    assertThat(found).containsExactlyInAnyOrderElementsOf(events);
    assertThat(visible()).hasSameSizeAs(manifests().get(0).files());
    assertThat(Manifests.at(directory.toString()).clean(Lake.STATE, "users", 1)).isEqualTo(1);
    assertThat(visible()).hasSameSizeAs(manifests().get(0).files());
  }

  private PublishFiles attempt(int attempt) {
    SinkContext context = Lake.context(1, 0, attempt);
    return FilesIO.writeJson(directory.toString()).withPartitionPath(MINUTES).withContext(context);
  }

  /** Whatever a column holds. */
  @Property(tries = 5)
  void noValueLeavesTheDirectoryOrHidesInIt(@ForAll List<String> values) throws Exception {
    Path root = Files.createTempDirectory("partitions");
    Schema schema = Schema.builder().addInt64Field("id").addStringField("v").build();
    List<Row> rows = new ArrayList<>();
    for (String value : values) {
      // Half of a surrogate pair is no text that a file could hold.
      rows.add(
          Row.withSchema(schema)
              .addValues((long) rows.size(), value.replaceAll("\\p{Cs}", "?"))
              .build());
    }
    if (!rows.isEmpty()) {
      Lake.write(FilesIO.writeJson(root.resolve("in").toString()).withPartitionPath("{v}"), rows);
      assertThat(Lake.byManifest(root.resolve("in").toString()))
          .containsExactlyInAnyOrderElementsOf(rows);
      try (Stream<Path> outside = Files.list(root)) {
        assertThat(outside).containsExactly(root.resolve("in"));
      }
      try (Stream<Path> names = Files.list(root.resolve("in"))) {
        assertThat(names.map(path -> path.getFileName().toString()))
            .allMatch(name -> name.matches("_manifests|_staging|[A-Za-z0-9%-][A-Za-z0-9%._-]*"));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "/",
        "plain",
        "{at",
        "{at:}",
        "{at:yyyy/../MM}",
        "{at:'x'}",
        "../{id}",
        "/{id}",
        "{id}/",
        "a//{id}",
        "_x/{id}",
        ".{id}",
        "{id}/..",
        "{id}:x",
        "{at:ss}"
      })
  void templatesThatCannotWorkAreRefused(String template) {
    assertThatThrownBy(() -> FilesIO.writeCsv("/x").withPartitionPath(template))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("partition_path");
  }

  @Test
  void columnsThatCannotNameADirectoryAreAllNamed() {
    Schema schema =
        Schema.builder().addDoubleField("d").addInt64Field("n").addStringField("country").build();
    assertThatThrownBy(
            () ->
                FilesIO.writeCsv("/x").withPartitionPath("{d}/{n:yyyy}/c={contry}").staging(schema))
        .isInstanceOfSatisfying(SpecException.class, e -> assertThat(e.problems()).hasSize(3))
        .hasMessageContaining("did you mean 'country'");
  }
}
