package io.beamhouse.transforms.flatten;

import io.beamhouse.core.error.Problems;
import io.beamhouse.core.error.SpecException;
import org.apache.beam.sdk.values.Row;

/** Puts the rows of one root together; without a runner. */
final class Assembler {
  private final Flattening flattening;

  Assembler(Flattening flattening) {
    this.flattening = flattening;
  }

  /** Reads a stored plan; throws SpecException when it cannot be undone. */
  static Flattening of(String json) {
    FlattenPlan plan;
    try {
      plan = FlattenPlan.fromJson(json);
    } catch (IllegalArgumentException e) {
      throw new SpecException("plan", "cannot be read: " + e.getMessage());
    }
    Problems problems = new Problems();
    for (FlattenPlan.Loss loss : plan.losses()) {
      problems.add("plan", "is not lossless: " + loss.path() + ": " + loss.what());
    }
    Flattening flattening = Planner.plan(plan.settings(), plan.input());
    for (String line : flattening.plan().diff(plan)) {
      problems.add("plan", "does not follow from its own settings and schema: " + line);
    }
    problems.throwIfAny();
    return flattening;
  }

  Flattening flattening() {
    return flattening;
  }

  /** Throws BadRowException when {@code family} is not complete. */
  Row assemble(Row main, StoredRow.Family family) {
    int rowKey = flattening.tables().get(0).rowKey();
    String key = rowKey < 0 ? null : main.getString(rowKey);
    Row row = (Row) flattening.root().read(new StoredRow(main, key, family));
    if (family.left() > 0) {
      throw new BadRowException(
          "parent", family.left() + " rows of child tables have no parent row");
    }
    return row;
  }
}
