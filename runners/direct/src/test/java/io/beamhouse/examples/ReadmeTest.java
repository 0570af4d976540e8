package io.beamhouse.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.testing.DeltaTables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;

/** What the README shows is what runs. */
class ReadmeTest {
  private static final Path ROOT = Path.of("..", "..");

  @Test
  void showsTheExampleAsItIsCompiled() throws IOException {
    String source =
        Files.readString(
            Path.of("src", "test", "java", "io", "beamhouse", "examples", "MergePeople.java"));
    String shown = source.substring(source.indexOf("class MergePeople"));

    assertThat(Files.readString(ROOT.resolve("README.md"))).contains("```java\n" + shown + "```");
  }

  @Test
  void mergesAnInMemoryCollectionIntoDelta() throws IOException {
    deleteTree(Path.of("target", "people"));

    MergePeople.main(new String[0]);
    MergePeople.main(new String[0]);

    List<Row> rows = DeltaTables.at("target/people").rows();
    assertThat(rows.stream().map(row -> row.getInt64("id") + " " + row.getString("name")))
        .containsExactlyInAnyOrder("1 Ada Lovelace", "2 Grace Hopper");
  }

  @Test
  void isShortEnoughToBeRead() throws IOException {
    assertThat(Files.readAllLines(ROOT.resolve("README.md")).size()).isLessThan(150);
  }

  private static void deleteTree(Path root) throws IOException {
    if (Files.exists(root)) {
      try (Stream<Path> files = Files.walk(root)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
