package io.beamhouse.pipelines.registry;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.pipelines.reference.Reference;
import io.beamhouse.pipelines.spec.SpecJsonSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Holds the generated documents against the registry. After a change of a provider: {@code mvn test
 * -pl pipelines -am -Dtest=ReferenceTest -Dsurefire.failIfNoSpecifiedTests=false
 * -Dgolden.update=true}
 */
class ReferenceTest {
  private static final Path DOCS = Path.of("..", "docs");
  private static final boolean UPDATE = Boolean.getBoolean("golden.update");

  @Test
  void theReferenceIsThatOfTheRegistry() throws IOException {
    Map<String, String> pages = new Reference(Registry.load()).pages();
    Path directory = DOCS.resolve("reference");
    Files.createDirectories(directory);
    TreeSet<String> files = new TreeSet<>();
    try (Stream<Path> found = Files.list(directory)) {
      found.forEach(file -> files.add(file.getFileName().toString()));
    }
    for (String file : files) {
      if (UPDATE && !pages.containsKey(file)) {
        Files.delete(directory.resolve(file));
      }
    }
    for (Map.Entry<String, String> page : pages.entrySet()) {
      held(directory.resolve(page.getKey()), page.getValue());
    }
    assertThat(UPDATE ? pages.keySet() : files).isEqualTo(pages.keySet());
  }

  @Test
  void theSchemaForEditorsIsThatOfTheRegistry() throws IOException {
    held(DOCS.resolve("spec.schema.json"), SpecJsonSchema.of(Registry.load()) + "\n");
  }

  private static void held(Path file, String text) throws IOException {
    if (UPDATE) {
      Files.writeString(file, text);
    }
    assertThat(file)
        .as("out of date; regenerate: see the comment of ReferenceTest")
        .exists()
        .hasContent(text);
  }
}
