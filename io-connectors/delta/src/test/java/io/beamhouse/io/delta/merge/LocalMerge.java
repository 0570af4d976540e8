package io.beamhouse.io.delta.merge;

import io.beamhouse.core.rowwise.Gate;
import io.beamhouse.io.core.staging.RowStaging;
import io.beamhouse.io.delta.data.TableFileReader;
import io.beamhouse.io.delta.log.DataFile;
import io.beamhouse.io.delta.log.DataFiles;
import io.beamhouse.io.delta.log.DeltaLog;
import io.beamhouse.io.delta.log.TableSnapshot;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;

/** The stages of a merge called one after the other, without a pipeline around them. */
final class LocalMerge {
  private final Target target;
  private final MergeShape shape;
  private final MergeShape parentShape;
  private MergePlan plan;
  private final List<FileOutcome> files = new ArrayList<>();
  private final List<Remainder.Outcome> rests = new ArrayList<>();

  LocalMerge(MergeSettings settings, Schema schema) {
    this(settings, schema, null);
  }

  LocalMerge(MergeSettings settings, Schema schema, Schema parents) {
    String token = UUID.randomUUID().toString();
    this.target = settings.toBuilder().token(token).build().target();
    this.shape = settings.shape(schema, parents);
    this.parentShape = parents == null ? null : settings.parentShape(parents, schema);
  }

  static MergeSettings.Builder settings(String table, String... keys) {
    return MergeSettings.into(table).toBuilder().keys(List.of(keys)).buckets(4);
  }

  /** Runs a merge under a token of its own. */
  static MergeOutcome run(MergeSettings settings, Schema schema, List<Row> changes) {
    try {
      LocalMerge merge = new LocalMerge(settings, schema);
      merge.work(changes);
      return merge.commit();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  /** All but the commit. */
  void work(List<Row> changes) throws IOException {
    work(changes, List.of());
  }

  void work(List<Row> changes, List<Row> parents) throws IOException {
    Map<Integer, List<byte[]>> buckets = new LinkedHashMap<>();
    stage(new ChangeStaging(shape, false, target.buckets(), null), changes, buckets);
    if (parentShape != null) {
      stage(new ChangeStaging(parentShape, true, target.buckets(), null), parents, buckets);
    }
    List<StoredBucket> stored = new ArrayList<>();
    for (Map.Entry<Integer, List<byte[]>> bucket : buckets.entrySet()) {
      stored.add(
          StoredBucket.store(bucket.getKey(), shape, bucket.getValue(), target.workDirectory()));
    }
    plan = new MergePlanner(target, shape, Gate.OPEN).plan(stored);
    List<DataFile> touched = new ArrayList<>();
    MergePlanner.touched(plan, touched::add);
    try (ChangeStore store = plan.openStore()) {
      for (DataFile file : touched) {
        FileOutcome outcome = new FileMerge(plan, store).run(file);
        if (outcome != null) {
          files.add(outcome);
        }
      }
      Settled settled = Settled.of(files);
      List<TombstoneFile> remembered =
          shape.sequenced() ? new Tombstones(target.path(), shape).valid(plan.table()) : List.of();
      for (int group = 0; group < Remainder.groups(plan).size(); group++) {
        rests.add(new Remainder(plan, store, remembered).run(group, settled, true));
      }
      Tombstones.close(remembered);
    }
  }

  private static void stage(
      RowStaging staging, List<Row> rows, Map<Integer, List<byte[]>> buckets) {
    RowStaging.Stage stage = staging.start();
    RowStaging.Records records =
        new RowStaging.Records() {
          @Override
          public void add(int bucket, byte[] record) {
            buckets.computeIfAbsent(bucket, any -> new ArrayList<>()).add(record);
          }

          @Override
          public void refuse(Row row) {
            throw new AssertionError("nothing is put aside");
          }
        };
    rows.forEach(row -> stage.stage(row, records));
  }

  MergeOutcome commit() throws IOException {
    return new MergeCommit(plan, files, rests, Gate.OPEN).run();
  }

  List<FileOutcome> files() {
    return files;
  }

  /** The rows of the newest version. */
  static List<Row> read(String table) {
    TableSnapshot snapshot = DeltaLog.at(table).latest();
    TableFileReader reader = new TableFileReader(snapshot, snapshot.schema().getFieldNames());
    List<Row> rows = new ArrayList<>();
    try (DataFiles files = snapshot.files()) {
      while (files.hasNext()) {
        reader.read(files.next(), rows::add);
      }
    }
    return rows;
  }
}
