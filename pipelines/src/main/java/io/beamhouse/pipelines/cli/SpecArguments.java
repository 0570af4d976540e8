package io.beamhouse.pipelines.cli;

import io.beamhouse.core.error.Problems;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.pipelines.registry.Registry;
import io.beamhouse.pipelines.run.CompiledSpec;
import io.beamhouse.pipelines.spec.SpecFile;
import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What every command on a spec takes. */
final class SpecArguments {
  @Parameters(
      paramLabel = "SPEC",
      description = "A file, or the name of a spec that comes with the installation.")
  private String spec;

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description = "Value of a parameter; a list's items are separated by commas.")
  private List<String> set = new ArrayList<>();

  @Option(
      names = "--jars",
      split = ",",
      paramLabel = "JAR",
      description =
          "Jars with transforms or drivers of your own. On Spark the executors need them too:"
              + " give them to spark-submit's --jars as well.")
  private List<File> jars = new ArrayList<>();

  @Option(
      names = "--state",
      paramLabel = "DIR",
      description = "Where the state lives; default is the spec's 'state'.")
  private String state;

  private boolean added;

  CompiledSpec compile() {
    return compile(Map.of());
  }

  /** As above, with values that come from elsewhere; given twice, they are refused. */
  CompiledSpec compile(Map<String, String> more) {
    addJars();
    Map<String, String> all = new LinkedHashMap<>(parameters());
    Problems problems = new Problems();
    more.forEach(
        (name, value) -> {
          if (all.putIfAbsent(name, value) != null) {
            problems.add("--set " + name, "is given, and set by on_event too");
          }
        });
    problems.throwIfAny();
    return CompiledSpec.compile(SpecFile.load(spec), all, Registry.load());
  }

  String spec() {
    return spec;
  }

  /** Returns where the state lives. */
  String state(CompiledSpec compiled) {
    if (state != null) {
      return state;
    }
    return compiled
        .state()
        .orElseThrow(
            () ->
                new SpecException(
                    compiled.file(),
                    "there is no place for the state: give --state DIR, or 'state: DIR' at the head"
                        + " of the spec"));
  }

  private Map<String, String> parameters() {
    Map<String, String> parameters = new LinkedHashMap<>();
    Problems problems = new Problems();
    for (String pair : set) {
      int equals = pair.indexOf('=');
      if (equals <= 0) {
        problems.add("--set", "expected NAME=VALUE, found '" + pair + "'");
      } else if (parameters.putIfAbsent(pair.substring(0, equals), pair.substring(equals + 1))
          != null) {
        problems.add("--set " + pair.substring(0, equals), "is given twice");
      }
    }
    problems.throwIfAny();
    return parameters;
  }

  /** For the whole process, so that the runner's threads and Beam's registries see them. */
  private void addJars() {
    if (added) {
      return;
    }
    added = true;
    if (jars.isEmpty()) {
      return;
    }
    Problems problems = new Problems();
    List<URL> urls = new ArrayList<>();
    for (File jar : jars) {
      if (!jar.isFile()) {
        problems.add("--jars", "there is no file " + jar);
        continue;
      }
      try {
        urls.add(jar.toURI().toURL());
      } catch (MalformedURLException e) {
        problems.add("--jars", jar + " has no URL: " + e.getMessage());
      }
    }
    problems.throwIfAny();
    Thread current = Thread.currentThread();
    ClassLoader parent = current.getContextClassLoader();
    current.setContextClassLoader(
        new URLClassLoader(
            urls.toArray(new URL[0]),
            parent == null ? SpecArguments.class.getClassLoader() : parent));
  }
}
