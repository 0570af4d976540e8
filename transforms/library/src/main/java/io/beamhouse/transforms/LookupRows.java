package io.beamhouse.transforms;

import io.beamhouse.core.Evolving;
import io.beamhouse.core.error.Problems;
import io.beamhouse.core.row.Quarantined;
import io.beamhouse.core.row.RowTypes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.RowCoder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.Field;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.schemas.Schema.TypeName;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.display.DisplayData;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionRowTuple;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.PCollectionView;
import org.apache.beam.sdk.values.PInput;
import org.apache.beam.sdk.values.POutput;
import org.apache.beam.sdk.values.PValue;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;

/**
 * Adds columns of a small table to rows, found by key.
 *
 * <p>Input: bounded or unbounded rows, and a bounded table whose key is unique. Output: each row
 * with the table's columns behind its own; they are nullable, and NULL where the key is null or the
 * table does not have it, unless {@link #withQuarantine}: then such rows are {@link Quarantined}.
 * Whole numbers are equal whatever their type; other types must be the same. No floating numbers.
 *
 * <p>No row is shuffled. Each worker holds the table, {@link #withMaxRows} rows at most (default
 * 100,000). A larger table, or a key that is there twice, is a DataRefusedException. A pure
 * function of its inputs: retries give the same result.
 */
@Evolving
public final class LookupRows extends PTransform<PCollection<Row>, LookupRows.Result> {
  /** Rows of the table by default. */
  public static final int DEFAULT_MAX_ROWS = 100_000;

  private final transient PCollection<Row> table;
  private final LinkedHashMap<String, String> keys;
  private final LinkedHashMap<String, String> fields;
  private final int maxRows;
  private final boolean quarantine;

  private LookupRows(
      PCollection<Row> table,
      Map<String, String> keys,
      Map<String, String> fields,
      int maxRows,
      boolean quarantine) {
    this.table = table;
    this.keys = new LinkedHashMap<>(keys);
    this.fields = new LinkedHashMap<>(fields);
    this.maxRows = maxRows;
    this.quarantine = quarantine;
  }

  /**
   * Looks rows up in {@code table}.
   *
   * @param keys by column of the rows, the column of the table that it must be equal to
   * @param fields by name of the column to add, the column of the table that it is taken from
   */
  public static LookupRows in(
      PCollection<Row> table, Map<String, String> keys, Map<String, String> fields) {
    return new LookupRows(table, keys, fields, DEFAULT_MAX_ROWS, false);
  }

  /** A table of more rows fails the run. */
  public LookupRows withMaxRows(int rows) {
    return new LookupRows(table, keys, fields, rows, quarantine);
  }

  /** Rows that the table does not know become {@link Quarantined} rows. */
  public LookupRows withQuarantine() {
    return new LookupRows(table, keys, fields, maxRows, true);
  }

  /**
   * The outputs.
   *
   * @param rows with the columns that were looked up
   * @param quarantined present if chosen
   */
  @Evolving
  public record Result(PCollection<Row> rows, Optional<PCollection<Row>> quarantined)
      implements POutput {
    @Override
    public Pipeline getPipeline() {
      return rows.getPipeline();
    }

    @Override
    public Map<TupleTag<?>, PValue> expand() {
      PCollectionRowTuple outputs = PCollectionRowTuple.of("output", rows);
      return quarantined.map(bad -> outputs.and("quarantined", bad)).orElse(outputs).expand();
    }

    @Override
    public void finishSpecifyingOutput(
        String transformName, PInput input, PTransform<?, ?> transform) {}
  }

  @Override
  public Result expand(PCollection<Row> input) {
    Schema in = input.getSchema();
    check(in);
    List<String> columns = new ArrayList<>(keys.values());
    columns.addAll(fields.values());
    int[] chosen = columns.stream().mapToInt(table.getSchema()::indexOf).toArray();
    Schema.Builder projected = Schema.builder();
    for (int i = 0; i < chosen.length; i++) {
      projected.addField("c" + i, table.getSchema().getField(chosen[i]).getType());
    }
    Schema small = projected.build();
    PCollectionView<LookupTable> view =
        table
            .apply("Columns", ParDo.of(new ColumnsFn(chosen, small)))
            .setCoder(RowCoder.of(small))
            .apply(
                "Table",
                Combine.globally(new LookupTable.CollectFn(small, keys.size(), maxRows))
                    .asSingletonView());
    Schema out = output(in);
    Schema bad = Quarantined.schema(FieldType.row(in));
    int[] indexes = keys.keySet().stream().mapToInt(in::indexOf).toArray();
    FindFn find = new FindFn(view, indexes, out, quarantine ? bad : null, in);
    PCollectionTuple outputs =
        input.apply(
            "Find",
            ParDo.of(find)
                .withSideInputs(view)
                .withOutputTags(FindFn.FOUND, TupleTagList.of(FindFn.UNKNOWN)));
    PCollection<Row> unknown = outputs.get(FindFn.UNKNOWN).setRowSchema(bad);
    return new Result(
        outputs.get(FindFn.FOUND).setRowSchema(out),
        quarantine ? Optional.of(unknown) : Optional.empty());
  }

