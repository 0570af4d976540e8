package io.beamhouse.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Files stay small enough to be read at one sitting. */
class SourceSizeTest {
  private static final int MAX_LINES = 500;
  private static final Path ROOT = Path.of("..", "..").toAbsolutePath().normalize();

  @Test
  void noSourceFileIsLongerThanTheLimit() throws IOException {
    try (Stream<Path> files = Files.walk(ROOT)) {
      List<String> tooLong =
          files
              .filter(p -> p.toString().endsWith(".java"))
              .filter(p -> !p.toString().contains("target"))
              .filter(p -> lines(p) > MAX_LINES)
              .map(p -> ROOT.relativize(p) + " has " + lines(p) + " lines")
              .sorted()
              .toList();
      assertThat(tooLong).isEmpty();
    }
  }

  private static long lines(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
