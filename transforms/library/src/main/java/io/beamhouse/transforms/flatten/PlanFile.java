package io.beamhouse.transforms.flatten;

import io.beamhouse.core.Internal;
import io.beamhouse.core.error.SpecException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A stored plan: a local file of the driver, or a resource of that name on the class path. */
@Internal
public final class PlanFile {
  private static final int MAX_BYTES = 10 * 1024 * 1024;

  private PlanFile() {}

  /** Throws SpecException when there is none or it is no plan. */
  public static FlattenPlan read(String name) {
    try (InputStream in = open(name)) {
      byte[] content = in.readNBytes(MAX_BYTES + 1);
      if (content.length > MAX_BYTES) {
        throw new SpecException("plan", name + " is larger than " + MAX_BYTES + " bytes");
      }
      return FlattenPlan.fromJson(new String(content, StandardCharsets.UTF_8));
    } catch (IOException | IllegalArgumentException e) {
      SpecException refused =
          new SpecException("plan", name + " cannot be read: " + e.getMessage());
      refused.initCause(e);
      throw refused;
    }
  }

  private static InputStream open(String name) throws IOException {
    Path path = Path.of(name);
    if (Files.exists(path)) {
      return Files.newInputStream(path);
    }
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    InputStream resource =
        (context == null ? PlanFile.class.getClassLoader() : context).getResourceAsStream(name);
    if (resource == null) {
      throw new SpecException(
          "plan",
          "there is no file "
              + name
              + "; 'beamhouse flatten-plan SPEC --json' prints what to store there");
    }
    return resource;
  }
}
