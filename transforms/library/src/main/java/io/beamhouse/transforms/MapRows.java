package io.beamhouse.transforms;

import io.beamhouse.core.Evolving;
import io.beamhouse.core.error.Problems;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.coders.RowCoder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.Field;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.display.DisplayData;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;

/**
 * Makes rows of named fields, each a field of the input or a literal.
 *
 * <p>Literals are INT64, DOUBLE or, in double quotes, STRING; a copied field keeps its type. A pure
 * function of each row that cannot fail on a row; what does not fit the input's schema is a
 * SpecException when the pipeline is built.
 */
@Evolving
public final class MapRows extends PTransform<PCollection<Row>, PCollection<Row>> {
  private final Map<String, String> fields;
  private final boolean append;
  private final List<String> drop;

  private MapRows(Map<String, String> fields, boolean append, List<String> drop) {
    this.fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    this.append = append;
    this.drop = List.copyOf(drop);
  }

  /** Rows of exactly these fields, in this order: new name to expression. */
  public static MapRows to(Map<String, String> fields) {
    return new MapRows(fields, false, List.of());
  }

  /** Keeps the input's fields and puts the new ones behind them. */
  public MapRows withAppend() {
    return new MapRows(fields, true, drop);
  }

  /** Keeps the input's fields without these; a dropped name may be given anew. */
  public MapRows withDrop(List<String> names) {
    return new MapRows(fields, append, names);
  }

  @Override
  public PCollection<Row> expand(PCollection<Row> input) {
    Schema schema = input.getSchema();
    Problems problems = new Problems();
    Schema.Builder output = Schema.builder();
    List<Atom> atoms = new ArrayList<>();
    if (append) {
      copied(schema, problems, output, atoms);
    }
    fields.forEach(
        (name, expression) -> {
          try {
            Atom atom = Atom.parse(expression, schema);
            atoms.add(atom);
            output.addField(Field.of(name, atom.type()));
          } catch (IllegalArgumentException e) {
            problems.add("fields." + name, e.getMessage());
          }
        });
    problems.throwIfAny();
    Schema result = output.build();
    return input
        .apply("Map", ParDo.of(new MapFn(atoms, result)))
        .setCoder(RowCoder.of(result))
        .setRowSchema(result);
  }

  private void copied(Schema schema, Problems problems, Schema.Builder output, List<Atom> atoms) {
    for (String name : drop) {
      if (!schema.hasField(name)) {
        problems.add(
            "drop",
            "no field '"
                + name
                + "'"
                + Problems.didYouMean(name, schema.getFieldNames())
                + "; fields: "
                + String.join(", ", schema.getFieldNames()));
      }
    }
    for (Field field : schema.getFields()) {
      if (drop.contains(field.getName())) {
        continue;
      }
      if (fields.containsKey(field.getName())) {
        problems.add(
            "fields." + field.getName(),
            "the input has a field of this name; drop it to redefine it");
        continue;
      }
      atoms.add(new Atom(field.getName(), null, field.getType()));
      output.addField(field);
    }
  }

  @Override
  public void populateDisplayData(DisplayData.Builder builder) {
    fields.forEach((name, e) -> builder.add(DisplayData.item("field:" + name, e)));
  }

  private static final class MapFn extends DoFn<Row, Row> {
    private final List<Atom> atoms;
    private final Schema schema;

    MapFn(List<Atom> atoms, Schema schema) {
      this.atoms = atoms;
      this.schema = schema;
    }

    @ProcessElement
    public void process(@Element Row row, OutputReceiver<Row> out) {
      List<Object> values = new ArrayList<>(atoms.size());
      for (Atom atom : atoms) {
        values.add(atom.value(row));
      }
      out.output(Row.withSchema(schema).attachValues(values));
    }
  }
}
