package io.beamhouse.pipelines.run;

import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.row.RowJson;
import io.beamhouse.core.row.RowText;
import io.beamhouse.core.rowwise.ApplyRowStep;
import io.beamhouse.core.rowwise.RowStep;
import io.beamhouse.core.rowwise.RowWise;
import io.beamhouse.io.delta.QuarantineTable;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.schemas.transforms.SchemaTransform;
import org.apache.beam.sdk.values.PCollectionRowTuple;
import org.apache.beam.sdk.values.Row;

/** Makes records of rows of the quarantine table, as the step that refused them takes them. */
final class ReplayedRecords extends SchemaTransform implements RowWise {
  private final Schema records;

  ReplayedRecords(Schema records) {
    this.records = records;
  }

  @Override
  public PCollectionRowTuple expand(PCollectionRowTuple input) {
    return input.getSinglePCollection().apply("Records", ApplyRowStep.of(rowStep()));
  }

  @Override
  public RowStep rowStep() {
    return new Decode(records);
  }

  private record Decode(Schema records) implements RowStep {
    @Override
    public LinkedHashMap<String, Schema> outputs(Schema input) {
      return new LinkedHashMap<>(Map.of(OUTPUT, records));
    }

    @Override
    public Processor start(Schema input) {
      FieldType type = FieldType.row(records);
      int raw = input.indexOf(QuarantineTable.RAW);
      int copies = input.indexOf(QuarantineTable.COPIES);
      return (row, out) -> {
        Row record = read(row, row.getString(raw), type);
        for (long i = row.getInt64(copies); i > 0; i--) {
          out.emit(0, record);
        }
      };
    }

    private static Row read(Row row, String json, FieldType type) {
      try {
        return (Row) RowJson.read(json, type);
      } catch (RowText.RefusedValueException e) {
        throw new DataRefusedException(
            "The quarantined record "
                + row.getString(QuarantineTable.ID)
                + " does not fit the input of its step any more: "
                + e.getMessage()
                + ". Replay others with --rule or --id, or bring the step's input back to what it"
                + " was.",
            e);
      }
    }
  }
}
