package io.beamhouse.io.http;

import com.google.auto.value.AutoValue;
import io.beamhouse.core.Internal;
import org.apache.beam.sdk.schemas.AutoValueSchema;
import org.apache.beam.sdk.schemas.annotations.DefaultSchema;
import org.apache.beam.sdk.schemas.annotations.SchemaFieldDescription;
import org.checkerframework.checker.nullness.qual.Nullable;

/** What an answer declares of itself, as a spec says it. */
@Internal
@AutoValue
@DefaultSchema(AutoValueSchema.class)
public abstract class CompleteKeys {
  @Nullable
  @SchemaFieldDescription("Where each page says how many records there are: total_results.")
  public abstract String getTotal();

  @Nullable
  @SchemaFieldDescription("Where each page says how many pages there are: total_pages.")
  public abstract String getPages();

  @Nullable
  @SchemaFieldDescription(
      "When that changes while pages are read: fail (default; the next run reads afresh), or accept"
          + " what the last page says.")
  public abstract String getOnTotalChange();

  static Builder builder() {
    return new AutoValue_CompleteKeys.Builder();
  }

  @AutoValue.Builder
  abstract static class Builder {
    abstract Builder setTotal(@Nullable String path);

    abstract Builder setPages(@Nullable String path);

    abstract Builder setOnTotalChange(@Nullable String policy);

    abstract CompleteKeys build();
  }
}
