package io.beamhouse.pipelines.spec;

import static io.beamhouse.pipelines.testing.Specs.problems;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ShapeTest {
  private static final String GRAPH =
      """
      /
      Create{} elements=[1]
      Filter{input=[Create]} keep=element > 0
      LogForTesting{input=[Filter]}
      """;

  static Stream<String> forms() {
    return Stream.of(
        """
        pipeline:
          type: chain
          transforms:
            - {type: Create, config: {elements: [1]}}
            - {type: Filter, config: {keep: element > 0}}
            - {type: LogForTesting}
        """,
        """
        pipeline:
          type: chain
          source: {type: Create, config: {elements: [1]}}
          transforms:
            - {type: Filter, config: {keep: element > 0}}
          sink: {type: LogForTesting}
        """,
        """
        pipeline:
          transforms:
            - {type: LogForTesting, input: Filter}
            - {type: Filter, input: {input: Create}, config: {keep: element > 0}}
            - {type: Create, config: {elements: [1]}}
        """,
        """
        pipeline:
          type: composite
          source: {type: Create, config: {elements: [1]}}
          transforms:
            - {type: Filter, input: Create.output, config: {keep: element > 0}}
            - {type: LogForTesting, input: [Filter]}
        """);
  }

  @ParameterizedTest
  @MethodSource("forms")
  void allFormsOfOneGraphAreTheSame(String form) {
    assertThat(new ConfigTexts(form, Map.of())).hasToString(GRAPH);
  }

  @Test
  void anEntryMayBringStepsOfItsOwn() {
    String spec =
        """
        name: n
        parameters: {level: {default: INFO}}
        for_each:
          as: table
          in:
            - name: a
              more:
                - {type: LogForTesting, name: Kept, input: Filter, config: {level: "${level}"}}
                - {type: LogForTesting, name: All, input: Create}
            - name: b
        pipeline:
          transforms:
            - {type: Create, config: {elements: [1]}}
            - ${table.more}
            - {type: Filter, input: Create, config: {keep: element > 0}}
        """;

    assertThat(new ConfigTexts(spec, Map.of()))
        .hasToString(
            """
            n/a
            Create{} elements=[1]
            All{input=[Create]}
            Filter{input=[Create]} keep=element > 0
            Kept{input=[Filter]} level=INFO
            n/b
            Create{} elements=[1]
            Filter{input=[Create]} keep=element > 0
            """);
    assertThat(problems(spec.replace("name: b", "{name: b, more: [c]}"), Map.of("level", "x")))
        .contains("pipeline.transforms[1][0]: expected a step (type, config), found 'c'");
  }

  @Test
  void compositesAreOpenedAndTheirStepsNamedAfterThem() {
    String spec =
        """
        pipeline:
          transforms:
            - {type: Create, name: A, config: {elements: [1]}}
            - {type: Create, name: B, config: {elements: [2]}}
            - type: composite
              name: Both
              input: {left: A, right: B}
              transforms:
                - {type: Filter, name: Good, input: left, config: {keep: element > 0, error_handling: {output: bad}}}
                - {type: Flatten, name: All, input: [Good, right]}
              output: {all: All, broken: Good.bad}
            - type: chain
              name: Tail
              input: Both.all
              transforms:
                - {type: MapToFields, name: M, config: {fields: {x: element}}}
                - type: chain
                  name: Deep
                  transforms:
                    - {type: LogForTesting, name: L}
            - {type: LogForTesting, name: Bad, input: Both.broken}
            - {type: LogForTesting, name: End, input: Tail}
        """;

    assertThat(
            new ConfigTexts(spec, Map.of())
                .toString()
                .lines()
                .filter(l -> l.matches(".*[/{].*"))
                .map(l -> l.split(" \\w+=")[0]))
        .containsExactly(
            "/",
            "A{}",
            "B{}",
            "Both.Good{input=[A]}",
            "Both.All{input=[Both.Good, B]}",
            "Bad{input=[Both.Good.bad]}",
            "Tail.M{input=[Both.All]}",
            "Tail.Deep.L{input=[Tail.M]}",
            "End{input=[Tail.Deep.L]}");
  }

  @Test
  void aChainHandsItsErrorsToExtraTransforms() {
    String spec =
        """
        pipeline:
          type: chain
          transforms:
            - {type: Create, config: {elements: [1]}}
            - {type: Filter, config: {keep: element > 0, error_handling: {output: bad}}}
            - {type: LogForTesting, name: Good}
          extra_transforms:
            - {type: LogForTesting, name: Bad, input: Filter.bad}
        """;

    assertThat(new ConfigTexts(spec, Map.of()).toString())
        .contains("Good{input=[Filter]}", "Bad{input=[Filter.bad]}");
  }

  @Test
  void namelessStepsOfOneTypeAreToldApartByTheirLine() {
    String spec =
        """
        pipeline:
          type: chain
          transforms:
            - {type: Create, config: {elements: [1]}}
            - {type: LogForTesting}
            - {type: LogForTesting}
        """;

    assertThat(new ConfigTexts(spec, Map.of()).toString())
        .contains("LogForTesting@5{input=[Create]}", "LogForTesting@6{input=[LogForTesting@5]}");
  }

  static Stream<Arguments> mistakes() {
    String create = "{type: Create, name: C, config: {elements: [1]}}";
    String filter = "{type: Filter, name: F, input: %s, config: {keep: element > 0%s}}";
    return Stream.of(
        Arguments.of(
            create + "\n" + filter.formatted("Creat", ""),
            "s.yaml:4: pipeline.transforms[1].input: no step 'Creat' - did you mean 'Create'?; steps here: C, F"),
        Arguments.of(
            create + "\n" + filter.formatted("C.errors", ""),
            "s.yaml:4: pipeline.transforms[1].input: 'C' has no output 'errors'; it has: C.output"),
        Arguments.of(
            create + "\n" + filter.formatted("F", ""),
            "s.yaml:4: pipeline.transforms[1]: these steps feed each other in a circle: F"),
        Arguments.of(
            create + "\n" + filter.formatted("C", ", error_handling: {output: bad}"),
            "s.yaml:4: pipeline.transforms[1]: the error output 'F.bad' is not used; give it to a"
                + " sink"),
        Arguments.of(
            create + "\n" + filter.formatted("C", ", error_handling: {output: output}"),
            "config.error_handling.output: the name 'output' is taken by the step's own output"),
        Arguments.of(
            create + "\n" + filter.formatted("C", ", error_handling: {}"),
            "config.error_handling.output: required key is missing"),
        Arguments.of(
            create + "\n" + filter.formatted("C", ", error_handling: {output: b, threshold: 0.1}"),
            "Beam YAML's key 'threshold' is not supported"),
        Arguments.of(
            create + "\n" + create, "s.yaml:4: pipeline.transforms[1].name: the name 'C' is given"),
        Arguments.of(
            create + "\n{type: Filter, config: {keep: element > 0}}",
            "s.yaml:4: pipeline.transforms[1].input: Filter needs an input"),
        Arguments.of(
            create + "\n{type: Create, name: D, input: C, config: {elements: [1]}}",
            "s.yaml:4: pipeline.transforms[1].input: Create is a source and takes no input"),
        Arguments.of(
            create + "\n{type: Filter, input: {a: C}, config: {keep: element > 0}}",
            "s.yaml:4: pipeline.transforms[1].input.a: unknown input 'a'; allowed: input"),
        Arguments.of(
            create
                + "\n{type: AssertEqual, name: A, input: C, config: {elements: [1]}}"
                + "\n{type: LogForTesting, input: A}",
            "s.yaml:5: pipeline.transforms[2].input: 'A' is a sink and has no output"),
        Arguments.of(
            create + "\n{type: chain, name: K, transforms: [{type: LogForTesting, input: C}]}",
            "a step of a chain has none; its input is the step before"),
        Arguments.of(create + "\n{type: chain, name: K}", "a pipeline needs steps"),
        Arguments.of(create + "\nhello", "expected a step (type, config), found 'hello'"),
        Arguments.of(
            create + "\n{type: LogForTesting, input: C, windowing: {type: global}}",
            "'windowing' is not supported: every run is a bounded increment"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void saysWhatIsWrongWithTheShape(String steps, String problem) {
    StringBuilder spec = new StringBuilder("pipeline:\n  transforms:\n");
    steps.lines().forEach(step -> spec.append("    - ").append(step).append('\n'));

    assertThat(problems(spec.toString())).contains(problem);
  }

  @Test
  void whatTheStateIsKnownByNeedsANameOfItsOwn() {
    String spec =
        """
        pipeline:
          transforms:
            - {type: ReadFakeLines, config: {path: a}}
            - {type: WriteFakeLines, input: ReadFakeLines, config: {path: b}}
            - {type: WriteFakeLines, input: ReadFakeLines, config: {path: c}}
            - {type: WriteFakeLines, name: "my sink", input: ReadFakeLines, config: {path: d}}
        """;

    assertThat(problems(spec))
        .isEqualTo(
            """
            s.yaml:1: name: required key is missing: the pipeline's state is known by it
            s.yaml:4: pipeline.transforms[1].name: needs a name: its state is known by it, and there are several WriteFakeLines
            s.yaml:5: pipeline.transforms[2].name: needs a name: its state is known by it, and there are several WriteFakeLines
            s.yaml:6: pipeline.transforms[3].name: 'my sink' names a part of the state: letters, digits, . _ - only""");
  }
}