  private Schema output(Schema in) {
    Schema.Builder out = Schema.builder().addFields(in.getFields());
    fields.forEach(
        (name, from) -> {
          Field field = table.getSchema().getField(from);
          boolean nullable = !quarantine || field.getType().getNullable();
          out.addField(
              Field.of(name, field.getType().withNullable(nullable))
                  .withDescription(field.getDescription()));
        });
    return out.build();
  }

  private void check(Schema in) {
    Problems problems = new Problems();
    if (table.isBounded() == PCollection.IsBounded.UNBOUNDED) {
      problems.add("table", "is unbounded, so it would never be whole; look up in a bounded one");
    }
    Schema there = table.getSchema();
    keys.forEach(
        (mine, theirs) -> {
          boolean known = known(in, mine, "keys", "the rows have", problems);
          if (known(there, theirs, "keys." + mine, "the table has", problems) && known) {
            FieldType left = in.getField(mine).getType();
            FieldType right = there.getField(theirs).getType();
            boolean whole = isWhole(left) && isWhole(right);
            boolean same = RowTypes.equal(left.withNullable(true), right.withNullable(true));
            if (!whole && (!same || !isKey(left))) {
              problems.add(
                  "keys." + mine,
                  "columns of type "
                      + left.getTypeName()
                      + " and "
                      + right.getTypeName()
                      + " cannot be compared; cast one, and use no floating numbers");
            }
          }
        });
    fields.forEach(
        (name, from) -> {
          known(there, from, "fields." + name, "the table has", problems);
          if (in.hasField(name)) {
            problems.add("fields." + name, "the rows have such a column already");
          }
        });
    problems.throwIfAny();
  }

  private static boolean known(
      Schema schema, String name, String where, String who, Problems problems) {
    if (!schema.hasField(name)) {
      problems.add(
          where,
          who
              + " no column '"
              + name
              + "'"
              + Problems.didYouMean(name, schema.getFieldNames())
              + "; there are: "
              + String.join(", ", schema.getFieldNames()));
    }
    return schema.hasField(name);
  }

  private static boolean isWhole(FieldType type) {
    return switch (type.getTypeName()) {
      case BYTE, INT16, INT32, INT64 -> true;
      default -> false;
    };
  }

  private static boolean isKey(FieldType type) {
    TypeName name = type.getTypeName();
    return name == TypeName.STRING
        || name == TypeName.BOOLEAN
        || name == TypeName.DECIMAL
        || name == TypeName.LOGICAL_TYPE;
  }

  @Override
  public void populateDisplayData(DisplayData.Builder builder) {
    builder
        .add(DisplayData.item("keys", keys.toString()))
        .add(DisplayData.item("max_rows", maxRows));
  }

  private static final class ColumnsFn extends DoFn<Row, Row> {
    private final int[] chosen;
    private final Schema schema;

    ColumnsFn(int[] chosen, Schema schema) {
      this.chosen = chosen;
      this.schema = schema;
    }

    @ProcessElement
    public void process(@Element Row row, OutputReceiver<Row> out) {
      List<Object> values = new ArrayList<>(chosen.length);
      for (int index : chosen) {
        values.add(row.getValue(index));
      }
      out.output(Row.withSchema(schema).attachValues(values));
    }
  }

  private static final class FindFn extends DoFn<Row, Row> {
    static final TupleTag<Row> FOUND = new TupleTag<>("output") {};
    static final TupleTag<Row> UNKNOWN = new TupleTag<>("quarantined") {};

    private final PCollectionView<LookupTable> view;
    private final int[] keys;
    private final Schema schema;
    private final Schema quarantined;
    private final int added;
    private final int position;

    /**
     * @param quarantined null when rows that are not found stay
     */
    FindFn(
        PCollectionView<LookupTable> view, int[] keys, Schema out, Schema quarantined, Schema in) {
      this.view = view;
      this.keys = keys;
      this.schema = out;
      this.quarantined = quarantined;
      this.added = out.getFieldCount() - in.getFieldCount();
      this.position = Quarantined.position(in);
    }

    @ProcessElement
    public void process(ProcessContext context) {
      Row row = context.element();
      List<Object> key = new ArrayList<>(keys.length);
      for (int index : keys) {
        key.add(row.getValue(index));
      }
      Object wanted = LookupTable.key(key, keys.length);
      List<Object> found = wanted == null ? null : context.sideInput(view).find(wanted);
      if (found == null && quarantined != null) {
        context.output(
            UNKNOWN,
            Quarantined.row(
                quarantined,
                row,
                "the table does not have the row's key",
                "lookup",
                "LookupRows",
                position < 0 ? null : row.getString(position)));
        return;
      }
      List<Object> values = new ArrayList<>(schema.getFieldCount());
      values.addAll(row.getValues());
      for (int i = 0; i < added; i++) {
        values.add(found == null ? null : found.get(i));
      }
      context.output(Row.withSchema(schema).attachValues(values));
    }
  }
}
