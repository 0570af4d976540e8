package io.beamhouse.io.http;

import com.google.auto.value.AutoValue;
import io.beamhouse.core.Internal;
import io.beamhouse.core.error.Problems;
import io.beamhouse.core.provider.Durations;
import java.util.List;
import java.util.Locale;
import org.apache.beam.sdk.schemas.AutoValueSchema;
import org.apache.beam.sdk.schemas.annotations.DefaultSchema;
import org.apache.beam.sdk.schemas.annotations.SchemaFieldDescription;
import org.checkerframework.checker.nullness.qual.Nullable;

/** What is asked for from run to run, as a spec says it. */
@Internal
@AutoValue
@DefaultSchema(AutoValueSchema.class)
public abstract class IncrementalKeys {
  @SchemaFieldDescription("The API's parameter for where to begin: since.")
  public abstract String getParameter();

  @SchemaFieldDescription(
      "Where each record has the value, the largest of which the next run begins at: updated_at. Or"
          + " clock: the time of the run before.")
  public abstract String getFrom();

  @Nullable
  @SchemaFieldDescription("Value of the first run; default the parameter is left out then.")
  public abstract String getStart();

  @Nullable
  @SchemaFieldDescription(
      "How times are written: iso (default, 2026-11-21T10:20:30Z), date, epoch_seconds or"
          + " epoch_millis.")
  public abstract String getFormat();

  @Nullable
  @SchemaFieldDescription("The API's parameter for where to end, the time of the run.")
  public abstract String getUntilParameter();

  @Nullable
  @SchemaFieldDescription("How far each run reads again, for records that appear late: 5m.")
  public abstract String getOverlap();

  static Builder builder() {
    return new AutoValue_IncrementalKeys.Builder();
  }

  @AutoValue.Builder
  abstract static class Builder {
    abstract Builder setParameter(String parameter);

    abstract Builder setFrom(String path);

    abstract Builder setStart(@Nullable String value);

    abstract Builder setFormat(@Nullable String form);

    abstract Builder setUntilParameter(@Nullable String parameter);

    abstract Builder setOverlap(@Nullable String duration);

    abstract IncrementalKeys build();
  }

  Incremental incremental(Problems problems) {
    String format = getFormat() == null ? "iso" : getFormat();
    boolean known =
        HttpKeys.oneOf(
            "incremental.format",
            format,
            List.of("iso", "date", "epoch_seconds", "epoch_millis"),
            problems);
    return new Incremental(
        getParameter(),
        getFrom().equals("clock") ? null : HttpKeys.path("incremental.from", getFrom(), problems),
        HttpKeys.text(getStart()),
        known ? Incremental.Form.valueOf(format.toUpperCase(Locale.ROOT)) : Incremental.Form.ISO,
        HttpKeys.text(getUntilParameter()),
        Durations.read("incremental.overlap", getOverlap(), "0s", problems));
  }
}
