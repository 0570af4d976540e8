package io.beamhouse.io.files;

import io.beamhouse.core.error.SourceFailedException;
import io.beamhouse.io.core.increment.EarlierRows;
import io.beamhouse.io.core.manifest.Manifest;
import io.beamhouse.io.core.manifest.Manifests;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.beam.sdk.io.BoundedSource.BoundedReader;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;

/** All rows that a directory's manifests name, read one after the other without a pipeline. */
final class PublishedRows implements EarlierRows {
  private final String directory;
  private FileSet files;
  private boolean looked;

  PublishedRows(String directory) {
    this.directory = directory;
  }

  private Optional<FileSet> files() {
    if (!looked) {
      try {
        List<Manifest> all = Manifests.at(directory).all();
        files =
            all.isEmpty()
                ? null
                : FileSet.ofManifests(directory, all, ReadFiles.MAX_PUBLISHED_RECORD_BYTES);
      } catch (IOException e) {
        throw failed(e);
      }
      looked = true;
    }
    return Optional.ofNullable(files);
  }

  @Override
  public Optional<Schema> schema() {
    return files().map(FileSet::schema);
  }

  @Override
  public void forEach(Consumer<Row> visitor) {
    if (files().isEmpty()) {
      return;
    }
    FileSet all = files().get();
    ReadTask task = new ReadTask(all.layouts(), all.schema(), "", "", "earlier rows", false, false);
    RowFilesSource source = new RowFilesSource(all.files(), task);
    try (BoundedReader<Outcome> reader = source.createReader(PipelineOptionsFactory.create())) {
      for (boolean more = reader.start(); more; more = reader.advance()) {
        visitor.accept(reader.getCurrent().row());
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private SourceFailedException failed(IOException e) {
    return new SourceFailedException(
        "What earlier runs published to "
            + directory
            + " could not be read: "
            + e.getMessage()
            + ". Check access and run again.",
        e);
  }
}
