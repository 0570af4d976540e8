package io.beamhouse.io.files;

import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.row.RowText;
import io.beamhouse.io.core.manifest.RowFileFormat;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.Field;
import org.apache.beam.sdk.values.Row;

/** Writes CSV of RFC 4180 with line feeds, in UTF-8. */
record CsvFormat(CsvOptions csv, Compression compression) implements RowFileFormat {
  static final String NAME = "csv";

  CsvFormat {
    if (!csv.encoding().equals("UTF-8")) {
      throw new SpecException("encoding", "is '" + csv.encoding() + "'; written is UTF-8");
    }
    if (csv.quote().isEmpty()) {
      throw new SpecException("quote", "is empty; a writer needs one");
    }
    if (csv.nullTokens().size() != 1) {
      throw new SpecException("null_token", "are several or none; a writer needs one");
    }
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public String extension() {
    return compression.extension(NAME);
  }

  @Override
  public Map<String, String> options() {
    Map<String, String> options = new TreeMap<>(csv.toMap());
    options.put(Compression.KEY, compression.text());
    return options;
  }

  @Override
  public void check(Schema schema) {
    FileSchemas.check(schema);
  }

  @Override
  public RowFile open(OutputStream out, Schema schema) throws IOException {
    return new CsvFile(csv, schema, compression.compressed(new BufferedOutputStream(out)));
  }

  private static final class CsvFile implements RowFile {
    private final CsvOptions options;
    private final Schema schema;
    private final OutputStream out;
    private final StrictUtf8 utf8 = new StrictUtf8();
    private final StringBuilder line = new StringBuilder();
    private final char delimiter;
    private final char quote;
    private final String nullToken;

    CsvFile(CsvOptions options, Schema schema, OutputStream out) throws IOException {
      this.options = options;
      this.schema = schema;
      this.out = out;
      this.delimiter = options.delimiter().charAt(0);
      this.quote = options.quote().charAt(0);
      this.nullToken = options.nullTokens().get(0);
      if (options.header()) {
        for (Field field : schema.getFields()) {
          separate();
          text(field.getName());
        }
        endLine();
      }
    }

    @Override
    public void write(Row row) throws IOException {
      int fields = schema.getFieldCount();
      for (int i = 0; i < fields; i++) {
        if (i > 0) {
          line.append(delimiter);
        }
        Object value = row.getValue(i);
        if (value == null) {
          line.append(nullToken);
        } else {
          text(written(value, schema.getField(i)));
        }
      }
      endLine();
    }

    private static String written(Object value, Field field) {
      try {
        return RowText.write(value, field.getType());
      } catch (IllegalArgumentException e) {
        throw new DataRefusedException(
            "Column " + field.getName() + " cannot be written: " + e.getMessage(), e);
      }
    }

    private void separate() {
      if (line.length() > 0) {
        line.append(delimiter);
      }
    }

    private void text(String text) {
      if (!needsQuotes(text)) {
        line.append(text);
        return;
      }
      line.append(quote);
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        if (c == quote) {
          line.append(quote);
        }
        line.append(c);
      }
      line.append(quote);
    }

    private boolean needsQuotes(String text) {
      if (text.isEmpty() || text.equals(nullToken)) {
        return true;
      }
      for (int i = 0; i < text.length(); i++) {
        char c = text.charAt(i);
        if (c == delimiter || c == quote || c == '\n' || c == '\r') {
          return true;
        }
      }
      // What other readers may trim, take for a comment or for a byte order mark.
      char first = text.charAt(0);
      return first <= ' '
          || first == '#'
          || first == '\uFEFF'
          || text.charAt(text.length() - 1) <= ' '
          || options.comment().indexOf(first) == 0;
    }

    private void endLine() throws IOException {
      line.append('\n');
      ByteBuffer bytes = utf8.encode(line);
      out.write(bytes.array(), bytes.arrayOffset(), bytes.remaining());
      line.setLength(0);
    }

    @Override
    public void close() throws IOException {
      Compression.finish(out);
    }
  }
}
