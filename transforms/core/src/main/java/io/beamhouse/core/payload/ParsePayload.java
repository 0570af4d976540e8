package io.beamhouse.core.payload;

import io.beamhouse.core.Evolving;
import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.error.Problems;
import io.beamhouse.core.row.Quarantined;
import io.beamhouse.core.row.RowText.RefusedValueException;
import io.beamhouse.core.rowwise.RowStep;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.schemas.Schema.TypeName;
import org.apache.beam.sdk.values.Row;

/**
 * Takes columns out of what one column of bytes or text holds.
 *
 * <p>Output: the format's columns, then the kept ones of the input; by default {@code _run} and
 * {@code _source} are kept where they are. With an error output, rows whose payload cannot be read
 * come there as {@link Quarantined} rows that hold the whole input row; without one the first of
 * them ends the run.
 */
@Evolving
public final class ParsePayload implements RowStep {
  private static final List<String> LINEAGE = List.of("_run", "_source");

  private final String step;
  private final String column;
  private final PayloadFormat format;
  private final ArrayList<String> keep;
  private final String errorOutput;

  private ParsePayload(
      String step, String column, PayloadFormat format, List<String> keep, String errorOutput) {
    this.step = step;
    this.column = column;
    this.format = format;
    this.keep = keep == null ? null : new ArrayList<>(keep);
    this.errorOutput = errorOutput;
  }

  /**
   * @param column of bytes, or of text where the format takes it
   */
  public static ParsePayload of(String column, PayloadFormat format) {
    return new ParsePayload("Parse", column, format, null, null);
  }

  /** Columns of the input to keep behind the format's. */
  public ParsePayload withKept(List<String> columns) {
    return new ParsePayload(step, column, format, columns, errorOutput);
  }

  /** Sets rows aside whose payload cannot be read. */
  public ParsePayload withErrorOutput(String tag) {
    return new ParsePayload(step, column, format, keep, tag);
  }

  /** The name that quarantined rows and messages give. */
  public ParsePayload named(String name) {
    return new ParsePayload(name, column, format, keep, errorOutput);
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
    checkColumn(input, problems);
    Schema columns = format.columns();
    Schema.Builder schema = Schema.builder().addFields(columns.getFields());
    for (String name : kept(input)) {
      if (!input.hasField(name)) {
        problems.add("keep", missing(name, input));
      } else if (columns.hasField(name)) {
        problems.add(
            "keep", "'" + name + "' is a column of the payload, too; rename one of them before");
      } else {
        schema.addField(input.getField(name));
      }
    }
    problems.throwIfAny();
    return schema.build();
  }

  private void checkColumn(Schema input, Problems problems) {
    if (!input.hasField(column)) {
      problems.add("column", missing(column, input));
      return;
    }
    TypeName type = input.getField(column).getType().getTypeName();
    if (type != TypeName.BYTES && !(type == TypeName.STRING && format.takesText())) {
      problems.add(
          "column",
          "'" + column + "' is " + type + "; " + format.name() + " is read from " + allowed());
    }
  }

  private String allowed() {
    return format.takesText() ? "BYTES or STRING" : "BYTES";
  }

  private static String missing(String name, Schema input) {
    return "the input has no column '"
        + name
        + "'"
        + Problems.didYouMean(name, input.getFieldNames())
        + "; it has: "
        + String.join(", ", input.getFieldNames());
  }

  private List<String> kept(Schema input) {
    return keep == null ? LINEAGE.stream().filter(input::hasField).toList() : keep;
  }

  @Override
  public Processor start(Schema input) {
    Schema output = schema(input);
    Schema bad = Quarantined.schema(FieldType.row(input));
    int from = input.indexOf(column);
    int[] kept = kept(input).stream().mapToInt(input::indexOf).toArray();
    int parsed = format.columns().getFieldCount();
    int width = output.getFieldCount();
    int position = Quarantined.position(input);
    PayloadFormat.Reader reader = format.start();
    return (row, out) -> {
      Object[] values = new Object[width];
      Object payload = row.getValue(from);
      try {
        if (payload == null) {
          throw new RefusedValueException("NULL");
        }
        reader.read(
            payload instanceof String text
                ? text.getBytes(StandardCharsets.UTF_8)
                : (byte[]) payload,
            values);
      } catch (RefusedValueException e) {
        String rule = format.name() + (payload == null ? ".null" : ".type");
        String where = position < 0 ? null : row.getValue(position);
        if (errorOutput == null) {
          throw refused(e, where);
        }
        out.emit(1, Quarantined.row(bad, row, e.getMessage(), rule, step, where));
        return;
      }
      for (int i = 0; i < kept.length; i++) {
        values[parsed + i] = row.getValue(kept[i]);
      }
      out.emit(0, Row.withSchema(output).attachValues(Arrays.asList(values)));
    };
  }

  private DataRefusedException refused(RefusedValueException e, String where) {
    return new DataRefusedException(
        (where == null ? "A row" : where)
            + ": column "
            + column
            + " cannot be read as "
            + format.name()
            + ": "
            + e.getMessage()
            + ". Correct the schema, or give error_handling to set such rows aside.");
  }
}
