package io.beamhouse.pipelines.testing;

import io.beamhouse.core.error.SpecException;
import io.beamhouse.pipelines.registry.Registry;
import io.beamhouse.pipelines.run.CompiledSpec;
import io.beamhouse.pipelines.spec.SpecFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.Map;

/** Compiles spec texts with the fake source and sink at hand. */
public final class Specs {
  private static final Registry REGISTRY = registry();

  private Specs() {}

  private static Registry registry() {
    try {
      return Registry.load(FakeProviders.loader(Files.createTempDirectory("fakes")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static CompiledSpec compile(String text, Map<String, String> parameters) {
    return CompiledSpec.compile(new SpecFile("s.yaml", text), parameters, REGISTRY);
  }

  public static CompiledSpec compile(String text) {
    return compile(text, Map.of());
  }

  /** The problems, a line each; empty when there are none. */
  public static String problems(String text, Map<String, String> parameters) {
    try {
      compile(text, parameters);
      return "";
    } catch (SpecException e) {
      return e.getMessage();
    }
  }

  public static String problems(String text) {
    return problems(text, Map.of());
  }
}
