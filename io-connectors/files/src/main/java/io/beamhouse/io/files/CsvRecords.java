package io.beamhouse.io.files;

import io.beamhouse.core.error.DataRefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Cuts CSV into records by RFC 4180, keeping each record's own bytes.
 *
 * <p>A record that lies whole in the buffer and has no quote is cut where it lies; every other one
 * goes byte by byte. Works on bytes, so that a record in a wrong encoding or with bad quotes is one
 * bad record and the next one begins after its last line; memory is one record, at most {@code
 * maxRecordBytes}. Strict: a quote inside an unquoted field, text after a closing quote, and a
 * carriage return outside quotes without a line feed are bad. Not thread-safe.
 */
final class CsvRecords {
  private static final int BUFFER = 64 * 1024;
  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
  private static final int NONE = -1;

  private static final byte PLAIN = 0;
  private static final byte DELIMITER = 1;
  private static final byte LINE_FEED = 2;
  private static final byte CARRIAGE_RETURN = 3;
  private static final byte RARE = 4;

  private enum State {
    START,
    UNQUOTED,
    QUOTED,
    QUOTE,
    BAD
  }

  private final InputStream in;
  private final int maxRecordBytes;
  private final String where;
  private final int delimiter;
  private final int quote;
  private final int comment;
  private final boolean utf8;
  private final CharsetDecoder decoder;
  private final byte[] kinds = new byte[256];

  private final byte[] buffer = new byte[BUFFER];
  private int position;
  private int limit;
  private long lines = 1;

  private byte[] raw = new byte[1024];
  private int length;

  /** Holds the record from {@code offset} on: raw or buffer. */
  private byte[] source = raw;

  private int offset;
  private long line;
  private String problem;
  private State state;
  private int fields;
  private int[] starts = new int[64];
  private int[] ends = new int[64];
  private boolean[] quoted = new boolean[64];
  private boolean[] escaped = new boolean[64];
  private boolean ascii;

  /**
   * @param where names the file in messages
   */
  CsvRecords(InputStream in, CsvOptions options, int maxRecordBytes, String where)
      throws IOException {
    this.in = in;
    this.maxRecordBytes = maxRecordBytes;
    this.where = where;
    this.delimiter = options.delimiter().charAt(0);
    this.quote = options.quote().isEmpty() ? NONE : options.quote().charAt(0);
    this.comment = options.comment().isEmpty() ? NONE : options.comment().charAt(0);
    Charset charset = options.charset();
    this.decoder =
        charset
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    kinds['\n'] = LINE_FEED;
    kinds['\r'] = CARRIAGE_RETURN;
    kinds[delimiter] = DELIMITER;
    if (quote != NONE) {
      kinds[quote] = RARE;
    }
    utf8 = charset.equals(StandardCharsets.UTF_8);
    if (utf8) {
      skipByteOrderMark();
    }
  }

  /** Moves to the next record; false at the end of the file. Comment lines are no records. */
  boolean next() throws IOException {
    if (nextInBuffer()) {
      return true;
    }
    boolean more = nextByBytes();
    source = raw;
    offset = 0;
    return more;
  }

  /** Cuts a plain record in the buffer; false, and nothing is taken, when the next one is not. */
  private boolean nextInBuffer() {
    int start = position;
    if (start == limit || (buffer[start] & 0xff) == comment) {
      return false;
    }
    int end = (int) Math.min(limit, (long) start + maxRecordBytes);
    int field = 0;
    int bits = 0;
    int from = start;
    for (int at = start; at < end; at++) {
      byte b = buffer[at];
      byte kind = kinds[b & 0xff];
      bits |= b;
      if (kind == PLAIN) {
        continue;
      }
      boolean last =
          kind == LINE_FEED || (kind == CARRIAGE_RETURN && at + 1 < end && buffer[at + 1] == '\n');
      if (!last && kind != DELIMITER) {
        return false;
      }
      fields = field;
      beginField();
      starts[field] = from - start;
      ends[field++] = at - start;
      from = at + 1;
      if (last) {
        fields = field;
        length = at - start;
        position = kind == LINE_FEED ? at + 1 : at + 2;
        line = lines++;
        problem = null;
        ascii = bits >= 0;
        source = buffer;
        offset = start;
        return true;
      }
    }
    return false;
  }

