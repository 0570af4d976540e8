package io.beamhouse.io.kafka;

import io.beamhouse.core.payload.PayloadFormat;
import io.beamhouse.core.row.RowText.RefusedValueException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema.Parser;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.file.SeekableByteArrayInput;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.IndexedRecord;
import org.apache.beam.sdk.schemas.Schema;

/**
 * Avro records in one of its envelopes, resolved to the schema of the columns.
 *
 * @param schema the reader's, as JSON
 * @param encoding which envelope
 * @param writers schemas that were written with, as JSON: by id for CONFLUENT; for SINGLE_OBJECT
 *     the keys do not matter; for PLAIN one or none (then it is {@code schema})
 */
record AvroPayload(String schema, Encoding encoding, TreeMap<String, String> writers)
    implements PayloadFormat {
  enum Encoding {
    /** The record and nothing else. */
    PLAIN,
    /** C3 01, the schema's fingerprint, the record. */
    SINGLE_OBJECT,
    /** A whole object container file with one record, which brings its schema. */
    CONTAINER,
    /** 0, the schema's id in a registry, the record. */
    CONFLUENT
  }

  private static final int SINGLE_OBJECT_HEADER = 10;
  private static final int CONFLUENT_HEADER = 5;
  private static final byte[] SINGLE_OBJECT_MAGIC = {(byte) 0xC3, 0x01};

  @Override
  public String name() {
    return "avro";
  }

  @Override
  public Schema columns() {
    return AvroTypes.columns(new Parser().parse(schema));
  }

  @Override
  public boolean takesText() {
    return false;
  }

  @Override
  public Reader start() {
    return new RecordReader();
  }

  private final class RecordReader implements Reader {
    private final org.apache.avro.Schema wanted = new Parser().parse(schema);
    private final List<Function<Object, Object>> fields = AvroTypes.fields(wanted);
    private final Map<Long, GenericDatumReader<IndexedRecord>> byId = new HashMap<>();
    private final GenericDatumReader<IndexedRecord> plain;
    private final BoundedDecoder decoder = new BoundedDecoder();

    RecordReader() {
      plain = reader(writers.isEmpty() ? schema : writers.firstEntry().getValue());
      writers.forEach(
          (id, text) ->
              byId.put(
                  encoding == Encoding.SINGLE_OBJECT
                      ? SchemaNormalization.parsingFingerprint64(new Parser().parse(text))
                      : encoding == Encoding.CONFLUENT ? Long.valueOf(id) : 0L,
                  reader(text)));
      if (encoding == Encoding.SINGLE_OBJECT) {
        byId.put(SchemaNormalization.parsingFingerprint64(wanted), reader(schema));
      }
    }

    private GenericDatumReader<IndexedRecord> reader(String writer) {
      return new GenericDatumReader<>(new Parser().parse(writer), wanted);
    }

    @Override
    public void read(byte[] payload, Object[] row) {
      try {
        AvroTypes.fill(record(payload), fields, row);
      } catch (RefusedValueException e) {
        throw e;
      } catch (IOException
          | AvroRuntimeException
          | IndexOutOfBoundsException
          | ClassCastException
          | NegativeArraySizeException
          | ArithmeticException
          | DateTimeException e) {
        // Their messages may quote values.
        throw new RefusedValueException("not in the schema's form");
      } catch (StackOverflowError e) {
        // A writer's schema may hold itself, and so may a record, as often as it likes.
        throw new RefusedValueException("nested too deeply");
      }
    }

    private IndexedRecord record(byte[] payload) throws IOException {
      return switch (encoding) {
        case PLAIN -> datum(plain, payload, 0);
        case CONTAINER -> contained(payload);
        case SINGLE_OBJECT -> {
          if (payload.length < SINGLE_OBJECT_HEADER
              || payload[0] != SINGLE_OBJECT_MAGIC[0]
              || payload[1] != SINGLE_OBJECT_MAGIC[1]) {
            throw new RefusedValueException("not a single object: it does not begin with C3 01");
          }
          long id = Long.reverseBytes(ByteBuffer.wrap(payload).getLong(2));
          yield datum(known(id, Long.toHexString(id)), payload, SINGLE_OBJECT_HEADER);
        }
        case CONFLUENT -> {
          if (payload.length < CONFLUENT_HEADER || payload[0] != 0) {
            throw new RefusedValueException("not in the wire format: it does not begin with 0");
          }
          long id = ByteBuffer.wrap(payload).getInt(1);
          yield datum(known(id, String.valueOf(id)), payload, CONFLUENT_HEADER);
        }
      };
    }

    private GenericDatumReader<IndexedRecord> known(long id, String name) {
      GenericDatumReader<IndexedRecord> reader = byId.get(id);
      if (reader == null) {
        throw new RefusedValueException(
            "written with schema " + name + ", which writer_schemas does not have");
      }
      return reader;
    }

    private IndexedRecord datum(
        GenericDatumReader<IndexedRecord> reader, byte[] payload, int offset) throws IOException {
      decoder.open(payload, offset);
      IndexedRecord record = reader.read(null, decoder);
      if (!decoder.isEnd()) {
        throw new RefusedValueException("bytes after the end of the record");
      }
      return record;
    }

    private IndexedRecord contained(byte[] payload) throws IOException {
      try (DataFileReader<IndexedRecord> file =
          new DataFileReader<>(
              new SeekableByteArrayInput(payload), new GenericDatumReader<>(null, wanted))) {
        if (!file.hasNext()) {
          throw new RefusedValueException("a container without a record");
        }
        IndexedRecord record = file.next();
        if (file.hasNext()) {
          throw new RefusedValueException("a container with more than one record");
        }
        return record;
      }
    }
  }
}
