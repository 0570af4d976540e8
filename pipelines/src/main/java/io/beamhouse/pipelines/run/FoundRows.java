package io.beamhouse.pipelines.run;

import io.beamhouse.core.row.Quarantined;
import io.beamhouse.core.row.RowKey;
import io.beamhouse.core.rowwise.Tally;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionRowTuple;
import org.apache.beam.sdk.values.Row;

/**
 * Rows of one key, gathered from outputs of steps in a pipeline that runs in this process. Memory:
 * {@link #MOST} rows of each output.
 */
final class FoundRows implements AutoCloseable {
  static final int MOST = 1000;

  /** Only the direct runner is used for this, so worker and driver are one process. */
  private static final Map<String, Queue<Row>> GATHERED = new ConcurrentHashMap<>();

  private final Map<String, String> key;
  private final String id = UUID.randomUUID().toString();
  private final List<String> names = new ArrayList<>();

  FoundRows(Map<String, String> key) {
    this.key = key;
  }

  /** Gathers from each output whose rows, or refused records, have the key's columns. */
  void gather(String step, PCollectionRowTuple outputs) {
    new TreeMap<>(outputs.getAll())
        .forEach(
            (tag, rows) -> {
              if (tag.equals(Tally.TAG)) {
                return;
              }
              Optional<RowKey> found = RowKey.of(key, keyed(rows.getSchema()));
              if (found.isPresent()) {
                gather(name(step, tag), rows, found.get());
              }
            });
  }

  private void gather(String name, PCollection<Row> rows, RowKey rowKey) {
    names.add(name);
    GATHERED.put(id + name, new ConcurrentLinkedQueue<>());
    rows.apply("Find " + name, ParDo.of(new FindFn(id + name, rowKey)));
  }

  /** The rows of a step's output; nothing when they have no such columns. */
  Optional<List<Row>> rows(String step, String tag) {
    Queue<Row> gathered = GATHERED.get(id + name(step, tag));
    return gathered == null ? Optional.empty() : Optional.of(List.copyOf(gathered));
  }

  private static String name(String step, String tag) {
    return step + "." + tag;
  }

  /** The type of the records themselves. */
  private static Schema keyed(Schema rows) {
    return refused(rows) ? rows.getField("failed_row").getType().getRowSchema() : rows;
  }

  static boolean refused(Schema rows) {
    if (!rows.hasField("failed_row")) {
      return false;
    }
    FieldType record = rows.getField("failed_row").getType();
    return record.getTypeName() == Schema.TypeName.ROW
        && rows.getFieldNames().equals(Quarantined.schema(record).getFieldNames());
  }

  @Override
  public void close() {
    names.forEach(name -> GATHERED.remove(id + name));
  }

  private static final class FindFn extends DoFn<Row, Void> {
    private final String name;
    private final RowKey key;

    FindFn(String name, RowKey key) {
      this.name = name;
      this.key = key;
    }

    @ProcessElement
    public void process(@Element Row row) {
      Row record = refused(row.getSchema()) ? row.getRow("failed_row") : row;
      Queue<Row> gathered = GATHERED.get(name);
      if (record != null && key.matches(record) && gathered != null && gathered.size() < MOST) {
        gathered.add(row);
      }
    }
  }
}
