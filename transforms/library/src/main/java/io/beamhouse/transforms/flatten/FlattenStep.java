package io.beamhouse.transforms.flatten;

import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.error.Problems;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.row.Quarantined;
import io.beamhouse.core.rowwise.RowStep;
import java.util.LinkedHashMap;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.values.Row;

/** Flattens one row: the main table first, then each child table, then the bad rows. */
final class FlattenStep implements RowStep {
  private final FlattenSettings settings;
  private final String errorOutput;
  private final String storedPlan;

  /**
   * @param errorOutput null when a bad row fails the pipeline
   * @param storedPlan as JSON, from which the plan may not differ; null for none
   */
  FlattenStep(FlattenSettings settings, String errorOutput, String storedPlan) {
    this.settings = settings;
    this.errorOutput = errorOutput;
    this.storedPlan = storedPlan;
  }

  @Override
  public LinkedHashMap<String, Schema> outputs(Schema input) {
    Flattening flattening = Planner.plan(settings, input);
    Problems problems = new Problems();
    if (storedPlan != null) {
      for (String line : flattening.plan().diff(stored())) {
        problems.add("plan", "differs from the stored plan: " + line);
      }
    }
    LinkedHashMap<String, Schema> outputs = new LinkedHashMap<>();
    flattening.tables().forEach(table -> outputs.put(table.name(), table.schema()));
    if (errorOutput != null
        && outputs.put(errorOutput, Quarantined.schema(FieldType.row(input))) != null) {
      problems.add(
          "error_handling.output", "the name '" + errorOutput + "' is taken by a child table");
    }
    problems.throwIfAny();
    return outputs;
  }

  private FlattenPlan stored() {
    try {
      return FlattenPlan.fromJson(storedPlan);
    } catch (IllegalArgumentException e) {
      throw new SpecException("plan", "the stored plan cannot be read: " + e.getMessage());
    }
  }

  @Override
  public Processor start(Schema input) {
    Flattening flattening = Planner.plan(settings, input);
    FlatRows rows = new FlatRows(flattening);
    int errors = flattening.tables().size();
    Schema failed = Quarantined.schema(FieldType.row(input));
    int source = input.hasField("_source") ? input.indexOf("_source") : -1;
    return (row, out) -> {
      try {
        rows.make(row);
      } catch (BadRowException e) {
        if (errorOutput == null) {
          throw refused(e);
        }
        out.emit(errors, quarantined(row, e, failed, source));
        return;
      }
      rows.emit(out);
    };
  }

  private static DataRefusedException refused(BadRowException e) {
    return new DataRefusedException(
        "FlattenRows: "
            + e.getMessage()
            + ". Repair the row, or give error_handling to set such rows aside.",
        e);
  }

  private static Row quarantined(Row row, BadRowException e, Schema failed, int source) {
    Object position = source < 0 ? null : row.getValue(source);
    return Quarantined.row(
        failed,
        row,
        e.getMessage(),
        e.rule(),
        "FlattenRows",
        position == null ? null : position.toString());
  }
}
