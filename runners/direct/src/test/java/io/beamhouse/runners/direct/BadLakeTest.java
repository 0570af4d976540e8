package io.beamhouse.runners.direct;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.runners.direct.BadWorld.Published;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The main job meets a lake or a state that is not as it left it: it says so, harms nothing, and
 * the next run after the repair is right.
 */
class BadLakeTest {
  @TempDir static Path home;
  private static DemoDatabase database;

  /** Equals its source before and after each test that uses it. */
  private static BadWorld world;

  @BeforeAll
  static void start() throws Exception {
    database = DemoDatabase.start(home.resolve("postgres"));
    BadWorld.requirePassword(database, home.resolve("postgres"));
    world = BadWorld.good(database, home, "shared");
  }

  @AfterAll
  static void stop() {
    database.close();
  }

  @Test
  void aStateDirectoryThatCannotBeWritten() throws Exception {
    Path file = Files.writeString(world.home().resolve("file"), "not a directory");
    Published before = world.published();
    world.bronzeRun("--state=" + file.resolve("state")).with(47, file + "/state");
    world.silverRun("--state=" + file.resolve("state")).with(47, file + "/state");
    assertThat(world.published()).isEqualTo(before);
    world.nextRunIsRight();
  }

  @Test
  void aStateThatIsOfAnotherSpec() throws Exception {
    Path own = world.state("bronze").resolve("state.json");
    byte[] content = Files.readAllBytes(own);
    Published before = world.published();
    Files.write(own, Files.readAllBytes(world.state("silver").resolve("state.json")));
    world
        .bronzeRun()
        .with(
            49,
            "is the state of pipeline 'youflix-subscriptions-silver/users'",
            "Choose another state location");
    Files.writeString(own, "{\"version\": 1, ");
    world.bronzeRun().with(49, "state.json");
    assertThat(world.published()).isEqualTo(before);
    Files.write(own, content);
    world.nextRunIsRight();
  }

  @Test
  void aStateThatIsOlderThanItsTable() throws Exception {
    BadWorld old = BadWorld.good(database, home, "older");
    Path copy = old.home().resolve("copy");
    BadWorld.copy(old.lake().resolve("_state"), copy);
    old.nextRunIsRight();
    Path newest = old.home().resolve("newest");
    Files.move(old.lake().resolve("_state"), newest);
    BadWorld.copy(copy, old.lake().resolve("_state"));
    Published before = old.published();
    old.change();
    old.bronzeRun().with(49, "holds run 2", "has planned only 1 run", "`state SPEC reset`");
    old.silverRun().with(49, "holds run 2", "has planned only 1 run", "`state SPEC reset`");
    assertThat(old.published()).isEqualTo(before);
    BadWorld.delete(old.lake().resolve("_state"));
    Files.move(newest, old.lake().resolve("_state"));
    old.nextRunIsRight();
  }

  @Test
  void aStateThatWasLost() throws Exception {
    BadWorld lost = BadWorld.good(database, home, "lost");
    for (String what :
        List.of("", "youflix-subscriptions-silver", "youflix-subscriptions-bronze")) {
      BadWorld.delete(lost.lake().resolve("_state").resolve(what));
      lost.runsRight();
      lost.nextRunIsRight();
    }
  }

  @Test
  void aStateThatWasLostWhileRowsWereDeleted() throws Exception {
    BadWorld lost = BadWorld.good(database, home, "gap");
    BadWorld.delete(lost.lake().resolve("_state"));
    lost.change();
    lost.runsRight();
    lost.nextRunIsRight();
    for (int again = 0; again < 2; again++) {
      lost.resetBronze();
      lost.nextRunIsRight();
    }
  }

  @Test
  void aLakeThatWasLost() throws Exception {
    BadWorld lost = BadWorld.good(database, home, "lost_lake");
    BadWorld.delete(lost.lake());
    lost.change();
    lost.runsRight();
    lost.nextRunIsRight();
  }

