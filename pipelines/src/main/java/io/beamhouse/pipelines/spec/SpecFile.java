package io.beamhouse.pipelines.spec;

import io.beamhouse.core.Internal;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.io.core.storage.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The text of a spec.
 *
 * @param name for messages, as the user gave it
 */
@Internal
public record SpecFile(String name, String text) {
  private static final int MAX_BYTES = 3 * 1024 * 1024;

  /** Reads a file of any store, or else a resource of that name on the class path. */
  public static SpecFile load(String name) {
    try (InputStream in = open(name)) {
      byte[] content = in.readNBytes(MAX_BYTES + 1);
      if (content.length > MAX_BYTES) {
        throw new SpecException(name, "is larger than " + MAX_BYTES + " bytes; is it a spec?");
      }
      return new SpecFile(name, new String(content, StandardCharsets.UTF_8));
    } catch (IOException | IllegalArgumentException e) {
      SpecException refused = new SpecException(name, "cannot be read: " + e.getMessage());
      refused.initCause(e);
      throw refused;
    }
  }

  private static InputStream open(String name) throws IOException {
    Path path = Storage.path(name);
    FileSystem store = Storage.of(path);
    if (store.exists(path)) {
      return store.open(path);
    }
    InputStream resource = null;
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    if (context != null) {
      resource = context.getResourceAsStream(name);
    }
    if (resource == null) {
      resource = SpecFile.class.getClassLoader().getResourceAsStream(name);
    }
    if (resource == null) {
      throw new SpecException(
          name, "there is no such file, and no spec of this name in the installation");
    }
    return resource;
  }
}
