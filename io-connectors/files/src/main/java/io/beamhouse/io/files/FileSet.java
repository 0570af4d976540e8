package io.beamhouse.io.files;

import io.beamhouse.core.error.SourceFailedException;
import io.beamhouse.io.core.manifest.Compactions;
import io.beamhouse.io.core.manifest.Manifest;
import io.beamhouse.io.core.manifest.Manifest.PublishedFile;
import io.beamhouse.io.core.storage.Storage;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.hadoop.fs.Path;

/**
 * Files that are read together.
 *
 * @param layouts that the files refer to by index
 * @param files in the order of the plan
 * @param schema that the rows of all of them fit
 */
record FileSet(List<ReadLayout> layouts, List<FileToRead> files, Schema schema)
    implements java.io.Serializable {
  /** Returns the files of {@code manifests}, which all belong to {@code directory}. */
  static FileSet ofManifests(String directory, List<Manifest> manifests, int maxRecordBytes) {
    FileSet all = null;
    for (Manifest manifest : manifests) {
      FileSet one = ofManifest(Storage.path(directory), manifest, maxRecordBytes);
      all = all == null ? one : all.and(one);
    }
    if (all == null) {
      throw new IllegalArgumentException("no manifest of " + directory);
    }
    return all;
  }

  private static FileSet ofManifest(Path directory, Manifest manifest, int maxRecordBytes) {
    List<FileToRead> files = new ArrayList<>();
    for (PublishedFile file : manifest.files()) {
      files.add(
          new FileToRead(
              new Path(directory, file.name()).toString(),
              List.of(
                  new Path(directory, file.staged()).toString(),
                  new Path(directory, Compactions.REPLACED + "/" + file.name()).toString()),
              0,
              file.bytes(),
              FileToRead.UNKNOWN,
              file.checksum(),
              file.rows()));
    }
    ReadFormat format = ReadFormat.of(manifest.format(), manifest.options(), maxRecordBytes);
    return new FileSet(
        List.of(new ReadLayout(format, manifest.schema())), files, manifest.schema());
  }

  /**
   * Returns {@code files} of one layout.
   *
   * @param columns of the files; null to guess them from the first ones
   */
  static FileSet ofFiles(List<FileToRead> files, ReadFormat format, Schema columns) {
    Schema known = columns == null ? SchemaDrift.of(files, format, null).schema() : columns;
    Schema rows = format.rules().rows(known);
    return new FileSet(List.of(new ReadLayout(format, rows)), files, rows);
  }

  /** Returns both; throws SourceFailedException when a column has two types. */
  FileSet and(FileSet more) {
    List<ReadLayout> bothLayouts = new ArrayList<>(layouts);
    List<FileToRead> bothFiles = new ArrayList<>(files);
    int[] index = new int[more.layouts.size()];
    for (int i = 0; i < index.length; i++) {
      index[i] = bothLayouts.indexOf(more.layouts.get(i));
      if (index[i] < 0) {
        index[i] = bothLayouts.size();
        bothLayouts.add(more.layouts.get(i));
      }
    }
    for (FileToRead file : more.files) {
      bothFiles.add(file.withLayout(index[file.layout()]));
    }
    String where = more.files.isEmpty() ? "an empty manifest" : more.files.get(0).path();
    return new FileSet(bothLayouts, bothFiles, union(schema, more.schema, where));
  }

  /** Returns a schema that rows of both fit; see {@link FileSchemas#union}. */
  static Schema union(Schema old, Schema added, String where) {
    try {
      return FileSchemas.union(old, added);
    } catch (IllegalArgumentException e) {
      throw new SourceFailedException(
          "The schema changed at "
              + where
              + ": "
              + e.getMessage()
              + ". Nothing was read. Choose: change the source back and capture again; capture into"
              + " a new directory with a new state; or convert the older files.",
          e);
    }
  }
}
