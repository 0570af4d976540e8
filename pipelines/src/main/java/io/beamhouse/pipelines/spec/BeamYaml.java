package io.beamhouse.pipelines.spec;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Properties;

/** What Beam YAML has and specs do not, with the reason; so that it is refused by its name. */
final class BeamYaml {
  private static final Properties ABSENT = load();

  private BeamYaml() {}

  /** Why a transform of Beam YAML cannot be used; nothing for a name that Beam YAML has not. */
  static Optional<String> absentTransform(String type) {
    Optional<String> exact = Optional.ofNullable(ABSENT.getProperty("transform." + type));
    if (exact.isPresent()) {
      return exact;
    }
    int dash = type.indexOf('-');
    return dash > 0
        ? Optional.of("a language in the name is old; write it as 'language' in the config")
        : Optional.empty();
  }

  /** Why a key of Beam YAML cannot be used in the config of {@code type}, or in any. */
  static Optional<String> absentKey(String type, String key) {
    return Optional.ofNullable(ABSENT.getProperty("key." + type + "." + key))
        .or(() -> Optional.ofNullable(ABSENT.getProperty("key.*." + key)));
  }

  /** Why a key beside {@code pipeline} or of a step cannot be used. */
  static Optional<String> absentFrame(String key) {
    return Optional.ofNullable(ABSENT.getProperty("frame." + key));
  }

  private static Properties load() {
    Properties properties = new Properties();
    String name = "beam-yaml-absent.properties";
    try (Reader in =
        new InputStreamReader(BeamYaml.class.getResourceAsStream(name), StandardCharsets.UTF_8)) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + name + " on the class path", e);
    }
    return properties;
  }
}
