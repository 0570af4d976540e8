package io.beamhouse.io.core.storage;

import com.google.auto.service.AutoService;
import io.beamhouse.core.Internal;
import io.beamhouse.core.provider.ConfigFiles;
import java.io.IOException;
import java.io.InputStream;
import org.apache.hadoop.fs.Path;

/** Opens what a config names in any store. */
@Internal
@AutoService(ConfigFiles.Opener.class)
public final class StoredConfigFiles implements ConfigFiles.Opener {
  @Override
  public InputStream open(String path) throws IOException {
    Path file = Storage.path(path);
    return Storage.of(file).open(file);
  }
}
