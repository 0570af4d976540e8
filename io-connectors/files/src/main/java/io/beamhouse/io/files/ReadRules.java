package io.beamhouse.io.files;

import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.error.Problems;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.row.SchemaContract;
import io.beamhouse.core.row.SchemaContract.Drift;
import java.io.Serializable;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.schemas.Schema;

/**
 * How values become those of a schema, and what happens to those that do not.
 *
 * @param formats how values are written, by column; see {@link ValueFormat}
 * @param contract what happens to other columns and other types
 */
record ReadRules(Map<String, String> formats, SchemaContract contract) implements Serializable {
  static final ReadRules NONE = new ReadRules(Map.of(), SchemaContract.NONE);

  ReadRules {
    formats = new TreeMap<>(formats);
  }

  /** Adds the column for what is rescued, where something is. */
  Schema rows(Schema columns) {
    if (!contract.rescues()) {
      return columns;
    }
    if (columns.hasField(SchemaContract.RESCUED)) {
      throw new DataRefusedException(
          "The files have a column "
              + SchemaContract.RESCUED
              + " of their own, so that nothing can be rescued into it. Rename it, or choose"
              + " quarantine in schema_contract.");
    }
    return Schema.builder()
        .addFields(columns.getFields())
        .addNullableStringField(SchemaContract.RESCUED)
        .build();
  }

  /** Takes the column for what is rescued away again. */
  Schema columns(Schema rows) {
    if (!contract.rescues()) {
      return rows;
    }
    Schema.Builder columns = Schema.builder();
    rows.getFields().stream()
        .filter(field -> !field.getName().equals(SchemaContract.RESCUED))
        .forEach(columns::addField);
    return columns.build();
  }

  /**
   * Adds what is wrong with the rules.
   *
   * @param schema that was given; null when there is none
   * @param format null when manifests tell
   * @param quarantine whether there is an error output
   */
  void check(Schema schema, ReadFormat format, boolean quarantine, Problems problems) {
    if (contract.quarantines() && !quarantine) {
      problems.add("schema_contract", "says quarantine, which needs error_handling");
    }
    if (format == null && contract.exists()) {
      problems.add("schema_contract", "needs format; manifests have their own schemas");
    }
    if (format instanceof CsvRead csv
        && !csv.options().header()
        && (contract.newColumn() != Drift.DEFAULT || contract.missingColumn() != Drift.DEFAULT)) {
      problems.add(
          "schema_contract",
          "says new_column or missing_column, and files without header have no"
              + " names; allowed with header: false is type_change");
    }
    if (formats.isEmpty()) {
      return;
    }
    if (schema == null || format == null || format instanceof ParquetRead) {
      problems.add("formats", "needs csv or json and a schema, which says what the texts become");
      return;
    }
    formats.forEach(
        (column, text) -> {
          String where = "formats." + column;
          if (!schema.hasField(column)) {
            problems.add(
                where,
                "the schema has no such column"
                    + Problems.didYouMean(column, schema.getFieldNames())
                    + "; it has: "
                    + String.join(", ", schema.getFieldNames()));
            return;
          }
          try {
            ValueFormat.of(where, schema.getField(column).getType(), text);
          } catch (SpecException e) {
            problems.addAll(e.problems());
          }
        });
  }

  /** Returns what reads the texts of a column. */
  ValueFormat reader(Schema.Field field) {
    String format = formats.get(field.getName());
    return format == null
        ? PlainFormats.of(field.getType())
        : ValueFormat.of("formats." + field.getName(), field.getType(), format);
  }
}
