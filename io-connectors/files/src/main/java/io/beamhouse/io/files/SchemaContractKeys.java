package io.beamhouse.io.files;

import com.google.auto.value.AutoValue;
import io.beamhouse.core.Internal;
import io.beamhouse.core.row.SchemaContract;
import java.util.Map;
import javax.annotation.Nullable;
import org.apache.beam.sdk.schemas.AutoValueSchema;
import org.apache.beam.sdk.schemas.annotations.DefaultSchema;
import org.apache.beam.sdk.schemas.annotations.SchemaFieldDescription;

/** The keys of a {@link SchemaContract} in specs. */
@Internal
@DefaultSchema(AutoValueSchema.class)
@AutoValue
public abstract class SchemaContractKeys {
  @SchemaFieldDescription(
      "A column that the schema lacks: evolve (the schema grows by it), freeze (the file is"
          + " refused), quarantine (its rows go to the error output) or rescue (its values go to"
          + " the column _rescued).")
  @Nullable
  public abstract String getNewColumn();

  @SchemaFieldDescription(
      "A column of the schema that a file lacks: evolve (NULL), freeze or quarantine.")
  @Nullable
  public abstract String getMissingColumn();

  @SchemaFieldDescription(
      "A value that is none of the column's type: freeze, quarantine (the row) or rescue (NULL, and"
          + " the text goes to _rescued).")
  @Nullable
  public abstract String getTypeChange();

  /** Null stands for keys that are not there. */
  static ReadRules rules(@Nullable Map<String, String> formats, @Nullable SchemaContractKeys keys) {
    return new ReadRules(
        formats == null ? Map.of() : formats,
        keys == null
            ? SchemaContract.NONE
            : SchemaContract.of(
                keys.getNewColumn(), keys.getMissingColumn(), keys.getTypeChange()));
  }

  static Builder builder() {
    return new AutoValue_SchemaContractKeys.Builder();
  }

  @AutoValue.Builder
  abstract static class Builder {
    abstract Builder setNewColumn(String newColumn);

    abstract Builder setMissingColumn(String missingColumn);

    abstract Builder setTypeChange(String typeChange);

    abstract SchemaContractKeys build();
  }
}
