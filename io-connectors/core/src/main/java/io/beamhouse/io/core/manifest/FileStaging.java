package io.beamhouse.io.core.manifest;

import io.beamhouse.core.error.StorageFailedException;
import io.beamhouse.core.step.DurableSteps;
import io.beamhouse.io.core.staging.RowStaging;
import io.beamhouse.io.core.storage.Storage;
import java.io.IOException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.apache.hadoop.fs.Path;
import org.checkerframework.checker.nullness.qual.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes each bundle's rows to staged files of its own; a record stands for a closed file.
 *
 * <p>May run twice, in parallel and be killed anywhere: file names are random, nothing is ever
 * overwritten, and a file whose record does not reach the manifest is only litter. Holds one open
 * file for each partition, {@code maxOpen} at most. A row of one more takes the place of a file
 * that got nothing of the last 10,000 rows; if all are busy, it waits in a temp file until the
 * bundle ends, when {@code maxOpen} partitions at a time are written. Closes a file at {@code
 * maxRows} or {@code maxBytes}, and all at the end of the bundle.
 *
 * @param directory of this attempt's staging files; partitions are directories below it
 * @param partition null when all rows go to one directory
 */
record FileStaging(
    String directory,
    RowFileFormat format,
    Schema schema,
    @Nullable PartitionPath partition,
    int maxOpen,
    long maxRows,
    long maxBytes)
    implements RowStaging {
  private static final Logger LOG = LoggerFactory.getLogger(FileStaging.class);

  /** Rows of a bundle after which a partition that got none of them is thought to be over. */
  private static final long IDLE_ROWS = 10_000;

  @Override
  public Stage start() {
    return new Files(this);
  }

  private static final class Files implements Stage {
    private final FileStaging to;
    private final PartitionPath.@Nullable Directories directories;
    private final LinkedHashMap<String, OpenFile> open = new LinkedHashMap<>(16, 0.75f, true);
    private final PartitionSpill spill;
    private long staged;

    Files(FileStaging to) {
      this.to = to;
      this.directories = to.partition == null ? null : to.partition.start(to.schema);
      this.spill = new PartitionSpill(to.schema);
    }

    @Override
    public void begin() {
      abandon();
    }

    @Override
    public void stage(Row row, Records records) {
      String partition = directories == null ? "" : directories.of(row);
      staged++;
      if (!open.containsKey(partition) && open.size() >= to.maxOpen) {
        Iterator<OpenFile> files = open.values().iterator();
        OpenFile eldest = files.next();
        if (staged - eldest.last <= IDLE_ROWS) {
          spill.add(partition, row);
          return;
        }
        files.remove();
        records.add(0, to.finish(eldest).toBytes());
      }
      write(partition, row, records);
    }

    private void write(String partition, Row row, Records records) {
      OpenFile file = open.get(partition);
      if (file == null) {
        file = to.open(partition);
        open.put(partition, file);
      }
      try {
        file.rows.write(row);
      } catch (IOException e) {
        throw to.failed(e);
      }
      file.count++;
      file.last = staged;
      if (file.count >= to.maxRows || file.out.bytes() >= to.maxBytes) {
        open.remove(partition);
        records.add(0, to.finish(file).toBytes());
      }
    }

    @Override
    public void finish(Records records) {
      closeAll(records);
      for (List<String> group : spill.groups(to.maxOpen)) {
        spill.read(group, (partition, row) -> write(partition, row, records));
        closeAll(records);
      }
      spill.clear();
    }

    private void closeAll(Records records) {
      open.values().forEach(file -> records.add(0, to.finish(file).toBytes()));
      open.clear();
    }

    /** A failed bundle leaves its files open. */
    @Override
    public void abandon() {
      for (OpenFile file : open.values()) {
        try {
          file.out.close();
        } catch (IOException e) {
          LOG.debug("an abandoned staging file could not be closed: {}", file.path, e);
        }
      }
      open.clear();
      spill.clear();
      staged = 0;
    }
  }

  private static final class OpenFile {
    private final Path path;
    private final StagingOutput out;
    private final RowFileFormat.RowFile rows;
    private long count;
    private long last;

    OpenFile(Path path, StagingOutput out, RowFileFormat.RowFile rows) {
      this.path = path;
      this.out = out;
      this.rows = rows;
    }
  }

  private OpenFile open(String partition) {
    Path parent = partition.isEmpty() ? new Path(directory) : new Path(directory, partition);
    Path path = new Path(parent, UUID.randomUUID() + "." + format.extension());
    try {
      StagingOutput out = new StagingOutput(path);
      return new OpenFile(path, out, format.open(out, schema));
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private StagedFile finish(OpenFile file) {
    try {
      DurableSteps.before("files.stage");
      file.rows.close();
      String checksum = file.out.finish();
      StagedFile staged =
          new StagedFile(
              Storage.qualified(file.path).toString(),
              file.count,
              file.out.bytes(),
              checksum,
              "",
              Map.of("written", file.count));
      DurableSteps.after("files.stage");
      return staged;
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private StorageFailedException failed(IOException e) {
    return new StorageFailedException(
        "Could not write a staging file below "
            + directory
            + ": "
            + e.getMessage()
            + ". Nothing was published. Check free space, rights and reachability, and run again.",
        e);
  }
}
