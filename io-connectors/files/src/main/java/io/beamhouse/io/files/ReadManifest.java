package io.beamhouse.io.files;

import io.beamhouse.core.Evolving;
import io.beamhouse.io.core.manifest.Manifest;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.display.DisplayData;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;

/**
 * Reads exactly the files of given manifests, whether they have been renamed yet or not.
 *
 * <p>Output: bounded rows with the union of the manifests' schemas. Each file's length, SHA-256 and
 * number of rows are compared with the manifest; a difference fails the read with
 * SourceFailedException. The same manifests give the same rows however often they are read.
 */
@Evolving
public final class ReadManifest extends PTransform<PBegin, PCollection<Row>> {
  private final FileSet files;
  private final String directory;

  private ReadManifest(FileSet files, String directory) {
    this.files = files;
    this.directory = directory;
  }

  /**
   * Reads the files of {@code manifests}.
   *
   * @param directory that the manifests' file names are relative to
   * @param manifests at least one
   */
  public static ReadManifest of(String directory, List<Manifest> manifests) {
    return new ReadManifest(
        FileSet.ofManifests(directory, manifests, ReadFiles.MAX_PUBLISHED_RECORD_BYTES), directory);
  }

  /** The schema of the rows. */
  public Schema schema() {
    return files.schema();
  }

  @Override
  public PCollection<Row> expand(PBegin begin) {
    ReadColumns columns = ReadColumns.none("ReadManifest");
    return begin.apply("Read", RowsFromFiles.of(files, files.schema(), columns, false)).rows();
  }

  @Override
  public void populateDisplayData(DisplayData.Builder builder) {
    super.populateDisplayData(builder);
    builder.add(DisplayData.item("directory", directory).withLabel("Directory"));
  }
}
