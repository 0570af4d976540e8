package io.beamhouse.pipelines.spec;

import static io.beamhouse.pipelines.testing.Specs.problems;
import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.pipelines.registry.Registry;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Specs that Beam YAML runs and Beamhouse does not: each is refused by name, with its line. */
class BeamYamlRefusalTest {
  static Stream<Arguments> cases() {
    return Stream.of(
        Arguments.of(
            "{type: Filter, config: {language: python, keep: \"x.lower() == 'a'\"}}",
            "config.language: 'python' is not supported: specs run in Java; no Python; allowed:"
                + " generic"),
        Arguments.of(
            "{type: Filter, config: {language: java, keep: {expression: 'x > 1'}}}",
            "config.language: 'java' is not supported: specs hold no compiled code"),
        Arguments.of(
            "{type: Filter, config: {keep: {callable: 'lambda row: True'}}}",
            "config.keep.callable: 'callable' is not supported; write a field name or a literal"),
        Arguments.of(
            "{type: MapToFields, config: {language: cobol, fields: {a: 'x + 1'}}}",
            "config.language: no language 'cobol' is on the class path; there are calcite, sql"),
        Arguments.of(
            "{type: MapToFields, config: {language: java, append: true, fields: {a: {callable:"
                + " 'class F {}'}}}}",
            "config.fields.a.callable: 'callable' is not supported"),
        Arguments.of(
            "{type: MapToFields, config: {fields: {a: {path: f.py, name: f}}}}",
            "config.fields.a.path: 'path' is not supported"),
        Arguments.of(
            "{type: MapToFields-java, config: {fields: {a: b}}}",
            "a language in the name is old; write it as 'language' in the config"),
        Arguments.of(
            "{type: Partition, config: {by: x, outputs: [a, b]}}",
            "Beam YAML's transform 'Partition' is not supported: use one Filter for each output"),
        Arguments.of("{type: Join, config: {equalities: id}}", "use Sql with JOIN"),
        Arguments.of(
            "{type: WindowInto, windowing: {type: fixed, size: 1m}}",
            "every run is a bounded increment in the global window"),
        Arguments.of("{type: PyTransform, config: {constructor: x}}", "no Python"),
        Arguments.of(
            "{type: ReadFromBigQuery, config: {table: a.b}}", "Google Cloud is not supported"),
        Arguments.of(
            "{type: ReadFromPubSub, config: {topic: t, format: JSON}}",
            "Google Cloud is not supported"),
        Arguments.of("{type: ReadFromText, config: {path: a}}", "not in this version"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void isRefusedByName(String step, String reason) {
    String spec =
        "pipeline:\n  type: chain\n  transforms:\n    - {type: Create, config: {elements: [1]}}\n"
            + "    - "
            + step;

    assertThat(problems(spec)).contains("s.yaml:5: pipeline.transforms[1].").contains(reason);
  }

  @Test
  void providersAndTestsAndJinjaAreRefused() {
    String spec =
        """
        providers: [{type: javaJar}]
        tests: []
        pipeline:
          type: chain
          windowing: {type: fixed, size: 60s}
          transforms:
            - {type: Create, config: {elements: [1]}}
        """;

    assertThat(problems(spec))
        .isEqualTo(
            """
            s.yaml:1: providers: 'providers' is not supported: put jars on the class path (--jars); providers are found by themselves
            s.yaml:2: tests: 'tests' is not supported: not in this version
            s.yaml:5: pipeline.windowing: 'windowing' is not supported: every run is a bounded increment in the global window""");
    assertThat(
            problems(
                """
                # {{ a comment may say what it likes }}
                pipeline:
                  transforms:
                  {% for t in tables %}
                    - {type: Create, config: {elements: ["{{ t }}"]}}
                  {% endfor %}
                """))
        .isEqualTo(
            """
            s.yaml:4: Jinja's '{%' is not supported: specs hold no logic
            s.yaml:5: Jinja's '{{' is not supported: declare it in 'parameters', write ${name}
            s.yaml:6: Jinja's '{%' is not supported: specs hold no logic""");
  }

  @Test
  void nothingThatIsThereIsCalledAbsent() {
    for (String name : Registry.load().names()) {
      assertThat(BeamYaml.absentTransform(name)).as(name).isEmpty();
    }
  }
}
