package io.beamhouse.io.files;

import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.row.Rescued;
import io.beamhouse.core.row.SchemaContract.Drift;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.util.Arrays;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.Field;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.schemas.Schema.TypeName;

/** CSV records as values of a schema. */
final class CsvStream implements RecordStream {
  private final CsvRecords records;
  private final String file;
  private final Schema columns;
  private final CsvColumns header;
  private final CsvOptions options;
  private final Drift typeChange;
  private final ValueFormat[] readers;

  /** For columns of texts; null for others. */
  private final KnownTexts[] known;

  private final boolean[] nullable;
  private final byte[][] nullTokens;
  private final int width;
  private final int fields;
  private final boolean rescues;
  private final Rescued rescued = new Rescued();
  private boolean atRecord;
  private List<Object> values;
  private BadRecord bad;

  /**
   * @param rows what {@link #values} are of
   * @param columns the same without what is rescued
   * @param header null when the file has none
   */
  CsvStream(
      CsvRecords records,
      String file,
      Schema rows,
      Schema columns,
      CsvColumns header,
      CsvRead format) {
    this.records = records;
    this.file = file;
    this.columns = columns;
    this.header = header;
    this.options = format.options();
    this.typeChange = format.rules().contract().typeChange();
    this.rescues = format.rules().contract().rescues();
    this.width = rows.getFieldCount();
    this.fields = header == null ? columns.getFieldCount() : header.names().size();
    this.atRecord = header != null && header.headerIsRecord();
    this.readers =
        columns.getFields().stream().map(format.rules()::reader).toArray(ValueFormat[]::new);
    this.known = new KnownTexts[readers.length];
    this.nullable = new boolean[readers.length];
    for (int i = 0; i < readers.length; i++) {
      FieldType type = columns.getField(i).getType();
      nullable[i] = type.getNullable();
      known[i] = type.getTypeName() == TypeName.STRING ? new KnownTexts() : null;
    }
    this.nullTokens =
        options.nullTokens().stream()
            // One that the encoding cannot say would be a question mark.
            .filter(token -> options.charset().newEncoder().canEncode(token))
            .map(token -> token.getBytes(options.charset()))
            .toArray(byte[][]::new);
  }

  @Override
  public boolean next() throws IOException {
    do {
      if (!atRecord && !records.next()) {
        return false;
      }
      atRecord = false;
      // One column that is NULL is an empty line; with more columns it is no record.
    } while (records.blank() && fields > 1);
    bad = null;
    values = null;
    if (header != null && header.rule() != null) {
      bad = bad(header.rule(), header.problem());
    } else if (records.problem() != null) {
      bad = bad("csv.quotes", records.problem());
    } else if (records.fields() != fields) {
      bad = bad("csv.columns", records.fields() + " columns where " + fields + " are expected");
    } else {
      values = parsed();
    }
    return true;
  }

  private List<Object> parsed() {
    Object[] parsed = new Object[width];
    for (int i = 0; i < fields; i++) {
      int target = header == null ? i : header.fields()[i];
      try {
        boolean isNull = !records.quoted(i) && isNull(i);
        if (target < 0) {
          if (!isNull) {
            rescued.addText(header.names().get(i), records.text(i));
          }
        } else if (isNull) {
          if (!nullable[target]) {
            return refused("csv.null", target, " is NULL, which it may not be");
          }
        } else {
          Object plain = records.fromBytes(i, readers[target]);
          parsed[target] = plain != null ? plain : value(records.text(i, known[target]), target);
        }
      } catch (CharacterCodingException e) {
        return target < 0
            ? refused("csv.encoding", "a new column is not in " + options.encoding())
            : refused("csv.encoding", target, " is not in " + options.encoding());
      } catch (IllegalArgumentException e) {
        return refused("csv.type", target, ": " + e.getMessage());
      }
    }
    if (rescues) {
      parsed[width - 1] = rescued.take();
    }
    return Arrays.asList(parsed);
  }

  private boolean isNull(int field) {
    for (byte[] token : nullTokens) {
      if (records.is(field, token)) {
        return true;
      }
    }
    return false;
  }

  private Object value(String text, int target) {
    try {
      return readers[target].read(text);
    } catch (IllegalArgumentException e) {
      Field field = columns.getField(target);
      if (typeChange == Drift.FREEZE) {
        throw new DataRefusedException(
            file
                + ":"
                + records.line()
                + ": column "
                + field.getName()
                + ": "
                + e.getMessage()
                + ", and schema_contract freezes types. Repair the file or the schema, or choose"
                + " quarantine or rescue.",
            e);
      }
      if (typeChange == Drift.RESCUE && field.getType().getNullable()) {
        rescued.addText(field.getName(), text);
        return null;
      }
      throw e;
    }
  }

  private List<Object> refused(String rule, int field, String message) {
    return refused(rule, "column " + columns.getField(field).getName() + message);
  }

  private List<Object> refused(String rule, String message) {
    rescued.take();
    bad = bad(rule, message);
    return null;
  }

  private BadRecord bad(String rule, String message) {
    byte[] raw = records.raw();
    return new BadRecord(raw, decoded(raw), rule, message, records.line());
  }

  private String decoded(byte[] raw) {
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