  @Test
  void aSilverTableThatWasDeletedOrReplaced() throws Exception {
    BadWorld gone = BadWorld.good(database, home, "gone");
    Path kept = gone.home().resolve("kept");
    Files.move(gone.silver(), kept);
    gone.silverRun().with(49, "does not exist", "deleted or moved", "`state SPEC reset`");
    BadWorld.copy(world.silver(), gone.silver());
    Published before = gone.published();
    gone.silverRun().with(49, "re-created or replaced", "`state SPEC reset`");
    gone.change();
    gone.bronzeRun().with(0);
    gone.silverRun().with(49, "re-created or replaced", "`state SPEC reset`");
    assertThat(gone.published().log()).isEqualTo(before.log());

    BadWorld.delete(gone.silver());
    Files.move(kept, gone.silver());
    gone.nextRunIsRight();

    BadWorld.delete(gone.silver());
    gone.resetSilver();
    gone.runsRight();
    gone.nextRunIsRight();
  }

  @Test
  void aBronzeFileThatIsBroken() throws Exception {
    world.change();
    world.bronzeRun().with(0);
    Path file = newestBronzeFile();
    Published before = world.published();
    broken(file, content -> Arrays.copyOf(content, content.length - 20), "bytes where");
    broken(file, content -> changed(content, "Ann", "Bob"), "another SHA-256");
    broken(file, content -> changed(content, "full_name", "some_name"), "another SHA-256");
    broken(file, content -> changed(content, "user_id,email", "email,user_id"), "another SHA-256");
    Path away = world.home().resolve("away");
    Files.move(file, away);
    world.silverRun().with(45, "has vanished", "Restore it from a backup");
    Files.move(away, file);
    assertThat(world.published()).isEqualTo(before);
    world.runsRight();
    world.nextRunIsRight();
  }

  private static void broken(Path file, UnaryOperator<byte[]> change, String how) throws Exception {
    byte[] content = Files.readAllBytes(file);
    Files.write(file, change.apply(content));
    Published before = world.published();
    world.silverRun().with(45, file.getFileName().toString(), how, "Restore it from a backup");
    assertThat(world.published()).isEqualTo(before);
    Files.write(file, content);
  }

  private static byte[] changed(byte[] content, String from, String to) {
    String text = new String(content, StandardCharsets.UTF_8);
    assertThat(text).contains(from);
    return text.replaceFirst(from, to).getBytes(StandardCharsets.UTF_8);
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path newestBronzeFile() throws IOException {
    return BadWorld.files(world.bronze()).stream()
        .filter(file -> file.getFileName().toString().startsWith("part-"))
        .filter(file -> text(file).contains("Ann"))
        .max(Comparator.comparing(file -> file.toFile().lastModified()))
        .orElseThrow();
  }

  @Test
  void aDiskThatIsFull() throws Exception {
    BadWorld full = BadWorld.empty(database, home, "full_disk");
    Path disk = Files.createDirectories(full.home().resolve("disk"));
    Assumptions.assumeTrue(
        mount("-t", "tmpfs", "-o", "size=2m", "tmpfs", disk.toString()),
        "a file system of 2 MB can be mounted here");
    try {
      full.useLake(disk.resolve("lake"));
      full.change();
      full.runsRight();
      Published before = full.published();
      // Text that does not compress, so that silver needs as much room as bronze.
      full.sql(
          "INSERT INTO users (email, full_name, country, note) SELECT 'full-' || i, 'Full', 'DE',"
              + " (SELECT string_agg(md5(random()::text || i || j), '') FROM"
              + " generate_series(1, 1000) AS j) FROM generate_series(1, 40) AS i");
      full.change();
      full.silverRun().with(0);
      full.bronzeRun().with(0);
      Published bronze = full.published();
      full.silverRun().with(47, "No space left on device", "run again");
      assertThat(full.published()).isEqualTo(bronze);

      full.change();
      full.sql("UPDATE users SET note = reverse(note)");
      full.bronzeRun().with(47, "the disk is full", "run again");
      assertThat(full.published()).isEqualTo(bronze);
      assertThat(before.rows()).isEqualTo(bronze.rows());

      assertThat(mount("-o", "remount,size=40m", disk.toString())).isTrue();
      // The end of an attempt had no room either. Its process would be dead, but here it is ours.
      for (Path attempt : BadWorld.files(full.lake().resolve("_state"))) {
        if (attempt.getParent().endsWith("attempts")) {
          Files.delete(attempt);
        }
      }
      full.runsRight();
      full.nextRunIsRight();
    } finally {
      new ProcessBuilder("umount", "-l", disk.toString()).start().waitFor();
    }
  }

  private static boolean mount(String... arguments) throws Exception {
    List<String> command = new java.util.ArrayList<>(List.of("mount"));
    command.addAll(List.of(arguments));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException noSuchCommand) {
      return false;
    }
  }
}
