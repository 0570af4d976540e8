package io.beamhouse.io.files;

import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.row.Rescued;
import io.beamhouse.core.row.RowJson;
import io.beamhouse.core.row.RowText;
import io.beamhouse.core.row.RowText.RefusedValueException;
import io.beamhouse.core.row.RowTypes;
import io.beamhouse.core.row.SchemaContract;
import io.beamhouse.core.row.SchemaContract.Drift;
import io.beamhouse.core.row.SchemaJson;
import io.beamhouse.io.files.RecordStream.BadRecord;
import io.beamhouse.io.parquet.ParquetRowReader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.Field;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.schemas.Schema.TypeName;
import org.apache.beam.sdk.values.Row;

/**
 * Rows of a Parquet file as those of a schema that is not the file's.
 *
 * <p>A value of another type is taken as long as it is the same value in the column's type; what a
 * bad record had is its row as JSON.
 */
final class ParquetDrift {
  private final Schema file;
  private final Schema named;
  private final Schema columns;
  private final Schema rows;
  private final SchemaContract contract;
  private final int[] targets;
  private final boolean[] casts;
  private final Rescued rescued = new Rescued();
  private String rule;
  private String problem;
  private BadRecord bad;

  /**
   * @param file what the file's footer says
   * @param columns that are wanted
   * @param rows the same with what is rescued
   */
  ParquetDrift(Schema file, Schema columns, Schema rows, SchemaContract contract) {
    this.file = file;
    this.named = named(file, columns);
    this.columns = columns;
    this.rows = rows;
    this.contract = contract;
    this.targets = new int[file.getFieldCount()];
    this.casts = new boolean[targets.length];
    for (int i = 0; i < targets.length; i++) {
      Field field = named.getField(i);
      targets[i] = columns.hasField(field.getName()) ? columns.indexOf(field.getName()) : -1;
      casts[i] = targets[i] >= 0 && !same(field.getType(), columns.getField(targets[i]).getType());
    }
  }

  /**
   * Returns {@code file} with the names of {@code columns} where they differ in case only, since
   * tables hold no two such columns; names that could be several ones stay.
   */
  static Schema named(Schema file, Schema columns) {
    Schema.Builder named = Schema.builder();
    for (Field field : file.getFields()) {
      String name = field.getName();
      List<String> alike = alike(columns, name);
      boolean clear =
          !columns.hasField(name)
              && alike.size() == 1
              && !file.hasField(alike.get(0))
              && alike(file, name).size() == 1;
      named.addField(clear ? field.withName(alike.get(0)) : field);
    }
    return named.build();
  }

  private static List<String> alike(Schema schema, String name) {
    return schema.getFieldNames().stream().filter(name::equalsIgnoreCase).toList();
  }

  static boolean same(FieldType one, FieldType other) {
    return RowTypes.equal(one.withNullable(true), other.withNullable(true));
  }

  ParquetRowReader open(OpenFile open) {
    List<String> added = names(named, columns);
    List<String> missing = names(columns, named);
    boolean cannotBeNull =
        missing.stream().anyMatch(name -> !columns.getField(name).getType().getNullable());
    refuse(open, !added.isEmpty() && contract.newColumn() == Drift.FREEZE, "new columns", added);
    refuse(
        open,
        !missing.isEmpty()
            && contract.missingColumn() != Drift.QUARANTINE
            && (contract.missingColumn() == Drift.FREEZE || cannotBeNull),
        "no columns",
        missing);
    for (int i = 0; i < casts.length; i++) {
      refuse(
          open,
          casts[i] && contract.typeChange() == Drift.FREEZE,
          "another type, " + SchemaJson.typeName(file.getField(i).getType()) + ", for",
          List.of(file.getField(i).getName()));
    }
    if (!added.isEmpty() && contract.newColumn() == Drift.QUARANTINE) {
      rule = ContractBrokenException.NEW_COLUMN;
      problem = "the file has columns that the schema lacks: " + String.join(",", added);
    } else if (!missing.isEmpty() && contract.missingColumn() == Drift.QUARANTINE) {
      rule = ContractBrokenException.MISSING_COLUMN;
      problem = "the file lacks columns of the schema: " + String.join(",", missing);
    }
    return ParquetRowReader.read(open.path(), file);
  }

  private static List<String> names(Schema of, Schema without) {
    return of.getFieldNames().stream().filter(name -> !without.hasField(name)).toList();
  }

  private void refuse(OpenFile open, boolean when, String what, List<String> names) {
    if (when) {
      throw new DataRefusedException(
          open.name()
              + " has "
              + what
              + " "
              + String.join(",", names)
              + "; the schema is "
              + SchemaJson.toJson(columns)
              + ". Nothing of the file was read. Correct the schema or the file, or let"
              + " schema_contract say what happens to it.");
    }
  }

  /** Returns the values of a row; null when it is {@link #bad}. */
  List<Object> take(Row row, long record) {
    bad = null;
    rescued.take();
    if (rule != null) {
      return refused(row, rule, problem, record);
    }
    Object[] values = new Object[rows.getFieldCount()];
    for (int i = 0; i < targets.length; i++) {
      Object value = row.getValue(i);
      FieldType type = file.getField(i).getType();
      if (targets[i] < 0) {
        if (value != null && contract.newColumn() == Drift.RESCUE) {
          rescued.addJson(file.getField(i).getName(), RowJson.write(value, type));
        }
        continue;
      }
      Field field = columns.getField(targets[i]);
      if (value == null && !field.getType().getNullable()) {
        String message = "column " + field.getName() + " is NULL, which it may not be";
        return refused(row, "parquet.null", message, record);
      }
      try {
        values[targets[i]] = casts[i] && value != null ? cast(value, type, field.getType()) : value;
      } catch (IllegalArgumentException e) {
        if (contract.typeChange() != Drift.RESCUE || !field.getType().getNullable()) {
          String message = "column " + field.getName() + ": " + e.getMessage();
          return refused(row, "parquet.type", message, record);
        }
        rescued.addJson(field.getName(), RowJson.write(value, type));
      }
    }
    if (contract.rescues()) {
      values[values.length - 1] = rescued.take();
    }
    return Arrays.asList(values);
  }

  /** Why the last row is a bad record; null when it is none. */
  BadRecord bad() {
    return bad;
  }

  private static Object cast(Object value, FieldType from, FieldType to) {
    if (value instanceof Number number
        && (to.getTypeName() == TypeName.DOUBLE || to.getTypeName() == TypeName.FLOAT)) {
      return exact(number, to.getTypeName());
    }
    String text = RowText.write(value, from);
    if (value instanceof Number number && Double.isFinite(number.doubleValue())) {
      text = new BigDecimal(text).stripTrailingZeros().toPlainString();
    }
    return RowText.read(text, to);
  }

  private static Number exact(Number number, TypeName to) {
    double cast = to == TypeName.FLOAT ? number.floatValue() : number.doubleValue();
    boolean floating = number instanceof Float || number instanceof Double;
    boolean same =
        floating
            ? Double.compare(cast, number.doubleValue()) == 0
            : new BigDecimal(cast).compareTo(new BigDecimal(number.toString())) == 0;
    if (!same) {
      throw new RefusedValueException("not a valid " + to + " (more digits than it has)");
    }
    return to == TypeName.FLOAT ? (Number) (float) cast : (Number) cast;
  }

  private List<Object> refused(Row row, String brokenRule, String message, long record) {
    String text = RowJson.write(row, FieldType.row(file));
    byte[] raw = text.getBytes(StandardCharsets.UTF_8);
    bad = new BadRecord(raw, text, brokenRule, message, record);
    return null;
  }
}
