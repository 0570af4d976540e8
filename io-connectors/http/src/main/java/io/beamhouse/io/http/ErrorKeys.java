package io.beamhouse.io.http;

import com.google.auto.value.AutoValue;
import io.beamhouse.core.Internal;
import org.apache.beam.sdk.schemas.AutoValueSchema;
import org.apache.beam.sdk.schemas.annotations.DefaultSchema;
import org.apache.beam.sdk.schemas.annotations.SchemaFieldDescription;
import org.checkerframework.checker.nullness.qual.Nullable;

/** What makes an answer with status 200 an error, as a spec says it. */
@Internal
@AutoValue
@DefaultSchema(AutoValueSchema.class)
public abstract class ErrorKeys {
  @SchemaFieldDescription("Where an answer says that it is an error: error, success.")
  public abstract String getPath();

  @Nullable
  @SchemaFieldDescription("What it says then: false. Default anything but null, false, 0, empty.")
  public abstract String getEquals();

  static Builder builder() {
    return new AutoValue_ErrorKeys.Builder();
  }

  @AutoValue.Builder
  abstract static class Builder {
    abstract Builder setPath(String path);

    abstract Builder setEquals(@Nullable String value);

    abstract ErrorKeys build();
  }
}
