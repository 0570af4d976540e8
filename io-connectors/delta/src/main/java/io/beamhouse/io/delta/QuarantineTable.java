package io.beamhouse.io.delta;

import io.beamhouse.core.Internal;
import io.beamhouse.io.delta.data.TableFileReader;
import io.beamhouse.io.delta.log.DataFiles;
import io.beamhouse.io.delta.log.DeltaLog;
import io.beamhouse.io.delta.log.TableSnapshot;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Predicate;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;

/**
 * A table of bad records, one row each, and reading it without a pipeline.
 *
 * <p>Reading holds one row group in memory.
 */
@Internal
public final class QuarantineTable {
  public static final String ID = "id";
  public static final String PIPELINE = "pipeline";
  public static final String SINK = "sink";
  public static final String STEP = "step";
  public static final String RULE = "rule";
  public static final String MESSAGE = "error_message";
  public static final String FAILURES = "failures";
  public static final String POSITION = "position";
  public static final String RAW = "raw";
  public static final String COPIES = "copies";
  public static final String ATTEMPT = "attempt";
  public static final String FIRST_RUN = "first_run";
  public static final String RUN = "run";
  public static final String RESOLVED_BY = "resolved_by";

  /** The columns; flat, since they are merged. */
  public static final Schema SCHEMA =
      Schema.builder()
          .addStringField(ID)
          .addStringField(PIPELINE)
          .addStringField(SINK)
          .addStringField(STEP)
          .addStringField(RULE)
          .addStringField(MESSAGE)
          .addNullableStringField(FAILURES)
          .addNullableStringField(POSITION)
          .addStringField(RAW)
          .addInt64Field(COPIES)
          .addInt32Field(ATTEMPT)
          .addInt64Field(FIRST_RUN)
          .addInt64Field(RUN)
          .addNullableStringField(RESOLVED_BY)
          .build();

  private final String path;

  private QuarantineTable(String path) {
    this.path = path;
  }

  public static QuarantineTable at(String path) {
    return new QuarantineTable(path);
  }

  public String path() {
    return path;
  }

  /** The newest version; empty when there is no table. */
  public OptionalLong version() {
    Optional<TableSnapshot> newest = DeltaLog.at(path).find();
    return newest.isPresent() ? OptionalLong.of(newest.get().version()) : OptionalLong.empty();
  }

  /**
   * Shows {@code visitor} the rows of {@code version}, in no order, until it returns false.
   *
   * @param version as {@link #version} gave it
   */
  public void read(long version, Predicate<Row> visitor) {
    TableSnapshot snapshot = DeltaLog.at(path).at(version);
    TableFileReader reader = new TableFileReader(snapshot, SCHEMA.getFieldNames());
    try (DataFiles files = snapshot.files()) {
      while (files.hasNext()) {
        reader.read(
            files.next(),
            row -> {
              if (!visitor.test(row)) {
                throw new EnoughException();
              }
            });
      }
    } catch (EnoughException e) {
      // The visitor has seen what it wanted.
    }
  }

  @SuppressWarnings("serial") // never leaves this class
  private static final class EnoughException extends RuntimeException {
    EnoughException() {
      super(null, null, false, false);
    }
  }
}
