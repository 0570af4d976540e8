package io.beamhouse.io.core.storage;

import io.beamhouse.core.Evolving;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.io.core.web.WebFileSystem;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.ServiceLoader;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/**
 * The one way to files: Hadoop file systems for every scheme ({@code file}, {@code hdfs}, later
 * {@code oci}, {@code s3a}, {@code abfs}; {@code http} and {@code https} to read from).
 *
 * <p>A path without a scheme is a local one. Local files are written without checksum side files,
 * since a glob must see published files only.
 */
@Evolving
public final class Storage {
  private static final Configuration CONFIGURATION = load();

  private Storage() {}

  /** Returns a copy of the configuration of this process. */
  public static Configuration configuration() {
    return new Configuration(CONFIGURATION);
  }

  /** Returns the file system of {@code path}; shared and never to be closed by the caller. */
  public static FileSystem of(Path path) throws IOException {
    return qualified(path).getFileSystem(CONFIGURATION);
  }

  /**
   * Returns {@code path} with its scheme: local paths become absolute {@code file:} paths.
   *
   * @throws SpecException when it holds a user or a password, which would show in every message
   */
  public static Path qualified(Path path) {
    String scheme = path.toUri().getScheme();
    if (scheme != null) {
      if (scheme.startsWith("http") && path.toUri().getUserInfo() != null) {
        throw new SpecException(
            "path", "holds a user or password before '@'; addresses are printed, so leave it out");
      }
      return path;
    }
    // Not by toUri(), which ends with a slash if and only if the directory exists.
    java.nio.file.Path local = java.nio.file.Path.of(path.toString()).toAbsolutePath().normalize();
    return new Path("file", null, local.toString());
  }

  /** Parses a path as users write it; see {@link #qualified}. */
  public static Path path(String text) {
    return qualified(new Path(text));
  }

  /**
   * Returns the names of all that is in {@code directory}, in no order; none when it does not
   * exist. Costs a listing, on local disks without a look at each file, which is dear where there
   * are many.
   */
  public static List<String> names(Path directory) throws IOException {
    Path qualified = qualified(directory);
    if ("file".equals(qualified.toUri().getScheme())) {
      String[] names = new File(qualified.toUri().getPath()).list();
      return names == null ? List.of() : List.of(names);
    }
    try {
      return Arrays.stream(of(qualified).listStatus(qualified))
          .map(status -> status.getPath().getName())
          .toList();
    } catch (FileNotFoundException e) {
      return List.of();
    }
  }

  private static Configuration load() {
    Configuration configuration =
        ServiceLoader.load(HadoopConfigurationSource.class, Storage.class.getClassLoader())
            .findFirst()
            .map(HadoopConfigurationSource::get)
            .map(Configuration::new)
            .orElseGet(Configuration::new);
    configuration.set("fs.file.impl", "org.apache.hadoop.fs.RawLocalFileSystem");
    // The cache would hand out a LocalFileSystem that somebody else made first.
    configuration.setBoolean("fs.file.impl.disable.cache", true);
    configuration.set("fs.http.impl", WebFileSystem.class.getName());
    configuration.set("fs.https.impl", WebFileSystem.class.getName());
    return configuration;
  }
}