  private boolean nextByBytes() throws IOException {
    int b = begin();
    while (b == comment && b != NONE) {
      while (b != '\n' && b != NONE) {
        b = read();
      }
      b = begin();
    }
    if (b == NONE) {
      return false;
    }
    while (step(b)) {
      if (state == State.UNQUOTED || state == State.QUOTED) {
        takePlain();
      }
      b = read();
    }
    return true;
  }

  /** Takes the bytes in the buffer that mean nothing here, as {@link #step} would one by one. */
  private void takePlain() {
    boolean inQuotes = state == State.QUOTED;
    int end = Math.min(limit, position + (maxRecordBytes - length));
    int at = position;
    int bits = 0;
    while (at < end) {
      byte b = buffer[at];
      if (b == '\n' || b == quote || (!inQuotes && (b == delimiter || b == '\r'))) {
        break;
      }
      bits |= b;
      at++;
    }
    int taken = at - position;
    if (raw.length - length < taken) {
      long size = Math.max(raw.length * 2L, (long) length + taken);
      raw = Arrays.copyOf(raw, (int) Math.min(maxRecordBytes, size));
    }
    System.arraycopy(buffer, position, raw, length, taken);
    length += taken;
    position = at;
    ascii &= bits >= 0;
  }

  /** The number of the physical line where the record begins, from 1. */
  long line() {
    return line;
  }

  /** What is wrong with the record's quotes; null when nothing is. */
  String problem() {
    return problem;
  }

  int fields() {
    return fields;
  }

  /** Whether the record is an empty line. */
  boolean blank() {
    return length == 0;
  }

  boolean quoted(int field) {
    return quoted[field];
  }

  /** Whether the bytes of a field are {@code text}, which has no escaped quotes. */
  boolean is(int field, byte[] text) {
    int size = ends[field] - starts[field];
    int from = offset + starts[field];
    return size == text.length
        && !escaped[field]
        && (size == 0 || Arrays.equals(source, from, from + size, text, 0, size));
  }

  /** Returns what {@code format} reads from a field's bytes; null when it must be its text. */
  Object fromBytes(int field, ValueFormat format) {
    return escaped[field]
        ? null
        : format.readBytes(source, offset + starts[field], offset + ends[field]);
  }

  /** Returns the text of a field; throws when its bytes are not in the file's encoding. */
  String text(int field) throws CharacterCodingException {
    return text(field, null);
  }

  /**
   * Returns the text of a field, a known one if {@code known} has it.
   *
   * @param known null for none
   */
  String text(int field, KnownTexts known) throws CharacterCodingException {
    int start = offset + starts[field];
    int end = offset + ends[field];
    if (escaped[field]) {
      byte[] bytes = unescaped(start, end);
      return decoded(bytes, 0, bytes.length);
    }
    if (known == null || !known.fits(end - start)) {
      return decoded(source, start, end);
    }
    int slot = known.slot(source, start, end);
    String text = known.get(slot, source, start, end);
    return text != null ? text : known.put(slot, source, start, end, decoded(source, start, end));
  }

  private String decoded(byte[] bytes, int start, int end) throws CharacterCodingException {
    if (ascii) {
      return new String(bytes, start, end - start, StandardCharsets.ISO_8859_1);
    }
    if (utf8) {
      String text = new String(bytes, start, end - start, StandardCharsets.UTF_8);
      // What stands for bytes that are no UTF-8, and may also stand for itself.
      if (text.indexOf('\uFFFD') < 0) {
        return text;
      }
    }
    return decoder.decode(ByteBuffer.wrap(bytes, start, end - start)).toString();
  }

  /** Returns the record's bytes without its line break. */
  byte[] raw() {
    return Arrays.copyOfRange(source, offset, offset + length);
  }

