package io.beamhouse.transforms;

import io.beamhouse.core.error.Problems;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.row.RowTypes;
import io.beamhouse.core.rowwise.RowExpression;
import io.beamhouse.core.rowwise.RowExpression.NoAnswerException;
import io.beamhouse.core.rowwise.RowStep;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.Field;
import org.apache.beam.sdk.values.Row;

/** Makes rows of named expressions. */
final class MapStep implements RowStep {
  private final LinkedHashMap<String, String> fields;
  private final boolean append;
  private final List<String> drop;
  private final String language;
  private final String errorOutput;
  // Kept from the driver, so that a worker need not know the language.
  private Schema input;
  private Schema output;
  private ArrayList<RowExpression> values;

  /**
   * @param fields new name to expression
   * @param drop fields of the input that are not kept; without {@code append} none is
   * @param errorOutput tag of the rows without an answer; null when they fail the run
   */
  MapStep(
      Map<String, String> fields,
      boolean append,
      List<String> drop,
      String language,
      String errorOutput) {
    this.fields = new LinkedHashMap<>(fields);
    this.append = append;
    this.drop = List.copyOf(drop);
    this.language = language;
    this.errorOutput = errorOutput;
  }

  @Override
  public LinkedHashMap<String, Schema> outputs(Schema rows) {
    compile(rows);
    LinkedHashMap<String, Schema> outputs = new LinkedHashMap<>();
    outputs.put(OUTPUT, output);
    if (errorOutput != null) {
      outputs.put(errorOutput, Unanswered.schema(rows));
    }
    return outputs;
  }

  private void compile(Schema rows) {
    if (input != null && RowTypes.equal(input, rows)) {
      return;
    }
    Problems problems = new Problems();
    Schema.Builder builder = Schema.builder();
    ArrayList<RowExpression> compiled = new ArrayList<>();
    if (append) {
      copied(rows, problems, builder, compiled);
    }
    Language.Values language = Language.values(this.language);
    fields.forEach(
        (name, expression) -> {
          try {
            RowExpression value = language.compile("fields." + name, expression, rows);
            compiled.add(value);
            builder.addField(Field.of(name, value.type()));
          } catch (SpecException e) {
            problems.addAll(e.problems());
          }
        });
    problems.throwIfAny();
    output = builder.build();
    values = compiled;
    input = rows;
  }

  private void copied(
      Schema rows, Problems problems, Schema.Builder builder, List<RowExpression> compiled) {
    for (String name : drop) {
      if (!rows.hasField(name)) {
        problems.add(
            "drop",
            "no field '"
                + name
                + "'"
                + Problems.didYouMean(name, rows.getFieldNames())
                + "; fields: "
                + String.join(", ", rows.getFieldNames()));
      }
    }
    for (Field field : rows.getFields()) {
      if (drop.contains(field.getName())) {
        continue;
      }
      if (fields.containsKey(field.getName())) {
        problems.add(
            "fields." + field.getName(),
            "the input has a field of this name; drop it to redefine it");
        continue;
      }
      compiled.add(new GenericExpression(null, new Atom(field.getName(), null, field.getType())));
      builder.addField(field);
    }
  }

  @Override
  public Processor start(Schema rows) {
    compile(rows);
    RowExpression.Evaluator[] evaluators =
        values.stream().map(RowExpression::start).toArray(RowExpression.Evaluator[]::new);
    List<String> names = output.getFieldNames();
    return (row, out) -> {
      List<Object> result = new ArrayList<>(evaluators.length);
      for (int i = 0; i < evaluators.length; i++) {
        try {
          result.add(evaluators[i].evaluate(row));
        } catch (NoAnswerException e) {
          if (errorOutput == null) {
            throw Unanswered.refused("MapToFields '" + names.get(i) + "'", e);
          }
          out.emit(
              1, Unanswered.quarantined(row, rows, "fields." + names.get(i), "MapToFields", e));
          return;
        }
      }
      out.emit(0, Row.withSchema(output).attachValues(result));
    };
  }
}
