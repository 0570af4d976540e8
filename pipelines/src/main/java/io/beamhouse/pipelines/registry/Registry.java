package io.beamhouse.pipelines.registry;

import io.beamhouse.core.Internal;
import io.beamhouse.core.error.Problems;
import io.beamhouse.core.provider.TransformProvider;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.ServiceLoader;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.beam.sdk.schemas.transforms.SchemaTransformProvider;

/**
 * Every transform that a spec can name.
 *
 * <p>Found by {@link ServiceLoader}: each {@link TransformProvider} by its own name, and those of
 * Beam's own providers that {@code aliases.properties} names. Beam's class path holds many more
 * that read without position, coerce in silence or need Google Cloud; they are left out.
 */
@Internal
public final class Registry {
  private static final String ALIASES = "aliases.properties";

  private final Map<String, Entry> entries;

  private Registry(Map<String, Entry> entries) {
    this.entries = entries;
  }

  /** Loads what {@code loader} sees; two providers of one name are a SpecException. */
  public static Registry load(ClassLoader loader) {
    Map<String, Entry> entries = new TreeMap<>();
    Map<String, SchemaTransformProvider> others = new TreeMap<>();
    Problems problems = new Problems();
    for (SchemaTransformProvider provider :
        ServiceLoader.load(SchemaTransformProvider.class, loader)) {
      if (provider instanceof TransformProvider<?> own) {
        add(entries, new Entry(own.specName(), own), problems);
      } else {
        others.put(provider.identifier(), provider);
      }
    }
    aliases()
        .forEach(
            (name, identifier) -> {
              if (others.containsKey(identifier)) {
                add(entries, new Entry(name, others.get(identifier)), problems);
              }
            });
    problems.throwIfAny();
    return new Registry(entries);
  }

  /** Loads what the calling thread's class loader sees, a user's own jars among it. */
  public static Registry load() {
    ClassLoader context = Thread.currentThread().getContextClassLoader();
    return load(context == null ? Registry.class.getClassLoader() : context);
  }

  public Optional<Entry> get(String name) {
    return Optional.ofNullable(entries.get(name));
  }

  /** The names, sorted. */
  public SortedSet<String> names() {
    return new TreeSet<>(entries.keySet());
  }

  /** Beam's own transforms that we hand on: name in specs to identifier. */
  static Map<String, String> aliases() {
    Properties properties = new Properties();
    try (InputStream in = Registry.class.getResourceAsStream(ALIASES)) {
      properties.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + ALIASES + " on the class path", e);
    }
    Map<String, String> aliases = new TreeMap<>();
    properties.stringPropertyNames().forEach(n -> aliases.put(n, properties.getProperty(n)));
    return aliases;
  }

  private static void add(Map<String, Entry> entries, Entry entry, Problems problems) {
    Entry other = entries.putIfAbsent(entry.name(), entry);
    if (other != null) {
      problems.add(
          entry.name(),
          "two providers on the class path have this name: "
              + other.provider().getClass().getName()
              + " and "
              + entry.provider().getClass().getName());
    }
  }
}
