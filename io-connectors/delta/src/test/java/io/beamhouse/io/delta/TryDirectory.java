package io.beamhouse.io.delta;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import net.jqwik.api.lifecycle.Lifespan;
import net.jqwik.api.lifecycle.Store;
import org.apache.commons.io.FileUtils;

/** A directory for one try of a property, gone after it: {@code @TempDir} is JUnit's only. */
public final class TryDirectory {
  private TryDirectory() {}

  /** The directory of the try that runs; empty when it is first asked for. */
  public static Path get() {
    return Store.getOrCreate(
            TryDirectory.class,
            Lifespan.TRY,
            () -> {
              try {
                return new Held(Files.createTempDirectory("try"));
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            })
        .get()
        .path;
  }

  private record Held(Path path) implements Store.CloseOnReset {
    @Override
    public void close() throws IOException {
      FileUtils.deleteDirectory(path.toFile());
    }
  }
}
