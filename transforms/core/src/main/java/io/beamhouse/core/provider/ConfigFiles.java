package io.beamhouse.core.provider;

import io.beamhouse.core.Evolving;
import io.beamhouse.core.error.SpecException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ServiceLoader;

/**
 * Reads small text files that a config names, while the pipeline is built.
 *
 * <p>Local files, and with {@code beamhouse-io-core} on the class path those of every store.
 */
@Evolving
public final class ConfigFiles {
  private static final int MAX_BYTES = 3 * 1024 * 1024;

  private ConfigFiles() {}

  /** Opens files of stores; found by ServiceLoader, the first one wins. */
  @Evolving
  @FunctionalInterface
  public interface Opener {
    InputStream open(String path) throws IOException;
  }

  /**
   * Returns the text of the file at {@code path}, of 3 MB at most.
   *
   * @param key of the config, for the SpecException when it cannot be read
   */
  public static String read(String path, String key) {
    Opener opener =
        ServiceLoader.load(Opener.class, ConfigFiles.class.getClassLoader())
            .findFirst()
            .orElse(local -> Files.newInputStream(Path.of(local)));
    try (InputStream in = opener.open(path)) {
      byte[] content = in.readNBytes(MAX_BYTES + 1);
      if (content.length > MAX_BYTES) {
        throw new SpecException(key, path + " is larger than " + MAX_BYTES + " bytes");
      }
      return new String(content, StandardCharsets.UTF_8);
    } catch (IOException | IllegalArgumentException e) {
      SpecException refused = new SpecException(key, "cannot read " + path + ": " + e);
      refused.initCause(e);
      throw refused;
    }
  }
}
