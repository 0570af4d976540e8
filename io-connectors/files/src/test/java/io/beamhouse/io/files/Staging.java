package io.beamhouse.io.files;

import io.beamhouse.io.core.increment.SinkContext;
import io.beamhouse.io.core.manifest.ManifestName;
import io.beamhouse.io.core.manifest.RowFileFormat;
import io.beamhouse.io.core.manifest.StagedFile;
import io.beamhouse.io.core.storage.Storage;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.beam.sdk.values.Row;
import org.apache.hadoop.fs.Path;

/** Stages files as workers do. */
final class Staging {
  private Staging() {}

  static List<StagedFile> stage(
      String directory, SinkContext context, RowFileFormat format, List<Row> rows, int perFile)
      throws Exception {
    List<StagedFile> staged = new ArrayList<>();
    for (int from = 0; from < rows.size(); from += perFile) {
      List<Row> part = rows.subList(from, Math.min(rows.size(), from + perFile));
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (RowFileFormat.RowFile file = format.open(bytes, part.get(0).getSchema())) {
        for (Row row : part) {
          file.write(row);
        }
      }
      Path path =
          new Path(
              Storage.path(directory),
              "_staging/"
                  + ManifestName.of(context)
                  + "/"
                  + context.attempt()
                  + "/"
                  + UUID.randomUUID()
                  + "."
                  + format.extension());
      try (OutputStream out = Storage.of(path).create(path, false)) {
        bytes.writeTo(out);
      }
      staged.add(
          new StagedFile(
              path.toString(),
              part.size(),
              bytes.size(),
              HexFormat.of()
                  .formatHex(MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray())),
              "",
              Map.of("written", (long) part.size())));
    }
    return staged;
  }
}
