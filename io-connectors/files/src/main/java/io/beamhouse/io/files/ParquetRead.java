package io.beamhouse.io.files;

import io.beamhouse.core.row.SchemaContract;
import io.beamhouse.core.row.SchemaContract.Drift;
import io.beamhouse.io.parquet.ParquetRowReader;
import io.beamhouse.io.parquet.ParquetSchemas;
import java.io.IOException;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;

/** Reads Parquet; a damaged file is refused as a whole, only a schema contract has bad records. */
record ParquetRead(ReadRules rules) implements ReadFormat {
  ParquetRead() {
    this(ReadRules.NONE);
  }

  /** Columns come and go by default, and none is dropped in silence. */
  ParquetRead {
    SchemaContract contract = rules.contract();
    if (contract.exists()) {
      contract =
          contract.newColumn() == Drift.DEFAULT ? contract.withNewColumn(Drift.EVOLVE) : contract;
      contract =
          contract.missingColumn() == Drift.DEFAULT
              ? contract.withMissingColumn(Drift.EVOLVE)
              : contract;
      contract =
          contract.typeChange() == Drift.DEFAULT ? contract.withTypeChange(Drift.FREEZE) : contract;
      rules = new ReadRules(rules.formats(), contract);
    }
  }

  @Override
  public RecordStream open(OpenFile file, Schema rows) throws IOException {
    // Reading jumps within the file, so that its checksum needs a pass of its own.
    file.verifyContent();
    SchemaContract contract = rules.contract();
    if (contract.exists()) {
      Schema columns = rules.columns(rows);
      ParquetDrift drift = new ParquetDrift(shape(file, columns), columns, rows, contract);
      return new ParquetStream(drift.open(file), drift);
    }
    return new ParquetStream(ParquetRowReader.read(file.path(), rows), null);
  }

  @Override
  public Inference inference() {
    return new Inference() {
      private Schema schema = Schema.of();

      @Override
      public void add(OpenFile file) {
        Schema found = shape(file, schema);
        schema =
            schema.getFieldCount() == 0
                ? found
                : FileSet.union(schema, found, file.path().toString());
      }

      @Override
      public Schema schema() {
        return schema;
      }
    };
  }

  @Override
  public Schema shape(OpenFile file, Schema known) {
    return ParquetSchemas.toBeam(
        ParquetRowReader.footer(file.path()).getFileMetaData().getSchema());
  }

  @Override
  public ParquetRead with(ReadRules others) {
    return new ParquetRead(others);
  }

  private static final class ParquetStream implements RecordStream {
    private final ParquetRowReader reader;
    private final ParquetDrift drift;
    private long record;
    private List<Object> values;
    private BadRecord bad;

    /**
     * @param drift null when the file is read as it is
     */
    ParquetStream(ParquetRowReader reader, ParquetDrift drift) {
      this.reader = reader;
      this.drift = drift;
    }

    @Override
    public boolean next() {
      values = null;
      bad = null;
      if (!reader.hasNext()) {
        return false;
      }
      record++;
      if (drift == null) {
        values = reader.next().getValues();
      } else {
        values = drift.take(reader.next(), record);
        bad = drift.bad();
      }
      return true;
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
    public void close() {
      reader.close();
    }
  }
}
