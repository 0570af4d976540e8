package io.beamhouse.io.delta.compact;

import io.beamhouse.core.step.DurableSteps;
import io.beamhouse.io.core.storage.Storage;
import io.beamhouse.io.delta.data.TableFileReader;
import io.beamhouse.io.delta.data.TableProperties;
import io.beamhouse.io.delta.log.DataFile;
import io.beamhouse.io.delta.log.NewFile;
import io.beamhouse.io.delta.log.TableSnapshot;
import io.beamhouse.io.parquet.ParquetRowWriter;
import io.beamhouse.io.parquet.ParquetWriteOptions;
import io.beamhouse.io.parquet.WrittenParquet;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.apache.beam.sdk.values.Row;
import org.apache.hadoop.fs.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes the rows of a group's files to one new file, which nobody knows until a commit names it.
 *
 * <p>Rows are encoded anew, in row groups of 12 MiB: those of small files are too small to be kept.
 */
final class GroupRewrite {
  private static final Logger LOG = LoggerFactory.getLogger(GroupRewrite.class);

  private final TableSnapshot table;
  private final ParquetWriteOptions options;
  private final TableFileReader reader;

  GroupRewrite(TableSnapshot table, CompactSettings settings) {
    this.table = table;
    this.options =
        ParquetWriteOptions.defaults()
            .withCompression(settings.compression())
            .withStatisticsColumns(TableProperties.statisticsColumns(table.properties()));
    List<String> columns =
        table.schema().getFieldNames().stream()
            .filter(column -> !table.partitionColumns().contains(column))
            .toList();
    this.reader = new TableFileReader(table, columns);
  }

  FileGroup.Rewritten run(FileGroup group) {
    try (Output output = new Output(directory(group.files().get(0)))) {
      for (DataFile file : group.files()) {
        reader.read(file, output::write);
      }
      return new FileGroup.Rewritten(group, output.finish(group.files().get(0).partitionValues()));
    }
  }

  /** Deletes a file that no commit names and none will. */
  void delete(FileGroup.Rewritten rewritten) {
    if (rewritten.file() != null) {
      delete(path(rewritten.file().path()));
    }
  }

  private static void delete(Path path) {
    try {
      Storage.of(path).delete(path, false);
    } catch (IOException e) {
      LOG.warn("cannot delete {}, which no commit names; VACUUM will", path, e);
    }
  }

  private Path path(String name) {
    // Not Path(parent, child): that reads a colon in the child as a scheme.
    return new Path(table.path() + "/" + name);
  }

  /** Where a file of the table lies, relative to its root; empty for one that lies elsewhere. */
  private String directory(DataFile file) {
    String root = table.path() + "/";
    return file.path().startsWith(root)
        ? file.path().substring(root.length(), file.path().lastIndexOf('/') + 1)
        : "";
  }

  /** The new file, from its first row on. */
  private final class Output implements AutoCloseable {
    private final String name;
    private ParquetRowWriter writer;
    private boolean finished;

    Output(String directory) {
      String codec = options.compression().name().toLowerCase(Locale.ROOT);
      this.name = directory + "part-" + UUID.randomUUID() + "." + codec + ".parquet";
    }

    void write(Row row) {
      if (writer == null) {
        writer = ParquetRowWriter.create(path(name), reader.rows(), options);
      }
      writer.write(row);
    }

    NewFile finish(Map<String, String> partition) {
      if (writer == null) {
        return null;
      }
      DurableSteps.before("delta.data");
      WrittenParquet written = writer.finish();
      DurableSteps.after("delta.data");
      finished = true;
      return new NewFile(
          name, partition, written.bytes(), System.currentTimeMillis(), written.statsJson());
    }

    @Override
    public void close() {
      if (writer != null && !finished) {
        try {
          writer.close();
        } finally {
          delete(path(name));
        }
      }
    }
  }
}
