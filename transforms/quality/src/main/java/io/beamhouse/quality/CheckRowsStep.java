package io.beamhouse.quality;

import io.beamhouse.core.Internal;
import io.beamhouse.core.rowwise.RowStep;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.schemas.transforms.SchemaTransform;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionRowTuple;
import org.apache.beam.sdk.values.Row;

/** {@link CheckRows} as a step of a spec; inputs beside {@code input} are tables of keys. */
@Internal
public final class CheckRowsStep extends SchemaTransform {
  private static final String INPUT = "input";

  private final CheckRows check;

  CheckRowsStep(CheckRows check) {
    this.check = check;
  }

  /** The checks as a step that needs no runner; empty when there are foreign keys. */
  public Optional<RowStep> step() {
    return check.step();
  }

  @Override
  public PCollectionRowTuple expand(PCollectionRowTuple inputs) {
    Map<String, PCollection<Row>> all = inputs.getAll();
    CheckRows complete = check;
    for (Map.Entry<String, PCollection<Row>> other : all.entrySet()) {
      if (!other.getKey().equals(INPUT)) {
        complete = complete.withTable(other.getKey(), other.getValue());
      }
    }
    PCollection<Row> rows = all.size() == 1 ? inputs.getSinglePCollection() : inputs.get(INPUT);
    return complete.outputs(rows);
  }
}
