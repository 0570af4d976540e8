package io.beamhouse.pipelines.spec;

import static io.beamhouse.pipelines.testing.Specs.compile;
import static io.beamhouse.pipelines.testing.Specs.problems;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParametersTest {
  private static final String SPEC =
      """
      name: n
      parameters:
        lake: {description: where, required: true}
        limit: {type: integer, default: 3}
        mode: {allowed: [fast, safe], default: fast}
        drop: {type: list, default: [a]}
        log: {type: boolean, default: false}
      pipeline:
        type: chain
        transforms:
          - {type: Create, config: {elements: [{a: 1, id: "${limit}", t: "x${limit}"}], reshuffle: "${log}"}}
          - {type: MapToFields, config: {append: true, drop: "${drop}"}}
          - {type: Filter, config: {keep: 'id > ${limit}'}}
          - {type: LogForTesting, config: {prefix: "${lake}/${mode} $${lake} "}}
      """;

  private static String configs(String spec, Map<String, String> values) {
    return new ConfigTexts(spec, values).toString();
  }

  @Test
  void wholeValuesKeepTheTypeAndTextsAreSplicedIn() {
    String configs = configs(SPEC, Map.of("lake", "/data"));

    assertThat(configs)
        .contains("[{\"a\":1,\"id\":3,\"t\":\"x3\"}]", "[a]", "id > 3", "/data/fast ${lake} ");
  }

  @Test
  void commandLineValuesWinAndListsAreSplitAtCommas() {
    String configs = configs(SPEC, Map.of("lake", "l", "limit", "7", "drop", "a, t"));

    assertThat(configs).contains("\"id\":7", "id > 7", "[a, t]");
  }

  @Test
  void everyBadValueIsReportedBeforeAnythingRuns() {
    assertThat(
            problems(SPEC, Map.of("limit", "many", "mode", "slow", "log", "yes", "modes", "fast")))
        .isEqualTo(
            """
            s.yaml: --set modes: the spec has no such parameter - did you mean 'mode'?; declared: lake, limit, mode, drop, log
            s.yaml:3: parameters.lake: has no value; give --set lake=...
            s.yaml:4: --set limit: expected an integer, found 'many'
            s.yaml:5: --set mode: 'slow' is not allowed; allowed: fast, safe
            s.yaml:7: --set log: expected a boolean, found 'yes'""");
  }

  static Stream<Arguments> declarations() {
    return Stream.of(
        Arguments.of("a: {type: int}", "a.type: unknown type 'int'; allowed: boolean, integer"),
        Arguments.of("a: {default: 1, required: true}", "a required parameter has no default"),
        Arguments.of("a: {required: false}", "needs a default (may be null)"),
        Arguments.of("a: {type: integer, default: x}", "a.default: expected an integer, found 'x'"),
        Arguments.of("a: {defalt: x}", "unknown key 'defalt' - did you mean 'default'?"),
        Arguments.of("a: {allowed: 3, default: 3}", "a.allowed: expected a list of values"),
        Arguments.of(
            "a: {type: integer, min: 3, max: 5, default: 6}",
            "'6' is not allowed; allowed: 3 to 5"),
        Arguments.of(
            "a: {type: number, min: 0.5, default: 0}", "'0' is not allowed; allowed: 0.5 or more"),
        Arguments.of("a: {type: number, max: 1, default: 1.1}", "not allowed; allowed: up to 1"),
        Arguments.of("a: {max: 1, default: x}", "a.max: only for the types integer and number"),
        Arguments.of("a: {type: integer, min: x, default: 1}", "a.min: expected a number"),
        Arguments.of(
            "a: {type: list, allowed: [b, c], default: [b, d, e]}",
            "'d' is not allowed; allowed: b, c"),
        Arguments.of("a: {allowed: [3], default: 4}", "'4' is not allowed; allowed: 3"),
        Arguments.of("a.b: {default: x}", "a name has letters, digits and _ only"),
        Arguments.of("a: x", "expected a mapping (type, default, ...), found 'x'"));
  }

  @ParameterizedTest
  @MethodSource("declarations")
  void refusesBadDeclarations(String declaration, String problem) {
    String spec =
        "parameters:\n  %s\npipeline: {transforms: [{type: Create, config: {elements: [1]}}]}"
            .formatted(declaration);

    assertThat(problems(spec)).contains("s.yaml:2: ").contains(problem);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a: b",
        "x\n  keep: \"1 == 1\"",
        "\"}, {type: LogForTesting}, {\"",
        "*anchor",
        "!!java.net.URL [http://x]",
        "${limit}",
        "${lake}",
        "${table.name}",
        "{{ x }}",
        "# no comment",
        "'",
        "\\",
        "\u0000",
        "- a\n- b"
      })
  void noValueCanBeAnythingButText(String value) {
    String configs = configs(SPEC, Map.of("lake", value));

    assertThat(configs).contains("prefix=" + value + "/fast ${lake} ");
    assertThat(compile(SPEC, Map.of("lake", value)).jobs().get(0).specHash()).isNotEmpty();
  }

  @Test
  void aValueThatIsASecretReferenceIsOneOnlyWhereASecretBelongs() {
    String spec =
        """
        name: n
        parameters: {p: {}}
        pipeline:
          type: chain
          transforms:
            - {type: ReadFakeLines, name: A, config: {path: a, password: "${p}"}}
            - {type: WriteFakeLines, name: B, config: {path: "b"}}
        """;

    assertThat(problems(spec, Map.of("p", "${env:PW}"))).isEmpty();
    assertThat(problems(spec.replace("\"b\"", "\"${p}\""), Map.of("p", "${env:PW}")))
        .isEqualTo(
            "s.yaml:7: pipeline.transforms[1].config.path: a secret reference is allowed only where"
                + " a secret is expected (password, ...); this value is printed and logged");
    assertThat(problems(spec, Map.of("p", "hunter2")))
        .contains("s.yaml:6: pipeline.transforms[0].config.password: a secret must be")
        .doesNotContain("hunter2");
  }

  @Test
  void aMappingThatSaysSoTakesReferencesBesideTexts() {
    String spec =
        """
        name: n
        pipeline:
          type: chain
          transforms:
            - type: ReadFromKafka
              config:
                bootstrap_servers: h:1
                topic: t
                consumer_config: {ssl.key.password: "${env:KEY}", client.id: "x"}
            - {type: WriteFakeLines, config: {path: b}}
        """;

    assertThat(problems(spec)).isEmpty();
    assertThat(problems(spec.replace("\"x\"", "\"x${env:ID}\"")))
        .contains("consumer_config.client.id: a secret reference is allowed only where");
    assertThat(problems(spec.replace("${env:KEY}", "hunter2")))
        .contains("consumer_config.ssl.key.password: must be a reference")
        .doesNotContain("hunter2");
  }

  @Test
  void unknownReferencesAndListsInsideTextsAreRefused() {
    String spec =
        """
        parameters: {l: {type: list, default: [a]}}
        pipeline:
          type: chain
          transforms:
            - {type: Create, config: {elements: ["x${l}", "${k}", "${table.name}"]}}
            - {type: LogForTesting, "${l}": a}
        """;

    assertThat(problems(spec))
        .isEqualTo(
            """
            s.yaml:5: pipeline.transforms[0].config.elements[0]: ${l} is a list and cannot stand inside a text
            s.yaml:5: pipeline.transforms[0].config.elements[1]: ${k} is not declared - did you mean 'l'?; known: l. $${...} gives the text ${...}
            s.yaml:5: pipeline.transforms[0].config.elements[2]: ${table.name} is not declared; known: l. $${...} gives the text ${...}
            s.yaml:6: pipeline.transforms[1].${l}: ${...} is replaced in values only, not in keys
            s.yaml:6: pipeline.transforms[1].${l}: unknown key '${l}'; allowed: type, name, input, config""");
  }

  @Test
  void eachEntryOfForEachHasItsOwnValues() {
    String spec =
        """
        name: n
        parameters: {names: {type: list, default: [users, orders]}}
        for_each:
          as: table
          in:
            - {name: users, drop: [a, b]}
            - {name: orders, prefix: o}
        pipeline:
          type: chain
          transforms:
            - {type: Create, config: {elements: [{a: 1, b: 2, t: "${table.name}"}]}}
            - {type: MapToFields, config: {append: true, drop: "${table.drop}"}}
            - {type: LogForTesting, config: {prefix: "${table.prefix}"}}
        """;

    assertThat(configs(spec, Map.of()))
        .contains("n/users", "\"t\":\"users\"", "[a, b]", "n/orders", "\"t\":\"orders\"", "o");
    assertThat(
            configs(
                spec.replaceAll("(?s)in:.*pipeline", "in: \\${names}\npipeline")
                    .replace("\"${table.drop}\"", "[a]")
                    .replace("\"${table.prefix}\"", "x"),
                Map.of()))
        .contains("n/users", "n/orders");
  }

  static Stream<Arguments> forEach() {
    return Stream.of(
        Arguments.of("[a]", "for_each: expected {as: name, in: [...]}"),
        Arguments.of("{in: [a]}", "for_each.as: expected the name that ${name.key} uses"),
        Arguments.of("{as: t, in: []}", "for_each.in: expected a list of entries"),
        Arguments.of("{as: t, in: [a, a]}", "for_each.in[1].name: the name 'a' is given twice"),
        Arguments.of("{as: t, in: [{x: 1}]}", "for_each.in[0].name: required key is missing"),
        Arguments.of("{as: t, in: [a/b]}", "'a/b' may hold letters, digits"),
        Arguments.of("{as: t, in: [..]}", "'..' may hold letters, digits"),
        Arguments.of("{as: t, on: x, in: [a]}", "for_each.on: unknown key 'on'"));
  }

  @ParameterizedTest
  @MethodSource("forEach")
  void refusesBadForEach(String value, String problem) {
    assertThat(
            problems(
                "for_each: "
                    + value
                    + "\npipeline: {transforms: [{type: Create, config: {elements: [1]}}]}"))
        .contains("s.yaml:1: ")
        .contains(problem);
  }
}
