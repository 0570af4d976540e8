package io.beamhouse.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ReadmeTest {
  @Test
  void theExampleIsTheOneThatIsCompiledAndRun() throws IOException {
    String source =
        Files.readString(Path.of("src/test/java/io/beamhouse/testing/EmbedderExampleTest.java"));
    String example = source.substring(source.indexOf("@ExtendWith"));

    assertThat(Files.readString(Path.of("README.md"))).contains("```java\n" + example + "```");
  }
}
