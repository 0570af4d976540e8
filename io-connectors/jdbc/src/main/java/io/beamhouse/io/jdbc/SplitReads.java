package io.beamhouse.io.jdbc;

import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.RowCoder;
import org.apache.beam.sdk.io.BoundedSource;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.display.DisplayData;
import org.apache.beam.sdk.values.Row;

/**
 * The splits of a chunk as a bounded source, one part each.
 *
 * <p>A source and not a DoFn, since the Spark runner keeps all that a DoFn emits for one element in
 * memory, while a source's rows stream: memory is one fetch of {@code fetch_size} rows and the
 * hashes of the overlap. Nothing is written, so a part may be read again or twice at once.
 */
final class SplitReads extends BoundedSource<Row> {
  private static final long serialVersionUID = 1;

  private final TableRead read;
  private final List<Split> splits;
  private final int first;

  /**
   * @param first number of the first of {@code splits} within the chunk
   */
  SplitReads(TableRead read, List<Split> splits, int first) {
    this.read = read;
    this.splits = List.copyOf(splits);
    this.first = first;
  }

  @Override
  public List<SplitReads> split(long desiredBundleSizeBytes, PipelineOptions options) {
    return java.util.stream.IntStream.range(0, splits.size())
        .mapToObj(i -> new SplitReads(read, splits.subList(i, i + 1), first + i))
        .toList();
  }

  @Override
  public long getEstimatedSizeBytes(PipelineOptions options) {
    // Unknown; enough that every split becomes a partition of its own.
    return splits.size() * (64L << 20);
  }

  @Override
  public BoundedReader<Row> createReader(PipelineOptions options) {
    return new Rows(this);
  }

  @Override
  public Coder<Row> getOutputCoder() {
    return RowCoder.of(read.schema());
  }

  @Override
  public void populateDisplayData(DisplayData.Builder builder) {
    builder
        .add(DisplayData.item("database", read.connection().toString()))
        .add(DisplayData.item("relation", read.relation().label()))
        .add(DisplayData.item("splits", splits.size()));
  }

  private static final class Rows extends BoundedReader<Row> {
    private final SplitReads source;
    private final org.apache.beam.sdk.schemas.Schema schema;
    private final String[] seen;
    private final Seen.Hasher hasher;
    private int split = -1;
    private long row;
    private SplitCursor cursor;
    private Row current;

    Rows(SplitReads source) {
      this.source = source;
      schema = source.read.schema();
      seen = source.read.seen().load();
      hasher = new Seen.Hasher(source.read.columns());
    }

    @Override
    public boolean start() throws IOException {
      return advance();
    }

    @Override
    public boolean advance() throws IOException {
      while (true) {
        List<Object> values = cursor == null ? null : cursor.next();
        if (values == null) {
          if (!nextSplit()) {
            current = null;
            return false;
          }
        } else if (seen.length == 0 || !Seen.holds(seen, hasher.hash(values))) {
          current = row(values);
          return true;
        }
      }
    }

    private boolean nextSplit() {
      close();
      split++;
      row = 0;
      if (split >= source.splits.size()) {
        return false;
      }
      Split next = source.splits.get(split);
      cursor =
          switch (next.kind()) {
            case DELETED -> new DeletedKeys(source.read, next.file());
            case LATE -> new LateRows(source.read, next.file());
            case RANGE, NULLS -> new DatabaseRows(source.read, next);
          };
      return true;
    }

    private Row row(List<Object> values) {
      TableRead read = source.read;
      if (read.changes()) {
        boolean gone = source.splits.get(split).kind() == Split.Kind.DELETED;
        boolean deleted = gone || DeleteFlag.isSet(read, values);
        row++;
        values.add(deleted);
        values.add(read.run());
        values.add(
            read.relation().label()
                + (gone ? "[deleted]#" : "[" + (source.first + split) + "]#")
                + row);
      }
      return Row.withSchema(schema).attachValues(values);
    }

    @Override
    public Row getCurrent() {
      if (current == null) {
        throw new NoSuchElementException();
      }
      return current;
    }

    @Override
    public void close() {
      if (cursor != null) {
        cursor.close();
        cursor = null;
      }
    }

    @Override
    public BoundedSource<Row> getCurrentSource() {
      return source;
    }
  }

  /** Rows of one split, one after the other. */
  interface SplitCursor extends AutoCloseable {
    /** The values of the next row, or null at the end. */
    List<Object> next() throws IOException;

    @Override
    void close();
  }

  /** Streams a query's rows over a connection of its own. */
  static final class DatabaseRows implements SplitCursor {
    private final TableRead read;
    private final Connection connection;
    private PreparedStatement statement;
    private ResultSet rows;
    private RowMapper mapper;

    DatabaseRows(TableRead read, Split split) {
      this.read = read;
      connection = read.connection().open();
      try {
        Transactions.beginRead(connection, read.dialect(), read.snapshot());
        statement = read.select(split).prepare(connection, read.connection());
        statement.setFetchSize(read.fetchSize());
        rows = statement.executeQuery();
        mapper =
            new RowMapper(
                read.relation().label(), read.columns(), rows, read.dialect(), read.numeric());
      } catch (SQLException e) {
        close();
        throw SqlFailures.of(e, read.connection(), "reading " + read.relation().label());
      } catch (RuntimeException e) {
        close();
        throw e;
      }
    }

    @Override
    public List<Object> next() {
      try {
        return rows.next() ? mapper.read(rows) : null;
      } catch (SQLException e) {
        throw SqlFailures.of(e, read.connection(), "reading " + read.relation().label());
      }
    }

    @Override
    public void close() {
      Transactions.closeQuietly(connection);
    }
  }

  /** Whether a row's delete flag is set. */
  static final class DeleteFlag {
    private DeleteFlag() {}

    static boolean isSet(TableRead read, List<Object> values) {
      if (read.deleteFlag().isEmpty()) {
        return false;
      }
      Object value = values.get(index(read));
      if (value == null) {
        return false;
      }
      if (value instanceof Boolean flag) {
        return flag;
      }
      if (value instanceof Number number) {
        return number.doubleValue() != 0;
      }
      return !(value instanceof String text) || text.matches("(?i)1|t|true|y|yes");
    }

    private static int index(TableRead read) {
      for (int i = 0; i < read.columns().size(); i++) {
        if (read.columns().get(i).name().equals(read.deleteFlag())) {
          return i;
        }
      }
      throw new IllegalStateException("no column " + read.deleteFlag());
    }
  }
}
