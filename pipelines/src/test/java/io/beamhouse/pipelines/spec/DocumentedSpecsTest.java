package io.beamhouse.pipelines.spec;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.beamhouse.pipelines.registry.Registry;
import io.beamhouse.pipelines.run.BeamLauncher;
import io.beamhouse.pipelines.run.CompiledSpec;
import io.beamhouse.pipelines.run.SpecJob;
import io.beamhouse.pipelines.testing.Specs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/** The specs in the docs and those we ship: valid, for us and for editors, and they run. */
class DocumentedSpecsTest {
  private static final Map<String, String> VALUES =
      Map.of(
          "lake", "/lake",
          "landing", "/landing",
          "source", "/source",
          "zones", "/zones.csv",
          "colour", "green",
          "year", "2024",
          "brokers", "broker:9092",
          "users", "/users.csv",
          "titles", "/titles.csv",
          "url", "jdbc:postgresql://db/x");
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final JsonSchema SCHEMA =
      JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V7)
          .getSchema(SpecJsonSchema.of(Registry.load()));

  static Stream<String> specs() throws IOException {
    List<String> specs = new ArrayList<>();
    for (String page : List.of("specs.md", "quality.md", "flatten.md", "notifications.md")) {
      Matcher block =
          Pattern.compile("(?s)```yaml\n(.*?)```")
              .matcher(Files.readString(Path.of("..", "docs", page)));
      while (block.find()) {
        specs.add(block.group(1));
      }
    }
    try (Stream<Path> shipped = Files.walk(Path.of("src", "main", "resources"))) {
      for (Path file : shipped.filter(f -> f.toString().endsWith(".yaml")).toList()) {
        specs.add(Files.readString(file));
      }
    }
    return specs.stream();
  }

  private static Map<String, String> values(String spec) {
    Map<String, String> values = new TreeMap<>(VALUES);
    values
        .keySet()
        .removeIf(name -> !spec.contains("parameters:") || !spec.contains("\n  " + name + ":"));
    return values;
  }

  @ParameterizedTest
  @MethodSource("specs")
  void areValid(String spec) {
    assertThat(Specs.problems(spec, values(spec))).isEmpty();
    assertThat(schemaErrors(spec)).isEmpty();
  }

  private static List<String> schemaErrors(String spec) {
    // YAML 1.1 reads the key "on" as a truth; editors, and we, do not.
    Object yaml =
        new Yaml(
                new SafeConstructor(new LoaderOptions()),
                new Representer(new DumperOptions()),
                new DumperOptions(),
                new WithoutOn())
            .load(spec);
    JsonNode node = MAPPER.valueToTree(yaml);
    return SCHEMA.validate(node).stream().map(Object::toString).toList();
  }

  @ParameterizedTest
  @MethodSource("specs")
  void runWhereTheyNeedNothingFromOutside(String spec) {
    CompiledSpec compiled = Specs.compile(spec, values(spec));
    BeamLauncher launcher = BeamLauncher.create("DirectRunner", compiled.options(), List.of());

    for (SpecJob job : compiled.jobs()) {
      if (job.stateless()) {
        launcher.run(job.name(), pipeline -> job.build(pipeline, Map.of(), Map.of()));
      }
    }
  }

  private static final class WithoutOn extends Resolver {
    @Override
    public void addImplicitResolver(Tag tag, Pattern regexp, String first, int limit) {
      super.addImplicitResolver(
          tag, tag.equals(Tag.BOOL) ? Pattern.compile("true|false") : regexp, first, limit);
    }
  }

  @Test
  void theSchemaForEditorsFindsMistakes() {
    assertThat(schemaErrors("pipeline: {transforms: [{type: Crate}]}")).isNotEmpty();
    assertThat(schemaErrors("pipeline: {transforms: [{type: Filter, config: {kep: a}}]}"))
        .isNotEmpty();
    assertThat(schemaErrors("pipeline: {transforms: [{type: Filter}]}")).isNotEmpty();
    assertThat(schemaErrors("{name: a}")).isNotEmpty();
    assertThat(
            schemaErrors(
                "pipeline: {type: chain, transforms: [{type: chain, transforms: [{type: Create,"
                    + " config: {elements: [1], reshuffle: '${r}'}}]}]}"))
        .isEmpty();
  }
}
