package io.beamhouse.io.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.error.SourceChangedException;
import io.beamhouse.core.error.SourceFailedException;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.error.StateRefusedException;
import io.beamhouse.core.row.SchemaJson;
import io.beamhouse.io.core.increment.Increment;
import io.beamhouse.io.core.increment.IncrementalSource;
import io.beamhouse.io.core.increment.PlanRequest;
import io.beamhouse.io.core.increment.PlanRequest.Backfill;
import io.beamhouse.io.core.manifest.PublishFiles;
import io.beamhouse.io.core.pane.Pane;
import io.beamhouse.io.core.pane.PaneContent;
import io.beamhouse.io.core.storage.Storage;
import io.beamhouse.testing.WebFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReadNewFilesTest {
  private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");
  private static final String SCHEMA = SchemaJson.toJson(Lake.SCHEMA);

  @TempDir Path directory;

  private Optional<String> position = Optional.empty();
  private long run;

  private static NewFiles source(
      String path, UnaryOperator<ReadNewFilesProvider.Config.Builder> more) {
    return NewFiles.of(more.apply(ReadNewFilesProvider.Config.builder().setPath(path)).build());
  }

  private NewFiles csv(UnaryOperator<ReadNewFilesProvider.Config.Builder> more) {
    return source(
        directory + "/*.csv", config -> more.apply(config.setFormat("csv").setSchema(SCHEMA)));
  }

  private NewFiles csv() {
    return csv(config -> config);
  }

  private Increment plan(IncrementalSource source) {
    return plan(source, NOW, Optional.empty());
  }

  private Increment plan(IncrementalSource source, Instant now, Optional<Backfill> backfill) {
    return source.plan(
        new PlanRequest(run + 1, position, now, backfill, directory.resolve("work").toString()));
  }

  private static List<Row> rows(NewFiles source, Increment increment) throws IOException {
    return increment.nothingNew()
        ? List.of()
        : Lake.read(source.files(increment), source.columns());
  }

  /** A whole run: plan, read, done. */
  private List<Row> next(NewFiles source) throws IOException {
    Increment increment = plan(source);
    List<Row> rows = rows(source, increment);
    if (!increment.nothingNew()) {
      run++;
      position = Optional.of(increment.position());
    }
    return rows;
  }

  private Path write(String name, long from, long to, Instant modified) throws IOException {
    StringBuilder text = new StringBuilder("id,name\n");
    for (Row row : Lake.rows(from, to)) {
      String value = row.getString("name");
      text.append(row.getInt64("id")).append(',').append(value == null ? "" : value).append('\n');
    }
    Path file = directory.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
    Files.setLastModifiedTime(file, FileTime.from(modified));
    return file;
  }

  @Test
  void eachFileIsReadOnceHoweverTimesAndNamesFall() throws Exception {
    write("b.csv", 0, 3, NOW.minusSeconds(60));
    assertThat(next(csv())).containsExactlyInAnyOrderElementsOf(Lake.rows(0, 3));
    assertThat(next(csv())).isEmpty();
    // Equal and older times, a name that sorts before: new all the same.
    write("c.csv", 3, 5, NOW.minusSeconds(60));
    write("a.csv", 5, 7, NOW.minusSeconds(3600));
    write("_hidden.csv", 90, 91, NOW);
    write(".hidden.csv", 91, 92, NOW);
    assertThat(next(csv())).containsExactlyInAnyOrderElementsOf(Lake.rows(3, 7));
    assertThat(next(csv())).isEmpty();
  }

  @Test
  void aFileThatChangedFailsOrIsReadAgain() throws Exception {
    Path file = write("a.csv", 0, 3, NOW.minusSeconds(60));
    next(csv());
    write("a.csv", 10, 14, NOW.minusSeconds(30));
    assertThatThrownBy(() -> next(csv()))
        .isInstanceOf(SourceChangedException.class)
        .hasMessageContaining("a.csv")
        .hasMessageContaining("on_changed: read");
    assertThat(next(csv(c -> c.setOnChanged("read")))).hasSize(4);
    // The same length, another time.
    Files.setLastModifiedTime(file, FileTime.from(NOW));
    assertThatThrownBy(() -> next(csv())).isInstanceOf(SourceChangedException.class);
  }

  @Test
  void aFileThatIsMissingForAWhileIsNotReadTwice() throws Exception {
    Path file = write("a.csv", 0, 3, NOW.minusSeconds(60));
    next(csv());
    write("b.csv", 3, 4, NOW.minusSeconds(50));
    Files.delete(file);
    next(csv());
    write("a.csv", 0, 3, NOW.minusSeconds(60));
    assertThat(next(csv())).isEmpty();
  }

  @Test
  void youngFilesWaitAndLimitsLeaveTheRestForLater() throws Exception {
    write("young.csv", 0, 1, NOW.minusSeconds(30));
    for (int i = 1; i <= 5; i++) {
      write("f" + i + ".csv", i, i + 1, NOW.minusSeconds(600 - i));
    }
    NewFiles two = csv(c -> c.setMinAge("1m").setMaxFiles(2));
    Increment first = plan(two);
    assertThat(first.facts())
        .containsEntry("files", "2")
        .containsEntry("files_left", "3")
        .containsEntry("files_too_young", "1");
    assertThat(next(two)).containsExactlyInAnyOrderElementsOf(Lake.rows(1, 3));
    assertThat(next(two)).containsExactlyInAnyOrderElementsOf(Lake.rows(3, 5));
    assertThat(next(csv(c -> c.setMinAge("1m").setMaxBytes(1L))))
        .containsExactlyInAnyOrderElementsOf(Lake.rows(5, 6));
    assertThat(next(two)).isEmpty();
    assertThat(next(csv(c -> c.setMinAge("30s")))).containsExactlyElementsOf(Lake.rows(0, 1));
  }

  @Test
  void aPlanIsReadAsItWasMadeOrNotAtAll() throws Exception {
    Path file = write("a.csv", 0, 3, NOW.minusSeconds(60));
    NewFiles source = csv();
    Increment increment = plan(source);
    write("later.csv", 9, 10, NOW);
    assertThat(rows(source, increment)).containsExactlyInAnyOrderElementsOf(Lake.rows(0, 3));
    assertThat(rows(source, increment)).containsExactlyInAnyOrderElementsOf(Lake.rows(0, 3));

    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length - 4));
    assertThatThrownBy(() -> rows(source, increment))
        .isInstanceOf(SourceChangedException.class)
        .hasMessageContaining("bytes");
    Files.write(file, bytes);
    assertThatThrownBy(() -> rows(source, increment))
        .isInstanceOf(SourceChangedException.class)
        .hasMessageContaining("modified");
    Files.delete(file);
    assertThatThrownBy(() -> rows(source, increment))
        .isInstanceOf(SourceChangedException.class)
        .hasMessageContaining("vanished");
  }

  @Test
  void longListsLeaveThePlanAndArePackedInThePosition() throws Exception {
    for (int i = 0; i < FileList.FILE_BEYOND + 5; i++) {
      Files.writeString(directory.resolve("f" + i + ".csv"), "id,name\n");
    }
    NewFiles source = csv(c -> c.setMinAge("0s"));
    Increment increment = plan(source);
    assertThat(increment.chunks().get(0)).hasSizeLessThan(1000).contains("sha256");
    assertThat(increment.position()).hasSizeLessThan(400_000);
    assertThat(source.files(increment).files()).hasSize(FileList.FILE_BEYOND + 5);
    position = Optional.of(increment.position());
    assertThat(plan(source).nothingNew()).isTrue();
    write("one-more.csv", 1, 2, NOW);
    assertThat(next(source)).hasSize(1);
  }

  @Test
  void aBackfillReadsByModificationTimeAndLeavesThePositionAlone() throws Exception {
    write("a.csv", 0, 1, Instant.parse("2026-01-01T00:00:00Z"));
    write("b.csv", 1, 2, Instant.parse("2026-01-01T12:00:00Z"));
    write("c.csv", 2, 3, Instant.parse("2026-01-02T00:00:00Z"));
    next(csv());
    NewFiles source = csv(config -> config.setMaxFiles(1));
    Backfill day = new Backfill("2026-01-01T00:00:00Z", Optional.of("2026-01-02T00:00:00Z"));
    assertThat(rows(source, plan(source, NOW, Optional.of(day))))
        .containsExactlyElementsOf(Lake.rows(0, 2));
    assertThatThrownBy(() -> plan(source, NOW, Optional.of(new Backfill("now", Optional.empty()))))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("'now'");
  }

  @Test
  void aGuessedSchemaStaysAndWhatDoesNotFitItIsBadData() throws Exception {
    write("a.csv", 1, 3, NOW.minusSeconds(60));
    NewFiles guessing = source(directory + "/*.csv", c -> c.setFormat("csv"));
    assertThat(next(guessing).get(0).getSchema().getField("id").getType().withNullable(false))
        .isEqualTo(FieldType.INT64);
    Files.writeString(directory.resolve("b.csv"), "id,name\nfour,x\n");
    assertThatThrownBy(() -> next(guessing))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("b.csv:2")
        .hasMessageContaining("column id")
        .hasMessageNotContaining("four");
  }

  @Test
  void allMistakesOfAConfigComeAtOnce() {
    assertThatThrownBy(
            () ->
                source(
                    "/x",
                    c ->
                        c.setFormat("xml")
                            .setSchema("[{\"name\": 1}]")
                            .setMinAge("soon")
                            .setMaxFiles(0)
                            .setOnChanged("cry")))
        .isInstanceOfSatisfying(SpecException.class, e -> assertThat(e.problems()).hasSize(5));
    assertThatThrownBy(() -> plan(source(directory.toString(), c -> c)))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("format");
    assertThatThrownBy(() -> plan(source(directory + "/nowhere/*.csv", c -> c.setFormat("csv"))))
        .isInstanceOf(SourceFailedException.class)
        .hasMessageContaining("does not exist");
  }

  @Test
  void aDirectoryWithManifestsIsFollowedByThem() throws Exception {
    String lake = directory.resolve("lake").toString();
    NewFiles source = source(lake, c -> c.setSourceColumn("_source"));
    Lake.writeRun(lake, 1, 0, Lake.rows(0, 5));
    Files.writeString(Path.of(lake, "part-of-nobody.csv"), "id,name\n77,x\n");
    List<Row> rows = next(source);
    assertThat(rows)
        .extracting(row -> row.getInt64("id"))
        .containsExactlyInAnyOrder(0L, 1L, 2L, 3L, 4L);
    assertThat(rows)
        .allSatisfy(
            row -> assertThat(row.getString("_source")).matches("part-0a1b2c3d-users-1-0-.*:\\d+"));
    assertThat(next(source)).isEmpty();
    Lake.writeRun(lake, 2, 0, Lake.rows(5, 6));
    Lake.writeRun(lake, 7, 0, Lake.rows(6, 8));
    assertThat(next(source)).hasSize(3);
    assertThat(position.orElseThrow()).hasSizeLessThan(600);
    assertThat(next(source)).isEmpty();
  }

  @Test
  void chunksOfAFirstLoadMayComeInAnyOrder() throws Exception {
    String lake = directory.resolve("lake").toString();
    NewFiles source = source(lake, c -> c);
    Lake.writeRun(lake, 1, 0, Lake.rows(0, 1));
    Lake.writeRun(lake, 1, 3, Lake.rows(3, 4));
    assertThat(next(source)).hasSize(2);
    Lake.writeRun(lake, 1, 1, Lake.rows(1, 2));
    assertThat(next(source)).containsExactlyElementsOf(Lake.rows(1, 2));
    Lake.writeRun(lake, 1, 2, Lake.rows(2, 3));
    Lake.writeRun(lake, 2, 0, Lake.rows(9, 10));
    assertThat(next(source)).hasSize(2);
    assertThat(next(source)).isEmpty();
  }

  @Test
  void panesOfAStreamAreReadWhicheverWindowIsLate() throws Exception {
    String lake = directory.resolve("lake").toString();
    NewFiles source = source(lake, config -> config);
    pane(lake, "10:00", 0, 0);
    pane(lake, "10:05", 0, 1);
    assertThat(next(source)).containsExactlyInAnyOrderElementsOf(Lake.rows(0, 2));
    pane(lake, "10:00", 1, 2);
    pane(lake, "10:06", 0, 3);
    pane(lake, "10:02", 0, 4);
    assertThat(next(source)).containsExactlyInAnyOrderElementsOf(Lake.rows(2, 5));
    assertThat(next(source)).isEmpty();
  }

  private static void pane(String lake, String time, long index, long row) {
    org.joda.time.Instant start = org.joda.time.Instant.parse("2026-11-21T" + time + ":00Z");
    org.joda.time.Instant end = org.joda.time.Instant.parse("2026-11-21T" + time + ":59Z");
    Pane pane = new Pane("s", start, end, index, "LATE", new PaneContent(1, 1, "content"));
    Lake.write(FilesIO.writeCsv(lake).withContext(pane.context()), Lake.rows(row, row + 1));
  }

  @Test
  void severalPublishersOfOneDirectoryAreFollowedEach() throws Exception {
    String lake = directory.resolve("lake").toString();
    NewFiles source = source(lake, c -> c.setMaxFiles(1));
    Lake.writeRun(lake, 1, 0, Lake.rows(0, 1));
    Lake.write(FilesIO.writeJson(lake).withRunToken("other"), Lake.rows(1, 2));
    List<Row> all = new ArrayList<>(next(source));
    assertThat(all).hasSize(1);
    all.addAll(next(source));
    assertThat(all).containsExactlyInAnyOrderElementsOf(Lake.rows(0, 2));
    assertThat(next(source)).isEmpty();
  }

  @Test
  void onlyTheNewestRunCountsWhereEachRunHasEverythingAnew() throws Exception {
    String lake = directory.resolve("lake").toString();
    NewFiles source = source(lake, c -> c.setManifests("newest"));
    Lake.writeRun(lake, 1, 0, Lake.rows(0, 5));
    Lake.writeRun(lake, 2, 0, Lake.rows(3, 6));
    assertThat(next(source)).containsExactlyInAnyOrderElementsOf(Lake.rows(3, 6));
    assertThat(next(source)).isEmpty();
    Lake.writeRun(lake, 3, 0, Lake.rows(7, 8));
    assertThat(next(source)).containsExactlyElementsOf(Lake.rows(7, 8));

    Lake.write(FilesIO.writeJson(lake).withRunToken("other"), Lake.rows(1, 2));
    assertThat(next(source)).containsExactlyElementsOf(Lake.rows(1, 2));
    position = Optional.empty();
    assertThatThrownBy(() -> next(source))
        .isInstanceOf(SourceFailedException.class)
        .hasMessageContaining("new files of 2 states");
  }

  @Test
  void aDirectoryWhoseFirstPublisherIsAtWorkIsNothingNewIfWished() throws Exception {
    Path bronze = Files.createDirectories(directory.resolve("bronze/_staging")).getParent();
    NewFiles source = source(bronze.toString(), c -> c.setOnMissing("ignore"));

    assertThat(plan(source).facts()).containsKey("missing");
    assertThatThrownBy(() -> plan(source(bronze.toString(), c -> c)))
        .hasMessageContaining("has no manifests that would tell");
  }

  @Test
  void whatIsNotThereYetFailsOrIsNothingNew() throws Exception {
    String path = directory.resolve("later").toString();
    assertThatThrownBy(() -> next(source(path, c -> c)))
        .isInstanceOf(SourceFailedException.class)
        .hasMessageContaining("does not exist");
    NewFiles source = source(path, c -> c.setFormat("csv").setOnMissing("ignore"));
    assertThat(plan(source).facts()).containsKey("missing");
    assertThat(next(source)).isEmpty();
    write("later/a.csv", 0, 2, NOW.minusSeconds(60));
    assertThat(next(source)).hasSize(2);
    delete(path);
    assertThat(next(source)).isEmpty();
    write("later/b.csv", 2, 3, NOW.minusSeconds(60));
    assertThat(next(source)).hasSize(1);
  }

  @Test
  void aFileOnAWebServerIsFetchedOnceForEachOfItsVersions() throws Exception {
    try (WebFiles web = WebFiles.start()) {
      String path = web.address() + "/users.csv";
      NewFiles source =
          source(path, c -> c.setFormat("csv").setOnChanged("read").setSourceColumn("_source"));
      assertThatThrownBy(() -> next(source))
          .isInstanceOf(SourceFailedException.class)
          .hasMessageContaining("users.csv does not exist");
      web.put("users.csv", "id,name\n1,ada\n2,bob\n");
      assertThat(next(source))
          .extracting(row -> row.getInt64("id") + row.getString("name") + row.getString("_source"))
          .containsExactly("1adausers.csv:1", "2bobusers.csv:2");
      int gets = web.gets();
      assertThat(gets).isPositive();
      assertThat(next(source)).isEmpty();
      assertThat(web.gets()).isEqualTo(gets);
      assertThat(web.heads()).isPositive();

      web.put("users.csv", "id,name\n1,ada\n2,eve\n");
      Increment plan = plan(source);
      web.put("users.csv", "id,name\n1,ada\n2,ivy\n");
      assertThatThrownBy(() -> rows(source, plan)).isInstanceOf(SourceChangedException.class);
      assertThat(next(source)).hasSize(2);
      assertThat(next(source)).isEmpty();
    }
  }

  @Test
  void aDirectoryThatWasMadeAnewIsRefused() throws Exception {
    String lake = directory.resolve("lake").toString();
    NewFiles source = source(lake, c -> c);
    Lake.writeRun(lake, 1, 0, Lake.rows(0, 5));
    Lake.writeRun(lake, 2, 0, Lake.rows(5, 6));
    next(source);
    Increment planned = plan(source);
    assertThat(planned.nothingNew()).isTrue();

    delete(lake);
    Files.createDirectories(Path.of(lake));
    assertThatThrownBy(() -> next(source))
        .isInstanceOf(StateRefusedException.class)
        .hasMessageContaining("reset this state");
    Lake.writeRun(lake, 2, 0, Lake.rows(0, 5));
    assertThatThrownBy(() -> next(source))
        .isInstanceOf(StateRefusedException.class)
        .hasMessageContaining("another one now");
  }

  @Test
  void aRunThatTurnsUpLateIsNotSkippedInSilence() throws Exception {
    String lake = directory.resolve("lake").toString();
    NewFiles source = source(lake, c -> c);
    Lake.writeRun(lake, 3, 0, Lake.rows(0, 5));
    next(source);
    Lake.writeRun(lake, 2, 0, Lake.rows(5, 6));
    assertThatThrownBy(() -> next(source))
        .isInstanceOf(StateRefusedException.class)
        .hasMessageContaining("not there when that was read");
  }

  @Test
  void newColumnsAreAddedAndConflictingTypesRefused() throws Exception {
    String lake = directory.resolve("lake").toString();
    NewFiles source = source(lake, c -> c);
    Lake.writeRun(lake, 1, 0, Lake.rows(0, 2));
    Schema wider =
        Schema.builder()
            .addStringField("extra")
            .addInt64Field("id")
            .addNullableStringField("name")
            .build();
    Row row = Row.withSchema(wider).addValues("e", 7L, "seven").build();
    PublishFiles publish = FilesIO.writeParquet(lake);
    Lake.write(publish.withContext(Lake.context(2, 0, 1)), List.of(row));
    Schema union =
        Schema.builder().addFields(Lake.SCHEMA.getFields()).addNullableStringField("extra").build();
    List<Row> rows = next(source);
    assertThat(rows)
        .contains(Row.withSchema(union).addValues(7L, "seven", "e").build())
        .contains(Row.withSchema(union).addValues(0L, null, null).build());
    // Columns do not go away again.
    Lake.writeRun(lake, 3, 0, Lake.rows(8, 9));
    assertThat(plan(source).schema()).isEqualTo(union);
    next(source);

    Schema other = Schema.builder().addStringField("id").build();
    Lake.write(
        publish.withContext(Lake.context(4, 0, 1)),
        List.of(Row.withSchema(other).addValue("x").build()));
    assertThatThrownBy(() -> next(source))
        .isInstanceOf(SourceFailedException.class)
        .hasMessageContaining("column id is INT64 in older files and STRING in newer ones");
  }

  @Test
  void aDamagedPublishedFileFailsWithItsName() throws Exception {
    String lake = directory.resolve("lake").toString();
    Lake.writeRun(lake, 1, 0, Lake.rows(0, 50));
    NewFiles source = source(lake, c -> c);
    Increment increment = plan(source);
    Path part = Path.of(lake, Lake.visible(lake).get(0));
    byte[] bytes = Files.readAllBytes(part);
    byte[] flipped = bytes.clone();
    flipped[flipped.length - 3] ^= 1;
    Files.write(part, flipped);
    assertThatThrownBy(() -> rows(source, increment))
        .isInstanceOf(SourceFailedException.class)
        .hasMessageContaining(part.getFileName().toString())
        .hasMessageContaining("SHA-256");
    Files.write(part, java.util.Arrays.copyOf(bytes, bytes.length - 1));
    assertThatThrownBy(() -> rows(source, increment))
        .isInstanceOf(SourceFailedException.class)
        .hasMessageContaining("bytes");
    Files.delete(part);
    assertThatThrownBy(() -> rows(source, increment))
        .isInstanceOf(SourceFailedException.class)
        .hasMessageContaining("vanished");
  }

  @Test
  void aDirectoryThatGetsManifestsIsNotReadTwice() throws Exception {
    write("lake/a.csv", 0, 3, NOW);
    String lake = directory.resolve("lake").toString();
    NewFiles source = source(lake, c -> c.setFormat("csv").setSchema(SCHEMA));
    assertThat(next(source)).hasSize(3);
    Lake.writeRun(lake, 1, 0, Lake.rows(0, 2));
    assertThatThrownBy(() -> next(source))
        .isInstanceOf(StateRefusedException.class)
        .hasMessageContaining("has manifests now");
  }

  private static void delete(String lake) throws IOException {
    org.apache.hadoop.fs.Path path = Storage.path(lake);
    assertThat(Storage.of(path).delete(path, true)).isTrue();
  }
}
