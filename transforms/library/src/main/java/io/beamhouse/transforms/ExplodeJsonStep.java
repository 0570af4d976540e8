package io.beamhouse.transforms;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.error.Problems;
import io.beamhouse.core.row.JsonElements;
import io.beamhouse.core.row.JsonPath;
import io.beamhouse.core.row.Quarantined;
import io.beamhouse.core.rowwise.RowStep;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.Field;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.schemas.Schema.TypeName;
import org.apache.beam.sdk.values.Row;

/** Repeats a row for the elements of an array in a text. */
final class ExplodeJsonStep implements RowStep {
  private static final String NAME = "ExplodeJson";
  private static final int DIGITS = 6;

  private final String column;
  private final JsonPath path;
  private final String into;
  private final String errorOutput;

  /**
   * @param errorOutput tag of rows without such an array; null when they fail the run
   */
  ExplodeJsonStep(String column, JsonPath path, String into, String errorOutput) {
    this.column = column;
    this.path = path;
    this.into = into;
    this.errorOutput = errorOutput;
  }

  @Override
  public LinkedHashMap<String, Schema> outputs(Schema input) {
    LinkedHashMap<String, Schema> outputs = new LinkedHashMap<>();
    outputs.put(OUTPUT, schema(input));
    if (errorOutput != null) {
      outputs.put(errorOutput, Quarantined.schema(FieldType.row(input)));
    }
    return outputs;
  }

  private Schema schema(Schema input) {
    Problems problems = new Problems();
    if (!input.hasField(column)) {
      problems.add(
          "column",
          "the input has no field '"
              + column
              + "'"
              + Problems.didYouMean(column, input.getFieldNames())
              + "; it has: "
              + String.join(", ", input.getFieldNames()));
    } else if (input.getField(column).getType().getTypeName() != TypeName.STRING) {
      problems.add(
          "column",
          "'"
              + column
              + "' is a "
              + input.getField(column).getType().getTypeName()
              + " and no text");
    }
    if (input.hasField(into) && !into.equals(column)) {
      problems.add("into", "the input has a field '" + into + "' already");
    }
    problems.throwIfAny();
    Schema.Builder schema = Schema.builder();
    for (Field field : input.getFields()) {
      if (!field.getName().equals(column)) {
        schema.addField(field);
      }
    }
    return schema.addStringField(into).build();
  }

  @Override
  public Processor start(Schema input) {
    Schema schema = schema(input);
    Schema bad = errorOutput == null ? null : Quarantined.schema(FieldType.row(input));
    int text = input.indexOf(column);
    int source = Quarantined.position(input);
    return (row, out) -> {
      JsonElements found;
      try {
        found = elements(row.getString(text));
      } catch (NoElementsException e) {
        if (bad == null) {
          throw new DataRefusedException(
              "ExplodeJson cannot take apart '"
                  + column
                  + "' of a row: "
                  + e.getMessage()
                  + ". Correct path, or add error_handling to set such rows aside.");
        }
        String position = source < 0 ? null : row.getString(source);
        out.emit(1, Quarantined.row(bad, row, e.getMessage(), "path: " + path, NAME, position));
        return;
      }
      for (int i = 0; i < found.count(); i++) {
        out.emit(0, element(row, found, i, text, source, schema));
      }
    };
  }

  private static Row element(
      Row row, JsonElements found, int index, int text, int source, Schema schema) {
    List<Object> values = new ArrayList<>(row.getValues());
    if (source >= 0 && values.get(source) != null) {
      values.set(source, values.get(source) + ":" + padded(index + 1));
    }
    values.remove(text);
    values.add(found.element(index));
    return Row.withSchema(schema).attachValues(values);
  }

  /** So that the texts sort as the elements stand. */
  private static String padded(int number) {
    String digits = String.valueOf(number);
    return digits.length() >= DIGITS ? digits : "0".repeat(DIGITS - digits.length()) + digits;
  }

  private JsonElements elements(String json) throws NoElementsException {
    if (json == null) {
      throw new NoElementsException("there is no text");
    }
    JsonElements found;
    try {
      found = JsonElements.of(json, path, List.of());
    } catch (JsonProcessingException e) {
      throw new NoElementsException("the text is no JSON, or only half of it");
    } catch (IOException e) {
      throw new UncheckedIOException("a text is read without a device", e);
    }
    if (!found.hasArray()) {
      throw new NoElementsException("there is no array at " + path);
    }
    return found;
  }

  /** Why a row has no elements; no text of the row's. */
  private static final class NoElementsException extends Exception {
    private static final long serialVersionUID = 1;

    NoElementsException(String why) {
      super(why, null, false, false);
    }
  }
}
