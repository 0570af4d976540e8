package io.beamhouse.quality;

import io.beamhouse.core.error.DataRefusedException;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.RowCoder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.Field;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionView;
import org.apache.beam.sdk.values.Row;

/**
 * Adds a column with a bit for each foreign key that the table does not have.
 *
 * <p>Only hashes of keys are shuffled, and combined before they are, so a hot key costs what any
 * other costs and no row is shuffled. What comes back to the rows are the hashes of the keys that
 * are missing: 16 bytes each, {@code limit} of them at most, beyond which the run fails, since then
 * it is rather the table that is wrong.
 */
final class MarkMissingKeys extends PTransform<PCollection<Row>, PCollection<Row>> {
  private static final String MARKS = "_missing_keys";
  private static final int HERE = 1;
  private static final int THERE = 2;

  private final List<ExistsIn> keys;
  private final transient List<PCollection<Row>> tables;
  private final int limit;

  /**
   * @param keys at most 64
   * @param tables for each of {@code keys} its table
   */
  MarkMissingKeys(List<ExistsIn> keys, List<PCollection<Row>> tables, int limit) {
    this.keys = List.copyOf(keys);
    this.tables = List.copyOf(tables);
    this.limit = limit;
  }

  static Schema with(Schema plain) {
    return Schema.builder()
        .addFields(plain.getFields())
        .addField(Field.of(MARKS, FieldType.INT64))
        .build();
  }

  static Schema without(Schema marked) {
    return Schema.builder()
        .addFields(marked.getFields().subList(0, marked.getFieldCount() - 1))
        .build();
  }

  @Override
  public PCollection<Row> expand(PCollection<Row> rows) {
    PCollectionList<KV<byte[], Integer>> seen = PCollectionList.empty(rows.getPipeline());
    for (int i = 0; i < keys.size(); i++) {
      ExistsIn key = keys.get(i);
      seen =
          seen.and(seen(rows, i, key.columns(), HERE, "Keys " + i))
              .and(seen(tables.get(i), i, key.keys(), THERE, "Table " + i));
    }
    PCollectionView<byte[]> missing =
        seen.apply("All", Flatten.pCollections())
            .apply("Where", Combine.perKey(new EitherFn()))
            .apply("Missing", ParDo.of(new MissingFn()))
            .setCoder(ByteArrayCoder.of())
            .apply("Set", Combine.globally(new HashSetFn(limit)).asSingletonView());
    Schema marked = with(rows.getSchema());
    return rows.apply(
            "Mark",
            ParDo.of(new MarkFn(keys, rows.getSchema(), marked, missing)).withSideInputs(missing))
        .setCoder(RowCoder.of(marked))
        .setRowSchema(marked);
  }

  private static PCollection<KV<byte[], Integer>> seen(
      PCollection<Row> rows, int key, List<String> columns, int where, String name) {
    return rows.apply(name, ParDo.of(new SeenFn(rows.getSchema(), key, columns, where)))
        .setCoder(KvCoder.of(ByteArrayCoder.of(), VarIntCoder.of()))
        .apply(name + " at once", Window.into(new GlobalWindows()));
  }

  private static final class SeenFn extends DoFn<Row, KV<byte[], Integer>> {
    private final Schema schema;
    private final int key;
    private final List<String> columns;
    private final int where;
    private transient KeyEncoder encoder;

    SeenFn(Schema schema, int key, List<String> columns, int where) {
      this.schema = schema;
      this.key = key;
      this.columns = List.copyOf(columns);
      this.where = where;
    }

    @Setup
    public void setup() {
      encoder = KeyEncoder.of(schema, columns);
    }

    @ProcessElement
    public void process(@Element Row row, OutputReceiver<KV<byte[], Integer>> out) {
      byte[] hash = encoder.hash128(row);
      if (hash != null) {
        out.output(KV.of(HashSetFn.entry(key, hash), where));
      }
    }
  }

  private static final class EitherFn extends Combine.BinaryCombineIntegerFn {
    @Override
    public int apply(int left, int right) {
      return left | right;
    }

    @Override
    public int identity() {
      return 0;
    }
  }

  private static final class MissingFn extends DoFn<KV<byte[], Integer>, byte[]> {
    @ProcessElement
    public void process(@Element KV<byte[], Integer> key, OutputReceiver<byte[]> out) {
      if (key.getValue() == HERE) {
        out.output(key.getKey());
      }
    }
  }

  private static final class MarkFn extends DoFn<Row, Row> {
    private final List<ExistsIn> keys;
    private final Schema plain;
    private final Schema marked;
    private final PCollectionView<byte[]> missing;
    private transient List<KeyEncoder> encoders;
    private transient byte[] loaded;

    MarkFn(List<ExistsIn> keys, Schema plain, Schema marked, PCollectionView<byte[]> missing) {
      this.keys = new ArrayList<>(keys);
      this.plain = plain;
      this.marked = marked;
      this.missing = missing;
    }

    @Setup
    public void setup() {
      encoders = keys.stream().map(key -> KeyEncoder.of(plain, key.columns())).toList();
    }

    @ProcessElement
    public void process(ProcessContext context) {
      byte[] set = context.sideInput(missing);
      if (set != loaded) {
        refuseOverflow(set);
        loaded = set;
      }
      Row row = context.element();
      long marks = 0;
      for (int i = 0; set.length > 0 && i < encoders.size(); i++) {
        byte[] hash = encoders.get(i).hash128(row);
        if (hash != null && HashSetFn.contains(set, HashSetFn.entry(i, hash))) {
          marks |= 1L << i;
        }
      }
      List<Object> values = new ArrayList<>(marked.getFieldCount());
      values.addAll(row.getValues());
      values.add(marks);
      context.output(Row.withSchema(marked).attachValues(values));
    }

    private static void refuseOverflow(byte[] set) {
      if (HashSetFn.isTooLarge(set)) {
        throw new DataRefusedException(
            "CheckRows found more missing foreign keys than max_missing_keys allows. Check that"
                + " exists_in names the right table and columns, or raise max_missing_keys (17"
                + " bytes of memory each).");
      }
    }
  }
}
