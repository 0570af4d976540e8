package io.beamhouse.runners.direct;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.runners.direct.BadWorld.Ended;
import io.beamhouse.runners.direct.BadWorld.Published;
import io.beamhouse.testing.Faults;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The main job meets a source that is wrong, a spec that is wrong, or another run: it says so,
 * harms nothing, and the next run is right.
 */
class BadWorldTest {
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

  /** A run of the bronze spec fails and harms nothing. */
  private static void refused(BadWorld in, int code, String... words) throws Exception {
    refused(in, List.of(), code, words);
  }

  private static void refused(BadWorld in, List<String> more, int code, String... words)
      throws Exception {
    Published before = in.published();
    in.bronzeRun(more.toArray(String[]::new)).with(code, words);
    assertThat(in.published()).isEqualTo(before);
  }

  @Test
  void aWrongPassword() throws Exception {
    String wrong = "wrong-battery-0815";
    Path file = Files.writeString(world.home().resolve("wrong"), wrong);
    Ended ended = world.bronzeRun("--set=password=${file:" + file + "}");
    ended.with(45, "refused the user or the password", "correct username and password");
    assertThat(ended.out() + ended.err()).doesNotContain(wrong);

    refused(
        world,
        List.of("--set=password=${file:" + world.home().resolve("nowhere") + "}"),
        45,
        "nowhere");
    refused(world, List.of("--set=password=" + wrong), 43, "${env:NAME}");
    world.nextRunIsRight();
  }

