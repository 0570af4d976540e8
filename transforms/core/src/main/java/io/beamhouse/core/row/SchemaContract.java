package io.beamhouse.core.row;

import io.beamhouse.core.Evolving;
import io.beamhouse.core.error.Problems;
import java.io.Serializable;
import java.util.Locale;
import java.util.Set;

/**
 * What happens when data no longer has the schema that was agreed on.
 *
 * @param newColumn a column that the schema lacks: EVOLVE, FREEZE, QUARANTINE or RESCUE
 * @param missingColumn a column of the schema that the data lacks: EVOLVE, FREEZE or QUARANTINE
 * @param typeChange a value that is none of the column's type: FREEZE, QUARANTINE or RESCUE
 */
@Evolving
public record SchemaContract(Drift newColumn, Drift missingColumn, Drift typeChange)
    implements Serializable {
  /** Leaves everything to the reader of the format. */
  public static final SchemaContract NONE =
      new SchemaContract(Drift.DEFAULT, Drift.DEFAULT, Drift.DEFAULT);

  /** The column that gets what is rescued, as JSON text; NULL when nothing was. */
  public static final String RESCUED = "_rescued";

  /** An answer to a change. */
  @Evolving
  public enum Drift {
    /** What the reader of the format does by itself. */
    DEFAULT,
    /** The schema grows by the column; a missing one is NULL. */
    EVOLVE,
    /** The data is refused. */
    FREEZE,
    /** The rows concerned go to the error output. */
    QUARANTINE,
    /** The value goes to {@link #RESCUED}. */
    RESCUE
  }

  public SchemaContract {
    Problems problems = new Problems();
    refuse("missing_column", missingColumn, Set.of(Drift.RESCUE), problems);
    refuse("type_change", typeChange, Set.of(Drift.EVOLVE), problems);
    problems.throwIfAny();
  }

  /**
   * Reads the three keys of a spec, null for a key that is not there.
   *
   * @throws io.beamhouse.core.error.SpecException with every problem
   */
  public static SchemaContract of(String newColumn, String missingColumn, String typeChange) {
    Problems problems = new Problems();
    Drift added = drift("new_column", newColumn, problems);
    Drift missing = drift("missing_column", missingColumn, problems);
    Drift type = drift("type_change", typeChange, problems);
    refuse("missing_column", missing, Set.of(Drift.RESCUE), problems);
    refuse("type_change", type, Set.of(Drift.EVOLVE), problems);
    problems.throwIfAny();
    return new SchemaContract(added, missing, type);
  }

  public SchemaContract withNewColumn(Drift drift) {
    return new SchemaContract(drift, missingColumn, typeChange);
  }

  public SchemaContract withMissingColumn(Drift drift) {
    return new SchemaContract(newColumn, drift, typeChange);
  }

  public SchemaContract withTypeChange(Drift drift) {
    return new SchemaContract(newColumn, missingColumn, drift);
  }

  /** Whether anything is agreed on. */
  public boolean exists() {
    return !equals(NONE);
  }

  /** Whether rows have the column {@link #RESCUED}. */
  public boolean rescues() {
    return newColumn == Drift.RESCUE || typeChange == Drift.RESCUE;
  }

  /** Whether an error output is needed. */
  public boolean quarantines() {
    return newColumn == Drift.QUARANTINE
        || missingColumn == Drift.QUARANTINE
        || typeChange == Drift.QUARANTINE;
  }

  private static Drift drift(String key, String text, Problems problems) {
    if (text == null) {
      return Drift.DEFAULT;
    }
    for (Drift drift : Drift.values()) {
      if (drift != Drift.DEFAULT && drift.name().toLowerCase(Locale.ROOT).equals(text)) {
        return drift;
      }
    }
    problems.add("schema_contract." + key, "is '" + text + "'; allowed are " + allowed(key));
    return Drift.DEFAULT;
  }

  private static void refuse(String key, Drift drift, Set<Drift> refused, Problems problems) {
    if (refused.contains(drift)) {
      problems.add(
          "schema_contract." + key,
          "is '" + drift.name().toLowerCase(Locale.ROOT) + "'; allowed are " + allowed(key));
    }
  }

  private static String allowed(String key) {
    return switch (key) {
      case "new_column" -> "evolve, freeze, quarantine, rescue";
      case "missing_column" -> "evolve, freeze, quarantine";
      default -> "freeze, quarantine, rescue";
    };
  }
}
