package io.beamhouse.io.delta;

import com.google.auto.service.AutoService;
import com.google.auto.value.AutoValue;
import io.beamhouse.core.Internal;
import io.beamhouse.core.error.Problems;
import io.beamhouse.core.provider.TransformProvider;
import io.beamhouse.io.core.increment.OnlyOutput;
import io.beamhouse.io.core.increment.PinnedRead;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.schemas.AutoValueSchema;
import org.apache.beam.sdk.schemas.annotations.DefaultSchema;
import org.apache.beam.sdk.schemas.annotations.SchemaFieldDescription;
import org.apache.beam.sdk.schemas.transforms.SchemaTransform;
import org.apache.beam.sdk.schemas.transforms.SchemaTransformProvider;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollectionRowTuple;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Offers {@link DeltaRead}, with the keys of Beam's own ReadFromDelta and {@code columns}. */
@Internal
@AutoService(SchemaTransformProvider.class)
public final class ReadFromDeltaProvider extends TransformProvider<ReadFromDeltaProvider.Config> {
  public ReadFromDeltaProvider() {
    super("ReadFromDelta", Config.class);
  }

  /** What a spec says. */
  @DefaultSchema(AutoValueSchema.class)
  @AutoValue
  public abstract static class Config {
    @SchemaFieldDescription("Path of the table's root directory, with or without scheme.")
    public abstract String getTable();

    @SchemaFieldDescription("Version to read; default the newest when the run begins.")
    public abstract @Nullable Long getVersion();

    @SchemaFieldDescription(
        "Read the version that was the newest then: 2026-01-31T10:20:30Z, zone required. Not"
            + " together with version.")
    public abstract @Nullable String getTimestamp();

    @SchemaFieldDescription("Columns to read, in this order; default all.")
    public abstract @Nullable List<String> getColumns();

    static Builder builder() {
      return new AutoValue_ReadFromDeltaProvider_Config.Builder();
    }

    @AutoValue.Builder
    abstract static class Builder {
      abstract Builder setTable(String table);

      abstract Builder setVersion(Long version);

      abstract Builder setTimestamp(String timestamp);

      abstract Builder setColumns(List<String> columns);

      abstract Config build();
    }
  }

  @Override
  public String description() {
    return """
        Reads one version of a Delta table.

        The version is fixed when the run begins. Deleted rows (deletion vectors) are left out,
        columns added after a file was written are null, partition columns come with the rows.
        Column mapping is understood.""";
  }

  @Override
  public String example() {
    return """
        type: ReadFromDelta
        config:
          table: /lake/silver/users
          columns: [id, email]
        """;
  }

  @Override
  public List<String> outputCollectionNames() {
    return List.of("output");
  }

  @Override
  protected SchemaTransform from(Config config) {
    Problems problems = new Problems();
    DeltaRead read = DeltaIO.read().from(config.getTable());
    if (config.getVersion() != null && config.getTimestamp() != null) {
      problems.add("timestamp", "given together with version; choose one");
    }
    if (config.getVersion() != null) {
      if (config.getVersion() < 0) {
        problems.add("version", config.getVersion() + "; allowed: 0 and greater");
      }
      read = read.withVersion(config.getVersion());
    }
    if (config.getTimestamp() != null) {
      try {
        Instant instant = OffsetDateTime.parse(config.getTimestamp()).toInstant();
        read = read.withTimestamp(instant);
      } catch (DateTimeException e) {
        problems.add(
            "timestamp",
            "'"
                + config.getTimestamp()
                + "'; allowed: date, time and zone as in 2026-01-31T10:20:30Z");
      }
    }
    if (config.getColumns() != null) {
      read = read.withColumns(config.getColumns());
    }
    problems.throwIfAny();
    return new Reading(read);
  }

  private static final class Reading extends SchemaTransform implements PinnedRead {
    private final DeltaRead read;

    Reading(DeltaRead read) {
      this.read = read;
    }

    @Override
    public Optional<String> pin() {
      return read.newest().map(version -> Long.toString(version));
    }

    @Override
    public PTransform<PBegin, PCollectionRowTuple> at(String pin) {
      return new OnlyOutput(read.withVersion(Long.parseLong(pin)));
    }

    @Override
    public PCollectionRowTuple expand(PCollectionRowTuple input) {
      return PCollectionRowTuple.of("output", input.getPipeline().apply("Read", read));
    }
  }
}
