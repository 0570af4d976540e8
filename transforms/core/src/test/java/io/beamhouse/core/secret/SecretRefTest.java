package io.beamhouse.core.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.error.SourceFailedException;
import io.beamhouse.core.error.SpecException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretRefTest {
  @Test
  void readsAFileWithoutItsFinalLineBreak(@TempDir Path directory) throws IOException {
    Path file = Files.writeString(directory.resolve("password"), "s3cret \n");

    SecretRef reference = SecretRef.parse("${file:" + file + "}");

    assertThat(reference.resolve()).isEqualTo("s3cret ");
    assertThat(reference).hasToString("${file:" + file + "}");
  }

  @Test
  void readsTheEnvironment() {
    assertThat(SecretRef.parse("${env:PATH}").resolve()).isEqualTo(System.getenv("PATH"));
  }

  @Test
  void refusesALiteralWithoutPrintingIt() {
    assertThatThrownBy(() -> SecretRef.parse("hunter2"))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("${env:NAME}")
        .message()
        .doesNotContain("hunter2");
  }

  @Test
  void saysWhatIsMissing(@TempDir Path directory) {
    assertThatThrownBy(() -> SecretRef.parse("${env:BEAMHOUSE_NOT_SET}").resolve())
        .isInstanceOf(SourceFailedException.class)
        .hasMessageContaining("${env:BEAMHOUSE_NOT_SET}");
    assertThatThrownBy(() -> SecretRef.parse("${file:" + directory.resolve("no") + "}").resolve())
        .isInstanceOf(SourceFailedException.class)
        .hasMessageContaining("cannot be read");
  }
}
