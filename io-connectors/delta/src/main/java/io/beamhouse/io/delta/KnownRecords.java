package io.beamhouse.io.delta;

import static io.beamhouse.io.delta.QuarantineTable.ATTEMPT;
import static io.beamhouse.io.delta.QuarantineTable.COPIES;
import static io.beamhouse.io.delta.QuarantineTable.FIRST_RUN;
import static io.beamhouse.io.delta.QuarantineTable.ID;
import static io.beamhouse.io.delta.QuarantineTable.POSITION;
import static io.beamhouse.io.delta.QuarantineTable.RESOLVED_BY;
import static io.beamhouse.io.delta.QuarantineTable.RUN;

import io.beamhouse.io.delta.data.TableFileReader;
import io.beamhouse.io.delta.log.DataFile;
import io.beamhouse.io.delta.log.DataFiles;
import io.beamhouse.io.delta.log.DeltaLog;
import io.beamhouse.io.delta.log.TableSnapshot;
import java.io.Serializable;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.beam.sdk.values.Row;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * One version of a quarantine table, searched by id on a worker.
 *
 * <p>Most records are refused once, so ids are looked at first, and the counters beside them only
 * in a file that has one. Holds one row group, and what was found.
 */
final class KnownRecords implements Serializable {
  private static final List<String> COUNTERS =
      List.of(ID, POSITION, COPIES, ATTEMPT, FIRST_RUN, RUN, RESOLVED_BY);

  /** Null when there is no table. */
  private final @Nullable TableSnapshot snapshot;

  private KnownRecords(@Nullable TableSnapshot snapshot) {
    this.snapshot = snapshot;
  }

  /** The newest version as of now. */
  static KnownRecords of(QuarantineTable table) {
    return new KnownRecords(DeltaLog.at(table.path()).find().orElse(null));
  }

  /** The position and the counters of those that are known. */
  Map<String, Row> find(Set<String> ids) {
    Map<String, Row> found = new HashMap<>();
    if (snapshot == null) {
      return found;
    }
    TableFileReader onlyIds = new TableFileReader(snapshot, List.of(ID));
    TableFileReader counters = new TableFileReader(snapshot, COUNTERS);
    try (DataFiles files = snapshot.files()) {
      while (files.hasNext()) {
        DataFile file = files.next();
        Set<String> here = new HashSet<>();
        read(onlyIds, file, ids, row -> here.add(row.getString(ID)));
        if (!here.isEmpty()) {
          read(counters, file, here, row -> found.put(row.getString(ID), row));
        }
      }
    }
    return found;
  }

  private static void read(
      TableFileReader reader, DataFile file, Set<String> ids, Consumer<Row> out) {
    reader.read(
        file,
        row -> {
          if (ids.contains(row.getString(ID))) {
            out.accept(row);
          }
        });
  }
}