  @Test
  void aHostThatIsDown() throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    refused(
        world,
        List.of("--set=url=jdbc:postgresql://localhost:" + port + "/postgres"),
        45,
        "cannot be reached",
        "check host, port and network");
    world.nextRunIsRight();
  }

  @Test
  void aTableThatIsMissing() throws Exception {
    world.sql("ALTER TABLE users RENAME TO people");
    refused(world, 45, "users", "does not exist", "correct table or grant it");
    world.sql("ALTER TABLE people RENAME TO users");
    world.nextRunIsRight();
  }

  @Test
  void aCursorColumnThatIsMissing() throws Exception {
    world.sql("ALTER TABLE users RENAME updated_at TO changed_at");
    refused(world, 45, "column 'updated_at' does not exist");
    world.sql("ALTER TABLE users RENAME changed_at TO updated_at");
    world.nextRunIsRight();
  }

  @Test
  void aKeyColumnThatIsMissing() throws Exception {
    world.sql("ALTER TABLE users RENAME user_id TO users_id");
    refused(world, 45, "column 'user_id' does not exist - did you mean 'users_id'?");
    world.sql("ALTER TABLE users RENAME users_id TO user_id");
    world.nextRunIsRight();
  }

  @Test
  void aColumnOfAnUnsupportedType() throws Exception {
    world.sql("ALTER TABLE users ADD home point");
    refused(world, 45, "column 'home' has the unsupported type point", "columns:");
    world.sql("ALTER TABLE users DROP home");
    world.nextRunIsRight();
  }

  @Test
  void aColumnThatWasAdded() throws Exception {
    world.sql("ALTER TABLE users ADD phone text");
    refused(world, 45, "phone is new", "on_schema_change: evolve");
    world.sql("ALTER TABLE users DROP phone");
    world.nextRunIsRight();
  }

  @Test
  void aColumnThatWasDropped() throws Exception {
    world.sql("ALTER TABLE users DROP note");
    refused(world, 45, "note is gone", "reset the state");
    world.sql("ALTER TABLE users ADD note text");
    world.sql("UPDATE users SET note = 'back'");
    world.nextRunIsRight();
  }

  @Test
  void aTableThatWasEmptied() throws Exception {
    world.sql("CREATE TABLE kept AS TABLE users", "DELETE FROM users");
    refused(world, 50, "vanished since the last run", "max_delete_share");
    world.sql("INSERT INTO users OVERRIDING SYSTEM VALUE TABLE kept", "DROP TABLE kept");
    world.nextRunIsRight();
  }

  @Test
  void nothingNew() throws Exception {
    Published before = world.published();
    world.bronzeRun().with(0, "users: nothing new");
    world.silverRun().with(0, "users: nothing new");
    world.bronzeRun("--exit-nothing-new").with(20, "users: nothing new");
    world.silverRun("--exit-nothing-new").with(20, "users: nothing new");
    assertThat(world.published()).isEqualTo(before);
  }

  @Test
  @Timeout(60)
  void twoRunsAtOnce() throws Exception {
    world.change();
    Path paused = world.home().resolve("paused");
    CompletableFuture<Ended> first;
    try (Faults.Armed fault = Faults.pauseAt("files.manifest", "before", paused)) {
      first = CompletableFuture.supplyAsync(world::bronzeRun);
      while (!Files.exists(paused) && !first.isDone()) {
        Thread.onSpinWait();
      }
      assertThat(fault.struck()).isTrue();
      refused(world, 48, "is held by attempt 1", "Wait for it or stop it");
      Files.delete(paused);
    }
    first.get(30, TimeUnit.SECONDS).with(0, "done");
    world.runsRight();
  }

  @Test
  void aSpecWithFiveMistakes() throws Exception {
    String text =
        Files.readString(world.bronzeSpec())
            .replace("type: secret", "type: secrets")
            .replace("{name: subscriptions,", "{name: users,")
            .replace("cursor: updated_at", "cursr: updated_at")
            .replace("table: ${table.name}", "table: ${tabel.name}")
            .replace("type: WriteToCsv", "type: WriteToCvs");
    Path spec = Files.writeString(world.home().resolve("mistakes.yaml"), text);
    Published before = world.published();
    BadWorld.run(world.bronzeCommand("run", spec.toString()))
        .with(
            43,
            "mistakes.yaml:" + line(text, "type: secrets"),
            "mistakes.yaml:" + line(text, "cursr:"),
            "did you mean 'cursor'",
            "mistakes.yaml:" + line(text, "${tabel"),
            "mistakes.yaml:" + line(text, "WriteToCvs"),
            "did you mean 'WriteToCsv'",
            "nothing ran");
    assertThat(world.published()).isEqualTo(before);
    world.nextRunIsRight();
  }

  private static long line(String text, String word) {
    return text.substring(0, text.indexOf(word)).lines().count();
  }

  @Test
  void anEmptyTable() throws Exception {
    BadWorld empty = BadWorld.empty(database, home, "nobody");
    empty.bronzeRun().with(0, "users: nothing new");
    empty.silverRun().with(45, "bronze/youflix/users does not exist", "run what writes it first");
    assertThat(empty.silverRows()).isEmpty();
    empty.nextRunIsRight();
  }

  @Test
  void aCursorThatGoesBackwards() throws Exception {
    BadWorld restored = BadWorld.good(database, home, "backwards");
    restored.sql("CREATE TABLE kept AS TABLE users");
    // The newest row is an inserted one, whose absence could as well be a delete.
    restored.sql("UPDATE users SET note = 'newer'");
    restored.nextRunIsRight();
    restored.sql("CREATE TABLE newer AS TABLE users");
    String load = "INSERT INTO users OVERRIDING SYSTEM VALUE TABLE ";
    restored.sql("DELETE FROM users", load + "kept");
    refused(restored, 49, "went backwards", "restored", "reset the state");

    restored.sql("DELETE FROM users", load + "newer");
    restored.nextRunIsRight();

    // The restored data are what is wanted: everything is loaded into an empty lake.
    restored.sql("DELETE FROM users", load + "kept");
    refused(restored, 49, "went backwards", "delete what was made of them too");
    restored.resetBronze();
    restored.resetSilver();
    BadWorld.delete(restored.bronze());
    BadWorld.delete(restored.silver());
    restored.runsRight();
    restored.nextRunIsRight();
  }

  @Test
  void aTableRestoredToWhereOnlyRowsCameAndWent() throws Exception {
    BadWorld restored = BadWorld.good(database, home, "came_and_went");
    restored.sql("CREATE TABLE kept AS TABLE users");
    restored.nextRunIsRight();
    restored.sql("DELETE FROM users", "INSERT INTO users OVERRIDING SYSTEM VALUE TABLE kept");
    refused(restored, 49, "went backwards", "a new cursor value");
    restored.sql("UPDATE users SET full_name = full_name");
    restored.runsRight();
    restored.nextRunIsRight();
  }

  @Test
  void aTableThatWasDroppedAndMadeAgain() throws Exception {
    BadWorld again = BadWorld.good(database, home, "again");
    again.sql("DROP TABLE subscriptions, users", "DROP FUNCTION touch");
    again.createTables();
    again.change();
    refused(again, 49, "dropped and made again", "reset the state");
    again.resetBronze();
    again.resetSilver();
    BadWorld.delete(again.bronze());
    BadWorld.delete(again.silver());
    again.runsRight();
    again.nextRunIsRight();
  }

  @Test
  void aSpecThatChangedWhileARunWasInterrupted() throws Exception {
    BadWorld changed = BadWorld.good(database, home, "changed");
    changed.change();
    Published before = changed.published();
    try (Faults.Armed fault = Faults.throwAt("files.manifest", "before")) {
      assertThat(changed.bronzeRun().code()).isEqualTo(47);
      assertThat(fault.struck()).isTrue();
    }
    Path spec = changed.bronzeSpec();
    String text = Files.readString(spec);
    String other = text.replace("cursor: updated_at", "cursor: updated_at\n        splits: 2");
    Files.writeString(spec, other);
    BadWorld.run(changed.bronzeCommand("run", spec.toString()))
        .with(49, "was interrupted under another specification", "`state SPEC reset`");
    assertThat(changed.published()).isEqualTo(before);
    changed.change();
    changed.runsRight();
    BadWorld.run(changed.bronzeCommand("run", spec.toString())).with(0, "nothing new");
    changed.change();
    BadWorld.run(changed.bronzeCommand("run", spec.toString())).with(0, "done");
    changed.silverRun().with(0);
    changed.silverEqualsSource();
  }
}
