package io.beamhouse.pipelines.testing;

import java.io.IOException;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;
import org.apache.beam.sdk.schemas.transforms.SchemaTransformProvider;

/** Makes the fake source and sink known as a user's own jar would, and to nobody else. */
public final class FakeProviders {
  private FakeProviders() {}

  /** A jar for --jars; the classes themselves are on the test's class path. */
  public static Path jar(Path directory) throws IOException {
    Path jar = directory.resolve("fakes.jar");
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file)) {
      out.putNextEntry(
          new ZipEntry("META-INF/services/" + SchemaTransformProvider.class.getName()));
      String names = FakeSourceProvider.class.getName() + "\n" + FakeSinkProvider.class.getName();
      out.write(names.getBytes(StandardCharsets.UTF_8));
    }
    return jar;
  }

  public static ClassLoader loader(Path directory) throws IOException {
    return new URLClassLoader(
        new URL[] {jar(directory).toUri().toURL()}, FakeProviders.class.getClassLoader());
  }
}
