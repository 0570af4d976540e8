package io.beamhouse.io.files;

import io.beamhouse.core.error.DataRefusedException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;

/**
 * Reads CSV; see {@link CsvRecords} for what a record is.
 *
 * @param guessTypes whether the types of columns are guessed; else they are all STRING
 */
record CsvRead(CsvOptions options, boolean guessTypes, int maxRecordBytes, ReadRules rules)
    implements ReadFormat {
  CsvRead(CsvOptions options, int maxRecordBytes) {
    this(options, true, maxRecordBytes, ReadRules.NONE);
  }

  @Override
  public RecordStream open(OpenFile file, Schema rows) throws IOException {
    CsvRecords records = records(file);
    Schema columns = rules.columns(rows);
    CsvColumns header =
        options.header()
            ? CsvColumns.of(header(records, file), columns, rules.contract(), file.name())
            : null;
    return new CsvStream(records, file.name(), rows, columns, header, this);
  }

  @Override
  public Inference inference() {
    CsvInference inference = new CsvInference(options, guessTypes);
    return new Inference() {
      @Override
      public void add(OpenFile file) throws IOException {
        CsvRecords records = records(file);
        inference.add(records, options.header() ? header(records, file) : null);
      }

      @Override
      public Schema schema() {
        return inference.schema();
      }
    };
  }

  @Override
  public Schema shape(OpenFile file, Schema known) throws IOException {
    if (!options.header()) {
      return known;
    }
    CsvRecords records = records(file);
    List<String> names = header(records, file);
    Schema guessed = Schema.of();
    if (names.stream().anyMatch(name -> !known.hasField(name))) {
      CsvInference inference = new CsvInference(options, guessTypes);
      inference.add(records, names);
      guessed = inference.schema();
    }
    Schema.Builder shape = Schema.builder();
    for (String name : names) {
      shape.addField(known.hasField(name) ? known.getField(name) : guessed.getField(name));
    }
    return shape.build();
  }

  @Override
  public CsvRead with(ReadRules others) {
    return new CsvRead(options, guessTypes, maxRecordBytes, others);
  }

  private CsvRecords records(OpenFile file) throws IOException {
    return new CsvRecords(
        Compression.unpacked(file.stream()), options, maxRecordBytes, file.name());
  }

  private static List<String> header(CsvRecords records, OpenFile file) throws IOException {
    List<String> names = new ArrayList<>();
    if (!records.next()) {
      throw new DataRefusedException(
          file.name()
              + " is empty, not even a header. Remove it, or say header: false when files have"
              + " none.");
    }
    try {
      for (int i = 0; records.problem() == null && i < records.fields(); i++) {
        names.add(records.text(i));
      }
    } catch (CharacterCodingException e) {
      throw new DataRefusedException(
          file.name() + ":1: the header is not in the file's encoding. Set encoding.", e);
    }
    if (records.problem() != null || new HashSet<>(names).size() < names.size()) {
      throw new DataRefusedException(
          file.name()
              + ":1: the header is not usable: "
              + (records.problem() == null ? "a name stands twice" : records.problem())
              + ". Repair the file, or say header: false when it has none.");
    }
    return names;
  }
}
