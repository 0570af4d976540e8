package io.beamhouse.transforms.flatten;

import io.beamhouse.core.error.Problems;
import io.beamhouse.core.row.Quarantined;
import io.beamhouse.core.rowwise.RowStep;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.Field;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.values.Row;

/** Repeats a row for the elements of its arrays. */
final class ExplodeStep implements RowStep {
  private final List<String> fields;
  private final boolean cross;
  private final String errorOutput;

  /**
   * @param cross every combination of elements; otherwise the first of each, the second of each ...
   * @param errorOutput of no rows, since nothing can fail; null for none
   */
  ExplodeStep(List<String> fields, boolean cross, String errorOutput) {
    this.fields = List.copyOf(fields);
    this.cross = cross;
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
    for (String field : fields) {
      if (!input.hasField(field)) {
        problems.add(
            "fields",
            "the input has no field '"
                + field
                + "'"
                + Problems.didYouMean(field, input.getFieldNames())
                + "; it has: "
                + String.join(", ", input.getFieldNames()));
      } else if (!input.getField(field).getType().getTypeName().isCollectionType()) {
        problems.add(
            "fields",
            "'"
                + field
                + "' is a "
                + input.getField(field).getType().getTypeName()
                + " and no array; a text that is a list is split by FlattenRows");
      }
    }
    problems.throwIfAny();
    Schema.Builder schema = Schema.builder();
    for (Field field : input.getFields()) {
      if (!fields.contains(field.getName())) {
        schema.addField(field);
        continue;
      }
      FieldType element = field.getType().getCollectionElementType();
      boolean filled = !cross && fields.size() > 1;
      schema.addField(field.withType(element.withNullable(filled || element.getNullable())));
    }
    return schema.build();
  }

  @Override
  public Processor start(Schema input) {
    Schema schema = schema(input);
    int[] indexes = fields.stream().mapToInt(input::indexOf).toArray();
    return cross
        ? (row, out) -> cross(row.getValues().toArray(), indexes, 0, schema, out)
        : (row, out) -> zip(row, indexes, schema, out);
  }

  private static void cross(Object[] values, int[] indexes, int at, Schema schema, Emitter out) {
    if (at == indexes.length) {
      out.emit(0, row(schema, values.clone()));
      return;
    }
    Object list = values[indexes[at]];
    if (list == null) {
      return;
    }
    for (Object element : (Iterable<?>) list) {
      values[indexes[at]] = element;
      cross(values, indexes, at + 1, schema, out);
    }
    values[indexes[at]] = list;
  }

  private static void zip(Row row, int[] indexes, Schema schema, Emitter out) {
    List<List<Object>> lists = new ArrayList<>(indexes.length);
    int longest = 0;
    for (int index : indexes) {
      List<Object> list = list(row.getValue(index));
      lists.add(list);
      longest = Math.max(longest, list.size());
    }
    for (int i = 0; i < longest; i++) {
      Object[] values = row.getValues().toArray();
      for (int f = 0; f < indexes.length; f++) {
        List<Object> list = lists.get(f);
        values[indexes[f]] = i < list.size() ? list.get(i) : null;
      }
      out.emit(0, row(schema, values));
    }
  }

  private static List<Object> list(Object value) {
    List<Object> list = new ArrayList<>();
    if (value instanceof Collection<?> collection) {
      list.addAll(collection);
    } else if (value != null) {
      ((Iterable<?>) value).forEach(list::add);
    }
    return list;
  }

  private static Row row(Schema schema, Object[] values) {
    return Row.withSchema(schema).attachValues(Arrays.asList(values));
  }
}
