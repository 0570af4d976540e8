package io.beamhouse.pipelines.spec;

import static io.beamhouse.pipelines.testing.Specs.problems;
import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.pipelines.testing.Specs;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SpecProblemsTest {
  @Test
  void namesFiveMistakesAtOnceEachWithItsLine() {
    String spec =
        """
        name: bad
        pipeline:
          type: chain
          transforms:
            - type: Crate
              config: {elements: [1]}
            - type: Filter
              config:
                kep: id > 3
            - type: LogForTesting
              config:
                level: LOUD
                prefix: a
                prefix: b
            - type: MapToFields
              config: {drop: [x], fields: {a: b}}
        """;

    assertThat(problems(spec))
        .isEqualTo(
            """
s.yaml:5: pipeline.transforms[0].type: unknown transform 'Crate' - did you mean 'Create'?
s.yaml:9: pipeline.transforms[1].config.kep: unknown key 'kep' - did you mean 'keep'?; allowed: error_handling, keep, language
s.yaml:9: pipeline.transforms[1].config.keep: required key is missing
s.yaml:12: pipeline.transforms[2].config.level: 'LOUD' is not allowed; allowed: ERROR, INFO, DEBUG
s.yaml:14: pipeline.transforms[2].config.prefix: key given twice; first on line 13
s.yaml:16: pipeline.transforms[3].config.drop: is only for append: true; without it only 'fields' are kept""");
  }

  static Stream<Arguments> documents() {
    return Stream.of(
        Arguments.of("", "s.yaml:1: the file is empty; a spec needs at least 'pipeline'"),
        Arguments.of("- a", "s.yaml:1: expected a mapping with 'pipeline', found a list"),
        Arguments.of("name: a", "s.yaml:1: pipeline: required key is missing"),
        Arguments.of(
            "pipelin: {}",
            "s.yaml:1: pipelin: unknown key 'pipelin' - did you mean 'pipeline'?; allowed: name,"
                + " description, parameters, state, for_each, options, guards, notify,"
                + " on_event, pipeline\n"
                + "s.yaml:1: pipeline: required key is missing"),
        Arguments.of(
            "pipeline:\n\t- a",
            "s.yaml:2: not YAML: found character '\\t(TAB)' that cannot start any token. (Do not"
                + " use \\t(TAB) for indentation)"),
        Arguments.of(
            "guards: []\ntests: []\npipeline: {transforms: [{type: Create, config: {elements:"
                + " [1]}}]}",
            "s.yaml:1: guards: expected a mapping, found a list\n"
                + "s.yaml:2: tests: 'tests' is not supported: not in this version"),
        Arguments.of(
            "name: a b\npipeline: {transforms: [{type: Create, config: {elements: [1]}}]}",
            "s.yaml:1: name: 'a b' may hold letters, digits, '.', '_' and '-' only"),
        Arguments.of(
            "options: {streaming: true}\n"
                + "pipeline: {transforms: [{type: Create, config: {elements: [1]}}]}",
            "s.yaml:1: options.streaming: continuous runs are not in this version; schedule the"
                + " command"),
        Arguments.of(
            "pipeline: [{type: Create}]",
            "s.yaml:1: pipeline: a bare list is not allowed; put it below 'transforms:'"),
        Arguments.of(
            "a: &a {b: *a}", "s.yaml:1: a.b: an alias refers to what contains it\n" + "..."));
  }

  @ParameterizedTest
  @MethodSource("documents")
  void saysWhatIsWrongWithTheDocument(String spec, String problems) {
    String found = problems(spec);

    if (problems.endsWith("\n...")) {
      assertThat(found).startsWith(problems.substring(0, problems.length() - 4));
    } else {
      assertThat(found).isEqualTo(problems);
    }
  }

  static Stream<Arguments> steps() {
    return Stream.of(
        Arguments.of("{type: Create}", "config.elements: required key is missing"),
        Arguments.of("{config: {}}", "type: required key is missing"),
        Arguments.of(
            "{type: Create, config: {elements: [1]}, inputs: a}",
            "inputs: unknown key 'inputs' - did you mean 'input'?; allowed: type, name, input,"
                + " config"),
        Arguments.of(
            "{type: Create, config: {elements: [1]}, input: a}",
            "input: no step 'a'; steps here: Create"),
        Arguments.of(
            "{type: Create, config: {elements: {a: 1}}}",
            "config.elements: expected a list of rows or values"),
        Arguments.of(
            "{type: Create, config: {elements: [{y: 2004}, {y: apple}]}}",
            "config.elements[1].y: is STRING where earlier elements have INT64; a field has one"
                + " type, mixed types are not supported"),
        Arguments.of(
            "{type: Create, config: {elements: [yes, 012, 12:30, 0x1F]}}",
            "config.elements[0]: 'yes' is ambiguous in YAML: write true or false, or \"yes\" in"
                + " quotes for text",
            "config.elements[1]: '012' is ambiguous in YAML: write a plain decimal number, or"
                + " \"012\" in quotes for text"),
        Arguments.of(
            "{type: Create, config: {elements: [1], reshuffle: maybe}}",
            "config.reshuffle: expected true or false, found 'maybe'"),
        Arguments.of(
            "{type: ReadFakeLines, name: L, config: {path: [a]}}",
            "config.path: expected text, found a list"),
        Arguments.of(
            "{type: ReadFakeLines, name: L, config: {path: bad}}", "config.path: starts with bad"),
        Arguments.of(
            "{type: ReadFakeLines, name: L, config: {path: a, password: pw}}",
            "config.password: a secret must be a reference like ${env:NAME} or ${file:/path}; a"
                + " literal is refused"),
        Arguments.of(
            "{type: ReadFakeLines, name: L, config: {path: 'a${env:PW}'}}",
            "config.path: a secret reference is allowed only where a secret is expected (password,"
                + " ...); this value is printed and logged"),
        Arguments.of(
            "{type: ReadFakeLines, name: L, config: {path: '${vault:a}'}}",
            "config.path: unknown kind of secret 'vault'; allowed: ${env:NAME}, ${file:/path}"),
        Arguments.of(
            "{type: ReadFakeLines, name: L, config: {path: a}}",
            "reads increments and has no sink: what is read would count as done and go nowhere"),
        Arguments.of("!!java.lang.String a", "not YAML: Global tag is not allowed"),
        Arguments.of("!own a", "YAML tags such as !own are not supported"));
  }

  @ParameterizedTest
  @MethodSource("steps")
  void saysWhatIsWrongWithAStep(String step, String first) {
    assertThat(problems("name: n\npipeline:\n  transforms:\n    - " + step))
        .contains(first)
        .contains("s.yaml:4: ");
  }

  @Test
  void neverPrintsALiteralSecret() {
    String found =
        problems(
            """
            name: n
            pipeline:
              transforms:
                - {type: ReadFakeLines, config: {path: a, password: hunter2}}
            """);

    assertThat(found).contains("a literal is refused").doesNotContain("hunter2");
  }

  @Test
  void mergeKeysAndAnchorsAreResolved() {
    String spec =
        """
        pipeline:
          transforms:
            - type: Create
              config: &one
                elements: [1]
                reshuffle: false
            - type: Create
              name: Two
              config:
                <<: *one
                elements: [2]
            - {type: LogForTesting, input: Two}
        """;

    assertThat(Specs.compile(spec).jobs().get(0).specHash())
        .isEqualTo(
            Specs.compile(spec.replace("<<: *one", "reshuffle: false").replace("&one", ""))
                .jobs()
                .get(0)
                .specHash());
  }

  @Test
  void nestedAliasesCannotExhaustMemory() {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 9; i++) {
      bomb.append("a%d: &a%d [".formatted(i, i));
      bomb.append("*a%d, ".formatted(i - 1).repeat(8)).append("*a%d]\n".formatted(i - 1));
    }

    assertThat(problems(bomb.toString())).contains("not YAML");
  }
}
