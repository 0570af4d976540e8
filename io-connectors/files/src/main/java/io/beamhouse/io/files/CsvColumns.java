package io.beamhouse.io.files;

import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.row.SchemaContract;
import io.beamhouse.core.row.SchemaContract.Drift;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.beam.sdk.schemas.Schema;

/**
 * Which column of a file fills which field.
 *
 * @param names of the file's columns
 * @param fields for each column the index of its field; -1 for one to rescue
 * @param rule that the whole file breaks, so that each record is a bad one; null when none
 * @param problem that the records get
 * @param headerIsRecord whether the first record may be no header at all
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record CsvColumns(
    List<String> names, int[] fields, String rule, String problem, boolean headerIsRecord) {

  static CsvColumns of(
      List<String> header, Schema schema, SchemaContract contract, String fileName) {
    List<String> expected = schema.getFieldNames();
    Set<String> known = new HashSet<>(expected);
    List<String> added = header.stream().filter(name -> !known.contains(name)).toList();
    known.removeAll(new HashSet<>(header));
    List<String> missing = expected.stream().filter(known::contains).toList();
    int[] fields =
        header.stream()
            .mapToInt(name -> schema.hasField(name) ? schema.indexOf(name) : -1)
            .toArray();
    if (added.isEmpty() && missing.isEmpty()) {
      return new CsvColumns(header, fields, null, null, false);
    }
    boolean foreign = added.size() == header.size();
    if (foreign && contract.newColumn() == Drift.QUARANTINE) {
      String problem = header.size() + " columns of which none has an expected name";
      return new CsvColumns(header, fields, "csv.header", problem, true);
    }
    boolean addedGood =
        added.isEmpty()
            || contract.newColumn() == Drift.QUARANTINE
            || contract.newColumn() == Drift.RESCUE;
    boolean missingGood =
        missing.isEmpty()
            || contract.missingColumn() == Drift.QUARANTINE
            || (contract.missingColumn() == Drift.EVOLVE
                && missing.stream()
                    .allMatch(name -> schema.getField(name).getType().getNullable()));
    if (foreign || !addedGood || !missingGood) {
      throw refused(header, expected, foreign, fileName);
    }
    if (!added.isEmpty() && contract.newColumn() == Drift.QUARANTINE) {
      String problem = "the file has columns that the schema lacks: " + String.join(",", added);
      return new CsvColumns(header, fields, ContractBrokenException.NEW_COLUMN, problem, false);
    }
    if (!missing.isEmpty() && contract.missingColumn() == Drift.QUARANTINE) {
      String problem = "the file lacks columns of the schema: " + String.join(",", missing);
      return new CsvColumns(header, fields, ContractBrokenException.MISSING_COLUMN, problem, false);
    }
    return new CsvColumns(header, fields, null, null, false);
  }

  /** A file without a header has a row in its place, and no row's values go into a message. */
  static DataRefusedException refused(
      List<String> header, List<String> expected, boolean foreign, String fileName) {
    String found =
        foreign
            ? header.size() + " columns of which none has an expected name"
            : String.join(",", header);
    return new DataRefusedException(
        fileName
            + ":1: the header does not match the schema; found "
            + found
            + ", expected (in any order) "
            + String.join(",", expected)
            + ". Nothing of the file was read. Correct the schema or the file, let schema_contract"
            + " say what happens to other columns, or say header: false when it has none.");
  }
}
