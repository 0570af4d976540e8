package io.beamhouse.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.pipelines.testing.FakeProviders;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OnEventTest {
  @TempDir Path directory;
  private Path jar;
  private Path spec;

  private record Ended(int code, String out, String err) {}

  @BeforeEach
  void write() throws IOException {
    jar = FakeProviders.jar(directory);
    spec = directory.resolve("spec.yaml");
    Files.writeString(
        spec,
        """
        name: silver
        parameters:
          day: {required: true, type: integer, min: 1, max: 31}
        on_event:
          type: io.beamhouse.run.completed
          pipeline: bronze
          outcome: success
          set: {day: data.extra.day}
        state: DIR/state
        pipeline:
          type: chain
          transforms:
            - {type: ReadFakeLines, name: Lines, config: {path: "DIR/lines-${day}.txt"}}
            - {type: WriteFakeLines, name: Out, config: {path: "DIR/out-${day}"}}
        """
            .replace("DIR", directory.toString()));
    Files.writeString(directory.resolve("lines-7.txt"), "a\n");
  }

  private static String event(String pipeline, String outcome, String day) {
    return """
{"specversion":"1.0","id":"x/1","source":"/beamhouse/bronze","type":"io.beamhouse.run.completed",
"data":{"pipeline":"%s","outcome":"%s","extra":{"day":%s}}}"""
        .formatted(pipeline, outcome, day)
        .replace("\n", "");
  }

  private Ended run(String event, String... more) throws IOException {
    Path file = Files.writeString(directory.resolve("event.json"), event);
    List<String> all = new ArrayList<>(List.of("--on-event", file.toString()));
    all.addAll(List.of(more));
    return beamhouse(all.toArray(String[]::new));
  }

  private Ended beamhouse(String... more) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    List<String> all = new ArrayList<>(List.of("run", spec.toString(), "--jars", jar.toString()));
    all.addAll(List.of(more));
    ClassLoader before = Thread.currentThread().getContextClassLoader();
    try {
      int code =
          Main.execute(new PrintWriter(out), new PrintWriter(err), all.toArray(String[]::new));
      return new Ended(code, out.toString(), err.toString());
    } finally {
      Thread.currentThread().setContextClassLoader(before);
    }
  }

  @Test
  void anEventThatIsNamedRunsTheSpecWithItsValues() throws IOException {
    Ended first = run(event("bronze/popular", "success", "7"));
    assertThat(first.code()).as(first.err()).isZero();
    assertThat(Files.readAllLines(directory.resolve("out-7/1"))).containsExactly("a");

    Ended again = run(event("bronze", "success", "\"7\""), "--exit-nothing-new");
    assertThat(again.code()).isEqualTo(20);
    assertThat(again.out()).contains("nothing new");
  }

  @Test
  void anEventThatIsNotNamedDoesNothing() throws IOException {
    for (String other :
        List.of(
            event("bronze", "failure", "7"),
            event("bronzed", "success", "7"),
            event("bronze", "success", "7").replace("completed", "begun"))) {
      Ended ended = run(other);
      assertThat(ended.code()).isZero();
      assertThat(ended.out()).isEqualTo("event x/1: not for this spec\n");
      assertThat(run(other, "--exit-nothing-new").code()).isEqualTo(20);
    }
    assertThat(directory.resolve("state")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "7, | is no text",
        "[7] | data.extra.day has no text, number or truth there",
        "null | data.extra.day has no text, number or truth there",
        "32 | is not allowed; allowed: 1 to 31",
        "\"${env:HOME}\" | holds a reference, which no event may",
        "\"../etc\" | expected an integer",
        "\"7\\u0000\" | has control ones"
      })
  void anEventWithOtherValuesIsRefused(String day, String why) throws IOException {
    Ended ended = run(event("bronze", "success", day));
    assertThat(ended.code()).isEqualTo(43);
    assertThat(ended.err()).contains(day.equals("7,") ? "is not JSON" : why);
    assertThat(directory.resolve("state")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hello | is not JSON",
        "[] | 'specversion' is not 1.0",
        "{\"specversion\":\"0.3\",\"id\":\"1\",\"source\":\"a\",\"type\":\"b\"} | is not 1.0",
        "{\"specversion\":\"1.0\",\"source\":\"a\",\"type\":\"b\"} | 'id' is missing",
        "{\"specversion\":\"1.0\",\"id\":1,\"source\":\"a\",\"type\":\"b\"} | 'id' is missing"
      })
  void whatIsNoCloudEventIsRefused(String text, String why) throws IOException {
    Ended ended = run(text);
    assertThat(ended.code()).isEqualTo(43);
    assertThat(ended.err()).contains(why);
  }

  @Test
  void aHugeEventIsRefused() throws IOException {
    Ended ended = run(event("bronze", "success", "\"" + "x".repeat(300_000) + "\""));
    assertThat(ended.code()).isEqualTo(43);
    assertThat(ended.err()).contains("larger than 262144 bytes");
  }

  @Test
  void standardInputHasAnEventInEachLine() throws IOException {
    Files.writeString(directory.resolve("lines-8.txt"), "b\n");
    String lines =
        event("other", "success", "7")
            + "\n\nnonsense\n"
            + event("bronze", "success", "7")
            + "\n"
            + "y".repeat(300_000)
            + "\n"
            + event("bronze", "success", "8");
    InputStream before = System.in;
    System.setIn(new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8)));
    try {
      Ended ended = beamhouse("--on-event", "-");
      assertThat(ended.code()).isEqualTo(43);
      assertThat(ended.err()).contains("is not JSON", "larger than 262144 bytes");
      assertThat(ended.out()).contains("event x/1: not for this spec", "run 1 done");
    } finally {
      System.setIn(before);
    }
    assertThat(directory.resolve("out-7/1")).exists();
  }

  @Test
  void aSpecThatNamesNoEventsIsNotRunForOne() throws IOException {
    Files.writeString(spec, Files.readString(spec).replaceAll("(?s)on_event:.*day}\n", ""));
    Ended ended = run(event("bronze", "success", "7"));
    assertThat(ended.code()).isEqualTo(43);
    assertThat(ended.err()).contains("does not say which events it reacts to");
    assertThat(beamhouse("--on-event", "-", "--continuous").err())
        .contains("does not go with --continuous");
  }
}
