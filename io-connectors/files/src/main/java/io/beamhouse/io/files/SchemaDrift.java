package io.beamhouse.io.files;

import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.error.SourceFailedException;
import io.beamhouse.core.row.SchemaContract;
import io.beamhouse.core.row.SchemaContract.Drift;
import io.beamhouse.core.row.SchemaJson;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.Field;

/**
 * How the schema of files comes to be: given or guessed, then changed as far as the contract lets.
 *
 * <p>With a contract each file is opened for its columns: its header, its footer or the first
 * 10,000 records of JSON. Runs in the driver, one file after the other, and is a function of the
 * files and the schema before, so that a plan can be made again.
 */
final class SchemaDrift {
  /** How many files are looked into when there is no schema. */
  static final int INFERRED_FILES = 10;

  private final ReadFormat format;
  private final SchemaContract contract;
  private final Map<String, List<String>> changes = new LinkedHashMap<>();
  private Schema schema;

  private SchemaDrift(ReadFormat format, Schema schema) {
    this.format = format;
    this.contract = format.rules().contract();
    this.schema = schema;
  }

  /**
   * Looks at {@code files}.
   *
   * @param known the schema before, without what is rescued; null when there is none
   */
  static SchemaDrift of(List<FileToRead> files, ReadFormat format, Schema known) {
    SchemaDrift drift = new SchemaDrift(format, known);
    if (known == null) {
      drift.guess(files);
    }
    if (drift.contract.exists()) {
      files.forEach(drift::look);
    }
    return drift;
  }

  Schema schema() {
    return schema;
  }

  /** Returns what changed, for people; empty when nothing did. */
  String changes() {
    List<String> texts = new ArrayList<>();
    changes.forEach(
        (change, files) ->
            texts.add(
                change
                    + " in "
                    + files.get(0)
                    + (files.size() == 1 ? "" : " and " + (files.size() - 1) + " more")));
    return String.join("; ", texts);
  }

  private void guess(List<FileToRead> files) {
    ReadFormat.Inference inference = format.inference();
    for (FileToRead file : sample(files)) {
      try (OpenFile open = OpenFile.open(file)) {
        inference.add(open);
      } catch (IOException e) {
        throw failed(file, e);
      }
    }
    schema = inference.schema();
    if (schema.getFieldCount() == 0) {
      throw new SourceFailedException(
          "There is no record to take a schema from. Give a schema, or wait for the first file.");
    }
  }

  /** With a contract the first file sets the columns; those that differ from it have changed. */
  private List<FileToRead> sample(List<FileToRead> files) {
    if (!contract.exists() || files.isEmpty()) {
      return files.subList(0, Math.min(INFERRED_FILES, files.size()));
    }
    List<FileToRead> alike = new ArrayList<>();
    Schema first = shape(files.get(0), Schema.of());
    for (FileToRead file : files) {
      boolean same =
          format instanceof CsvRead
              ? shape(file, first).getFieldNames().equals(first.getFieldNames())
              : format instanceof JsonRead || alike.isEmpty();
      if (same) {
        alike.add(file);
      }
      if (alike.size() == INFERRED_FILES) {
        break;
      }
    }
    return alike;
  }

  private Schema shape(FileToRead file, Schema known) {
    try (OpenFile open = OpenFile.open(file)) {
      return format.shape(open, known);
    } catch (IOException e) {
      throw failed(file, e);
    }
  }

  private void look(FileToRead file) {
    Schema came = shape(file, schema);
    Schema found = format instanceof ParquetRead ? ParquetDrift.named(came, schema) : came;
    if (found.getFieldCount() == 0) {
      return;
    }
    if (format instanceof CsvRead && found.getFieldNames().stream().noneMatch(schema::hasField)) {
      // May be a row in the place of a header: its values are nobody's business.
      if (contract.newColumn() != Drift.QUARANTINE) {
        throw CsvColumns.refused(found.getFieldNames(), schema.getFieldNames(), true, file.name());
      }
      note("none of the columns is known", Drift.QUARANTINE, file);
      return;
    }
    renamed(came, found, file);
    Schema.Builder next = Schema.builder();
    for (Field field : schema.getFields()) {
      if (found.hasField(field.getName())) {
        typeChange(field, found.getField(field.getName()), file);
        next.addField(field);
        continue;
      }
      note("missing column " + field.getName(), contract.missingColumn(), file);
      boolean evolves = contract.missingColumn() == Drift.EVOLVE;
      next.addField(evolves ? field.withNullable(true) : field);
    }
    for (Field field : found.getFields()) {
      if (schema.hasField(field.getName())) {
        continue;
      }
      String type = SchemaJson.typeName(field.getType());
      note("new column " + field.getName() + " " + type, contract.newColumn(), file);
      if (contract.newColumn() == Drift.EVOLVE) {
        next.addField(field.withNullable(true));
      }
    }
    schema = next.build();
  }

  private void renamed(Schema came, Schema found, FileToRead file) {
    for (int i = 0; i < came.getFieldCount(); i++) {
      String name = came.getField(i).getName();
      String ours = found.getField(i).getName();
      if (!name.equals(ours)) {
        changes
            .computeIfAbsent("column " + ours + " came as " + name, key -> new ArrayList<>())
            .add(file.name());
      }
    }
  }

  private void typeChange(Field before, Field now, FileToRead file) {
    if (!ParquetDrift.same(before.getType(), now.getType())) {
      note(
          "column "
              + before.getName()
              + " "
              + SchemaJson.typeName(before.getType())
              + " came as "
              + SchemaJson.typeName(now.getType()),
          contract.typeChange(),
          file);
    }
  }

  private void note(String change, Drift answer, FileToRead file) {
    if (answer == Drift.FREEZE) {
      throw new DataRefusedException(
          file.path()
              + ": "
              + change
              + ", and schema_contract freezes this. The schema's columns are "
              + String.join(", ", schema.getFieldNames())
              + ". Nothing was read. Correct the file or the schema, or choose another answer.");
    }
    if (answer != Drift.DEFAULT) {
      changes
          .computeIfAbsent(
              change + " (" + answer.name().toLowerCase(Locale.ROOT) + ")",
              key -> new ArrayList<>())
          .add(file.name());
    }
  }

  private static SourceFailedException failed(FileToRead file, IOException e) {
    return new SourceFailedException(
        "Could not read " + file.path() + " for its schema: " + e.getMessage(), e);
  }
}
