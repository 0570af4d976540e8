package io.beamhouse.io.files;

import io.beamhouse.core.row.RowText;

import io.beamhouse.core.error.DataRefusedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.Field;

/** Reads CSV; see {@link CsvRecords} for what a record is. */
record CsvRead(CsvOptions options, int maxRecordBytes) implements ReadFormat {
  @Override
  public RecordStream open(OpenFile file, Schema schema) throws IOException {
    CsvRecords records = records(file);
    int[] columns = options.header() ? matched(header(records, file), schema, file) : null;
    return new CsvStream(records, schema, columns, options);
  }

  @Override
  public Schema infer(OpenFile file) throws IOException {
    CsvRecords records = records(file);
    List<String> names = options.header() ? header(records, file) : null;
    return CsvInference.infer(records, names, options);
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

  /** Returns for each column of the file the field it fills. */
  private static int[] matched(List<String> header, Schema schema, OpenFile file) {
    List<String> expected = schema.getFieldNames();
    if (header.size() == expected.size() && new HashSet<>(header).equals(new HashSet<>(expected))) {
      return header.stream().mapToInt(schema::indexOf).toArray();
    }
    // A file without a header has a row in its place, and no row's values go into a message.
    String found =
        header.stream().anyMatch(expected::contains)
            ? String.join(",", header)
            : header.size() + " columns of which none has an expected name";
    throw new DataRefusedException(
        file.name()
            + ":1: the header does not match the schema; found "
            + found
            + ", expected (in any order) "
            + String.join(",", expected)
            + ". Nothing of the file was read. Correct the schema or the file, or say header:"
            + " false when it has none.");
  }

  private static final class CsvStream implements RecordStream {
    private final CsvRecords records;
    private final Schema schema;
    private final int[] columns;
    private final CsvOptions options;
    private List<Object> values;
    private BadRecord bad;

    CsvStream(CsvRecords records, Schema schema, int[] columns, CsvOptions options) {
      this.records = records;
      this.schema = schema;
      this.columns = columns;
      this.options = options;
    }

    @Override
    public boolean next() throws IOException {
      do {
        if (!records.next()) {
          return false;
        }
        // One column that is NULL is an empty line; with more columns it is no record.
      } while (records.blank() && schema.getFieldCount() > 1);
      bad = null;
      values = null;
      if (records.problem() != null) {
        bad = bad("csv.quotes", records.problem());
      } else if (records.fields() != schema.getFieldCount()) {
        bad =
            bad(
                "csv.columns",
                records.fields() + " columns where " + schema.getFieldCount() + " are expected");
      } else {
        values = parsed();
      }
      return true;
    }

    private List<Object> parsed() {
      Object[] parsed = new Object[schema.getFieldCount()];
      for (int i = 0; i < parsed.length; i++) {
        int target = columns == null ? i : columns[i];
        Field field = schema.getField(target);
        try {
          String text = records.text(i);
          if (!records.quoted(i) && text.equals(options.nullToken())) {
            if (!field.getType().getNullable()) {
              bad = bad("csv.null", "column " + field.getName() + " is NULL, which it may not be");
              return null;
            }
          } else {
            parsed[target] = RowText.read(text, field.getType());
          }
        } catch (CharacterCodingException e) {
          bad =
              bad("csv.encoding", "column " + field.getName() + " is not in " + options.encoding());
          return null;
        } catch (IllegalArgumentException e) {
          bad = bad("csv.type", "column " + field.getName() + ": " + e.getMessage());
          return null;
        }
      }
      return Arrays.asList(parsed);
    }

    private BadRecord bad(String rule, String message) {
      byte[] raw = records.raw();
      return new BadRecord(raw, decoded(raw, options), rule, message, records.line());
    }

    @Override
    public List<Object> values() {
      return values;
    }

    @Override
    public BadRecord bad() {
      return bad;
    }

    @Override
    public void close() {}
  }

  private static String decoded(byte[] raw, CsvOptions options) {
    try {
      return options
          .charset()
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(raw))
          .toString();
    } catch (CharacterCodingException e) {
      return null;
    }
  }
}