  private int begin() throws IOException {
    length = 0;
    fields = 0;
    problem = null;
    ascii = true;
    state = State.START;
    line = lines;
    beginField();
    return read();
  }

  /** Takes one byte; false when it ended the record. */
  private boolean step(int b) throws IOException {
    if (b == NONE) {
      if (state == State.QUOTED) {
        problem = "a quote is not closed before the end of the file";
      }
      return endRecord();
    }
    if (state != State.QUOTED && state != State.BAD && b == '\r') {
      int next = peek();
      if (next == '\n' || next == NONE) {
        read();
        return endRecord();
      }
      return bad(b, "a carriage return outside of quotes");
    }
    switch (state) {
      case START:
        if (b == quote) {
          quoted[fields] = true;
          state = State.QUOTED;
          append(b);
          starts[fields] = length;
          return true;
        }
        state = State.UNQUOTED;
        return unquoted(b);
      case UNQUOTED:
        return b == quote ? bad(b, "a quote inside an unquoted field") : unquoted(b);
      case QUOTED:
        if (b == quote) {
          state = State.QUOTE;
          ends[fields] = length;
        }
        append(b);
        return true;
      case QUOTE:
        if (b == quote) {
          escaped[fields] = true;
          state = State.QUOTED;
          append(b);
          return true;
        }
        if (b == delimiter || b == '\n') {
          return unquoted(b);
        }
        return bad(b, "text after a closing quote");
      default:
        if (b == '\n') {
          return endRecord();
        }
        append(b);
        return true;
    }
  }

  private boolean unquoted(int b) {
    if (b == '\n') {
      return endRecord();
    }
    if (b == delimiter) {
      endField();
      append(b);
      beginField();
      state = State.START;
      return true;
    }
    append(b);
    return true;
  }

  private boolean bad(int b, String what) {
    problem = what;
    state = State.BAD;
    append(b);
    return true;
  }

  private void beginField() {
    if (fields == starts.length) {
      int size = fields * 2;
      starts = Arrays.copyOf(starts, size);
      ends = Arrays.copyOf(ends, size);
      quoted = Arrays.copyOf(quoted, size);
      escaped = Arrays.copyOf(escaped, size);
    }
    starts[fields] = length;
    quoted[fields] = false;
    escaped[fields] = false;
  }

  private void endField() {
    if (!quoted[fields]) {
      ends[fields] = length;
    }
    fields++;
  }

  private boolean endRecord() {
    endField();
    return false;
  }

  private void append(int b) {
    if (length >= maxRecordBytes) {
      throw new DataRefusedException(
          where
              + ":"
              + line
              + ": the record is longer than max_record_bytes, "
              + maxRecordBytes
              + ". Is a quote not closed? Repair the file, or allow longer records.");
    }
    if (length == raw.length) {
      raw = Arrays.copyOf(raw, (int) Math.min(maxRecordBytes, raw.length * 2L));
    }
    raw[length++] = (byte) b;
    ascii &= b < 0x80;
  }

  private byte[] unescaped(int start, int end) {
    byte[] bytes = new byte[end - start];
    int size = 0;
    for (int i = start; i < end; i++) {
      bytes[size++] = source[i];
      if (source[i] == quote) {
        i++;
      }
    }
    return Arrays.copyOf(bytes, size);
  }

  private int read() throws IOException {
    int b = peek();
    if (b != NONE) {
      position++;
      if (b == '\n') {
        lines++;
      }
    }
    return b;
  }

  private int peek() throws IOException {
    if (position == limit) {
      limit = in.readNBytes(buffer, 0, BUFFER);
      position = 0;
      if (limit == 0) {
        return NONE;
      }
    }
    return buffer[position] & 0xff;
  }

  private void skipByteOrderMark() throws IOException {
    peek();
    if (limit >= BYTE_ORDER_MARK.length
        && Arrays.equals(buffer, 0, BYTE_ORDER_MARK.length, BYTE_ORDER_MARK, 0, 3)) {
      position = BYTE_ORDER_MARK.length;
    }
  }
}
