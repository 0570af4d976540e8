package io.beamhouse.io.files;

import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.error.SourceFailedException;
import io.beamhouse.core.row.Quarantined;
import io.beamhouse.io.files.Outcome.Kind;
import io.beamhouse.io.files.RecordStream.BadRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.io.BoundedSource;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;

/**
 * Files as rows, one record in memory at a time.
 *
 * <p>A source rather than a function from files to rows, since runners take a source's elements one
 * by one but buffer all outputs of one input. A file is not split. Reading only reads: it may be
 * done any number of times.
 */
final class RowFilesSource extends BoundedSource<Outcome> {
  private static final long UNKNOWN_LENGTH = 1024 * 1024;

  private final List<FileToRead> files;
  private final ReadTask task;

  RowFilesSource(List<FileToRead> files, ReadTask task) {
    this.files = new ArrayList<>(files);
    this.task = task;
  }

  List<FileToRead> files() {
    return files;
  }

  @Override
  public List<RowFilesSource> split(long desiredBytes, PipelineOptions options) {
    List<RowFilesSource> parts = new ArrayList<>();
    List<FileToRead> part = new ArrayList<>();
    long bytes = 0;
    for (FileToRead file : files) {
      if (!part.isEmpty() && bytes + length(file) > desiredBytes) {
        parts.add(new RowFilesSource(part, task));
        part = new ArrayList<>();
        bytes = 0;
      }
      part.add(file);
      bytes += length(file);
    }
    parts.add(new RowFilesSource(part, task));
    return parts;
  }

  @Override
  public long getEstimatedSizeBytes(PipelineOptions options) {
    return files.stream().mapToLong(RowFilesSource::length).sum();
  }

  private static long length(FileToRead file) {
    return file.bytes() < 0 ? UNKNOWN_LENGTH : file.bytes();
  }

  @Override
  public Coder<Outcome> getOutputCoder() {
    return new Outcome.OutcomeCoder(task.schema());
  }

  @Override
  public BoundedReader<Outcome> createReader(PipelineOptions options) {
    return new Reader(this);
  }

  private static final class Reader extends BoundedReader<Outcome> {
    private final RowFilesSource source;
    private final ReadTask task;
    private int next;
    private FileToRead file;
    private OpenFile open;
    private RecordStream records;
    private int[] mapping;
    private long number;
    private long rejected;
    private Outcome current;

    Reader(RowFilesSource source) {
      this.source = source;
      this.task = source.task;
    }

    @Override
    public boolean start() {
      return advance();
    }

    @Override
    public boolean advance() {
      try {
        return moveInWholeFile();
      } catch (IOException e) {
        throw new SourceFailedException(
            "Could not read "
                + (file == null ? "a file" : file.path())
                + ": "
                + e.getMessage()
                + ". Check that it is there, readable and whole, and run again.",
            e);
      }
    }

    /** A published file that cannot be understood is first of all held against its manifest. */
    private boolean moveInWholeFile() throws IOException {
      try {
        return move();
      } catch (DataRefusedException refused) {
        try (OpenFile again = OpenFile.open(file)) {
          again.verifyContent();
        }
        throw refused;
      }
    }

    private boolean move() throws IOException {
      current = null;
      while (true) {
        if (records == null) {
          if (next == source.files.size()) {
            return false;
          }
          open(source.files.get(next++));
        }
        if (records.next()) {
          number++;
          current = records.bad() == null ? good(records.values()) : bad(records.bad());
          return true;
        }
        open.verify(number);
        closeFile();
        if (task.counted()) {
          current = counts();
          return true;
        }
      }
    }

    private void open(FileToRead toRead) throws IOException {
      file = toRead;
      number = 0;
      rejected = 0;
      ReadLayout layout = task.layouts().get(file.layout());
      open = OpenFile.open(file);
      records = layout.format().open(open, layout.schema());
      mapping =
          task.schema().getFields().stream()
              .mapToInt(
                  field ->
                      layout.schema().hasField(field.getName())
                          ? layout.schema().indexOf(field.getName())
                          : -1)
              .toArray();
    }

    private Outcome good(List<Object> values) {
      Schema schema = task.schema();
      Object[] row = new Object[mapping.length];
      for (int i = 0; i < row.length; i++) {
        if (mapping[i] >= 0) {
          row[i] = values.get(mapping[i]);
        } else {
          String column = schema.getField(i).getName();
          if (column.equals(task.filenameColumn())) {
            row[i] = file.path();
          } else if (column.equals(task.sourceColumn())) {
            row[i] = file.name() + ":" + number;
          }
        }
      }
      return new Outcome(Kind.GOOD, Row.withSchema(schema).attachValues(Arrays.asList(row)));
    }

    private Outcome bad(BadRecord bad) {
      String position = file.path() + ":" + bad.line();
      if (!task.quarantine()) {
        throw new DataRefusedException(
            position
                + ": "
                + bad.message()
                + " ("
                + bad.rule()
                + "). Repair the file or the schema, or set error_handling to keep bad records"
                + " apart.");
      }
      Row raw =
          Row.withSchema(ReadTask.RAW)
              .addValues(bad.text(), bad.text() == null ? bad.raw() : null)
              .build();
      rejected++;
      return new Outcome(
          Kind.BAD,
          Quarantined.row(
              ReadTask.QUARANTINED, raw, bad.message(), bad.rule(), task.step(), position));
    }

    private Outcome counts() {
      return new Outcome(
          Kind.COUNTS,
          Row.withSchema(Outcome.COUNTS).addValues(file.path(), number, rejected).build());
    }

    @Override
    public Outcome getCurrent() {
      if (current == null) {
        throw new NoSuchElementException();
      }
      return current;
    }

    @Override
    public BoundedSource<Outcome> getCurrentSource() {
      return source;
    }

    private void closeFile() throws IOException {
      records.close();
      open.close();
      records = null;
      open = null;
    }

    @Override
    public void close() throws IOException {
      if (records != null) {
        records.close();
      }
      if (open != null) {
        open.close();
      }
    }
  }
}
