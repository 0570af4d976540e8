package io.beamhouse.transforms;

import io.beamhouse.core.Evolving;
import io.beamhouse.core.error.SpecException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.coders.RowCoder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.Field;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.Row;

/**
 * Unites collections of rows, by field names.
 *
 * <p>The result has the fields of all inputs, in the order of their first appearance; one that is
 * missing or nullable in some input is nullable. A field of one name must have one type. Bounded
 * iff all inputs are; a pure function of each row.
 */
@Evolving
public final class UnionRows extends PTransform<PCollectionList<Row>, PCollection<Row>> {
  private UnionRows() {}

  public static UnionRows create() {
    return new UnionRows();
  }

  @Override
  public PCollection<Row> expand(PCollectionList<Row> inputs) {
    if (inputs.size() == 0) {
      throw new SpecException("input", "needs one input at least");
    }
    Schema union = union(inputs);
    List<PCollection<Row>> same = new ArrayList<>();
    for (PCollection<Row> input : inputs.getAll()) {
      same.add(
          input.getSchema().equals(union)
              ? input
              : input
                  .apply("Widen" + same.size(), ParDo.of(new WidenFn(union)))
                  .setCoder(RowCoder.of(union))
                  .setRowSchema(union));
    }
    return PCollectionList.of(same).apply("Unite", Flatten.pCollections()).setRowSchema(union);
  }

  private static Schema union(PCollectionList<Row> inputs) {
    Map<String, Field> fields = new LinkedHashMap<>();
    for (PCollection<Row> input : inputs.getAll()) {
      for (Field field : input.getSchema().getFields()) {
        fields.merge(field.getName(), field, UnionRows::both);
      }
    }
    Schema.Builder schema = Schema.builder();
    for (Field field : fields.values()) {
      boolean everywhere =
          inputs.getAll().stream().allMatch(i -> i.getSchema().hasField(field.getName()));
      schema.addField(field.withNullable(field.getType().getNullable() || !everywhere));
    }
    return schema.build();
  }

  private static Field both(Field a, Field b) {
    if (!a.getType().withNullable(true).equals(b.getType().withNullable(true))) {
      throw new SpecException(
          "input",
          "the field '"
              + a.getName()
              + "' is "
              + a.getType().getTypeName()
              + " in one input and "
              + b.getType().getTypeName()
              + " in another; make them one type first");
    }
    return a.withNullable(a.getType().getNullable() || b.getType().getNullable());
  }

  private static final class WidenFn extends DoFn<Row, Row> {
    private final Schema union;

    WidenFn(Schema union) {
      this.union = union;
    }

    @ProcessElement
    public void process(@Element Row row, OutputReceiver<Row> out) {
      List<Object> values = new ArrayList<>(union.getFieldCount());
      for (Field field : union.getFields()) {
        values.add(
            row.getSchema().hasField(field.getName()) ? row.getValue(field.getName()) : null);
      }
      out.output(Row.withSchema(union).attachValues(values));
    }
  }
}
