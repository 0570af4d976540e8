package io.beamhouse.io.files;

import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.row.RowText.RefusedValueException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.beam.sdk.schemas.Schema;

/** Reads JSON lines in UTF-8; blank lines are no records; memory is one line. */
record JsonRead(int maxRecordBytes, ReadRules rules) implements ReadFormat {
  JsonRead(int maxRecordBytes) {
    this(maxRecordBytes, ReadRules.NONE);
  }

  @Override
  public RecordStream open(OpenFile file, Schema rows) throws IOException {
    return new JsonStream(lines(file), file.name(), new JsonMembers(rows, rules));
  }

  @Override
  public Inference inference() {
    JsonInference inference = new JsonInference(Set.of(), true);
    return new Inference() {
      @Override
      public void add(OpenFile file) throws IOException {
        look(file, inference);
      }

      @Override
      public Schema schema() {
        return inference.schema();
      }
    };
  }

  @Override
  public Schema shape(OpenFile file, Schema known) throws IOException {
    JsonInference inference = new JsonInference(new HashSet<>(known.getFieldNames()), false);
    look(file, inference);
    Schema.Builder shape = Schema.builder();
    known.getFields().stream()
        .filter(field -> inference.seen().contains(field.getName()))
        .forEach(shape::addField);
    inference.schema().getFields().forEach(shape::addField);
    return shape.build();
  }

  @Override
  public JsonRead with(ReadRules others) {
    return new JsonRead(maxRecordBytes, others);
  }

  private void look(OpenFile file, JsonInference inference) throws IOException {
    Lines lines = lines(file);
    inference.begin(file.name());
    while (inference.wantsMore() && lines.next()) {
      try {
        inference.add(lines.text());
      } catch (CharacterCodingException e) {
        // A bad record tells nothing of the schema; reading will report it.
        inference.skip();
      }
    }
  }

  private Lines lines(OpenFile file) throws IOException {
    return new Lines(Compression.unpacked(file.stream()), maxRecordBytes, file.name());
  }

  private static final class JsonStream implements RecordStream {
    private final Lines lines;
    private final String file;
    private final JsonMembers members;
    private List<Object> values;
    private BadRecord bad;

    JsonStream(Lines lines, String file, JsonMembers members) {
      this.lines = lines;
      this.file = file;
      this.members = members;
    }

    @Override
    public boolean next() throws IOException {
      if (!lines.next()) {
        return false;
      }
      bad = null;
      values = null;
      String text = null;
      try {
        text = lines.text();
        values = members.read(text);
      } catch (CharacterCodingException e) {
        bad = bad(null, "json.encoding", "the line is not in UTF-8");
      } catch (RefusedValueException e) {
        bad = bad(text, "json.type", e.getMessage());
      } catch (ContractBrokenException e) {
        if (e.refused()) {
          throw new DataRefusedException(
              file
                  + ":"
                  + lines.line()
                  + ": "
                  + e.getMessage()
                  + ", and schema_contract freezes this. Repair the file or the schema, or choose"
                  + " another answer.",
              e);
        }
        bad = bad(text, e.rule(), e.getMessage());
      }
      return true;
    }

    private BadRecord bad(String text, String rule, String message) {
      return new BadRecord(lines.raw(), text, rule, message, lines.line());
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

  /** Lines that are not blank, as bytes. */
  private static final class Lines {
    private final InputStream in;
    private final int max;
    private final String where;
    private final byte[] buffer = new byte[64 * 1024];
    private int position;
    private int limit;
    private byte[] raw = new byte[1024];
    private int length;
    private long line;

    Lines(InputStream in, int max, String where) {
      this.in = in;
      this.max = max;
      this.where = where;
    }

    boolean next() throws IOException {
      do {
        length = 0;
        line++;
        if (!readLine()) {
          return false;
        }
        if (length > 0 && raw[length - 1] == '\r') {
          length--;
        }
        stripByteOrderMark();
      } while (blank());
      return true;
    }

    long line() {
      return line;
    }

    byte[] raw() {
      return Arrays.copyOf(raw, length);
    }

    String text() throws CharacterCodingException {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(raw, 0, length)).toString();
    }

    /** Reads up to the next line feed or the end; false when there is nothing left. */
    private boolean readLine() throws IOException {
      boolean any = false;
      while (true) {
        if (position == limit) {
          limit = in.readNBytes(buffer, 0, buffer.length);
          position = 0;
          if (limit == 0) {
            return any;
          }
        }
        any = true;
        byte b = buffer[position++];
        if (b == '\n') {
          return true;
        }
        append(b);
      }
    }

    private void append(byte b) {
      if (length >= max) {
        throw new DataRefusedException(
            where
                + ":"
                + line
                + ": the line is longer than max_record_bytes, "
                + max
                + ". One object per line is expected; repair the file, or allow longer lines.");
      }
      if (length == raw.length) {
        raw = Arrays.copyOf(raw, (int) Math.min(max, raw.length * 2L));
      }
      raw[length++] = b;
    }

    private void stripByteOrderMark() {
      if (line == 1
          && length >= 3
          && raw[0] == (byte) 0xEF
          && raw[1] == (byte) 0xBB
          && raw[2] == (byte) 0xBF) {
        raw = Arrays.copyOfRange(raw, 3, raw.length);
        length -= 3;
      }
    }

    private boolean blank() {
      for (int i = 0; i < length; i++) {
        if (raw[i] != ' ' && raw[i] != '\t') {
          return false;
        }
      }
      return true;
    }
  }
}
