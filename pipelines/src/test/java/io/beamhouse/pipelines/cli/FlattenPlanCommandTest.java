package io.beamhouse.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlattenPlanCommandTest {
  private static final String TITLES =
      """
      pipeline:
        transforms:
          - type: Create
            name: Titles
            config:
              elements:
                - {tconst: tt1, genres: "Comedy,Drama", rating: {average: 7.5}}
                - {tconst: tt2, genres: "", rating: {average: 6.0}}
          - type: FlattenRows
            name: Flat
            input: Titles
            config:
              keys: [tconst]
              split: {genres: ","}
              plan: DIR/plan.json
          - type: AssertEqual
            name: Main
            input: {input: Kept}
            config:
              elements:
                - {tconst: tt1, rating_average: 7.5}
                - {tconst: tt2, rating_average: 6.0}
          - type: MapToFields
            name: Kept
            input: Flat
            config: {fields: {tconst: tconst, rating_average: rating_average}}
          - type: MapToFields
            name: Genres
            input: Flat.genres
            config: {fields: {tconst: tconst, n: _index, genre: value}}
          - type: AssertEqual
            name: Child
            input: Genres
            config:
              elements:
                - {tconst: tt1, n: 0, genre: Comedy}
                - {tconst: tt1, n: 1, genre: Drama}
          - type: UnflattenRows
            name: Again
            input: {input: Flat, genres: Flat.genres}
            config: {plan: DIR/plan.json}
          - type: AssertEqual
            name: Same
            input: Again
            config:
              elements:
                - {tconst: tt1, genres: "Comedy,Drama", rating: {average: 7.5}}
                - {tconst: tt2, genres: "", rating: {average: 6.0}}
      """;

  @TempDir Path directory;

  private record Ended(int code, String out, String err) {}

  private static Ended beamhouse(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Main.execute(new PrintWriter(out), new PrintWriter(err), arguments);
    return new Ended(code, out.toString(), err.toString());
  }

  private String spec(String text) throws IOException {
    Path file = directory.resolve("spec.yaml");
    Files.writeString(file, text.replace("DIR", directory.toString()));
    return file.toString();
  }

  @Test
  void storesAPlanThatTheSpecIsThenHeldTo() throws IOException {
    String spec = spec(TITLES);
    Path plan = directory.resolve("plan.json");

    Ended text = beamhouse("flatten-plan", spec);

    assertThat(text.err()).isEmpty();
    assertThat(text.out())
        .startsWith("pipeline Flat\n  table output, key tconst\n")
        .contains("    rating_average  DOUBLE  value    rating.average\n")
        .contains("  table genres: genres, child of output, key _index\n");
    assertThat(beamhouse("run", spec).err()).contains("there is no file " + plan);

    Files.writeString(plan, beamhouse("flatten-plan", spec, "--json").out());

    assertThat(beamhouse("flatten-plan", spec, "--check", plan.toString()))
        .isEqualTo(new Ended(0, "the plan is that of " + plan + "\n", ""));
    Ended run = beamhouse("run", spec);
    assertThat(run.code()).as(run.err()).isZero();
  }

  @Test
  void driftEndsWithTheDifferences() throws IOException {
    Path plan = directory.resolve("plan.json");
    Files.writeString(plan, beamhouse("flatten-plan", spec(TITLES), "--step", "Flat").out());
    // Not JSON, but the text for people.
    assertThat(beamhouse("flatten-plan", spec(TITLES), "--check", plan.toString()).err())
        .contains("cannot be read: not JSON");
    Files.writeString(plan, beamhouse("flatten-plan", spec(TITLES), "--json").out());
    String drifted = spec(TITLES.replace("average", "mean"));

    Ended check = beamhouse("flatten-plan", drifted, "--check", plan.toString());
    Ended run = beamhouse("run", drifted);

    assertThat(check.code()).isEqualTo(43);
    assertThat(check.err())
        .contains(plan + ": added column output.rating_mean DOUBLE from rating.mean")
        .contains(plan + ": removed column output.rating_average DOUBLE from rating.average");
    assertThat(run.code()).isEqualTo(43);
    assertThat(run.err())
        .contains(
            "spec.yaml:15: pipeline.transforms[1].config.plan: differs from the stored plan: added"
                + " column output.rating_mean");
  }

  @Test
  void saysWhichStepsThereAre() throws IOException {
    String two =
        spec(
            """
            pipeline:
              transforms:
                - {type: Create, name: A, config: {elements: [{x: 1}]}}
                - {type: FlattenRows, name: One, input: A}
                - {type: FlattenRows, name: Two, input: [A, One]}
                - {type: LogForTesting, name: L, input: One}
                - {type: LogForTesting, name: M, input: Two}
            """);

    assertThat(beamhouse("flatten-plan", two).out()).contains("pipeline One\n", "pipeline Two\n");
    assertThat(beamhouse("flatten-plan", two, "--json").err())
        .contains("choose with --step or --table from: pipeline One, pipeline Two");
    assertThat(beamhouse("flatten-plan", two, "--step", "Too").err())
        .contains("did you mean 'Two'?; there are: One, Two");
  }

  @Test
  void anOutputThatIsNotThereIsNamed() throws IOException {
    String spec =
        spec(
            """
            pipeline:
              transforms:
                - {type: Create, name: A, config: {elements: [{x: 1, y: [2]}]}}
                - {type: FlattenRows, name: Flat, input: A, config: {keys: [x]}}
                - {type: LogForTesting, name: L, input: Flat.z}
            """);

    Ended run = beamhouse("run", spec);

    assertThat(run.code()).isEqualTo(43);
    assertThat(run.err()).contains("'Flat.z' is none of the outputs; they are: ").contains("y");
  }

  @Test
  void printsWhatTheDocumentationShows() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "flatten.md"));
    String[] blocks = page.split("```");
    Path imdb = Files.createDirectory(directory.resolve("imdb"));
    Files.writeString(
        imdb.resolve("title.basics.tsv"), "tconst\tprimaryTitle\tstartYear\tgenres\n");

    Ended plan =
        beamhouse(
            "flatten-plan", spec(blocks[1].substring("yaml".length())), "--set=lake=" + directory);

    assertThat(plan.out()).as(plan.err()).isEqualTo(blocks[3].stripLeading());
  }
}
