package io.beamhouse.io.delta.merge;

import com.google.auto.value.AutoValue;
import io.beamhouse.core.Internal;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.io.core.storage.Storage;
import io.beamhouse.io.delta.log.WriterTransaction;
import io.beamhouse.io.parquet.ParquetWriteOptions.Compression;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.checkerframework.checker.nullness.qual.Nullable;

/** All that a merge is told, as its user says it. */
@Internal
@AutoValue
public abstract class MergeSettings implements Serializable {
  private static final int BUCKETS = 64;
  private static final int MAX_BUCKETS = 65_536;
  private static final String DELETED = "_deleted";

  /** A merge into {@code table} with all defaults, under a token of its own. */
  public static MergeSettings into(String table) {
    return new AutoValue_MergeSettings.Builder()
        .table(table)
        .keys(List.of())
        .replacePer(List.of())
        .sequenceBy(List.of())
        .ignored(List.of())
        .dropped(List.of(DELETED))
        .combine(Map.of())
        .token(UUID.randomUUID().toString())
        .info(Map.of())
        .buckets(BUCKETS)
        .compression(Compression.ZSTD)
        .partitionColumns(List.of())
        .properties(Map.of())
        .build();
  }

  /** Path of the table. */
  public abstract String table();

  /** Columns that name a row. */
  public abstract List<String> keys();

  /** Columns that name the parent of a row, all of whose rows are replaced together. */
  public abstract List<String> replacePer();

  /** Columns that order the changes of a key. */
  public abstract List<String> sequenceBy();

  /** See {@link DeleteWhen}; null: no change deletes. */
  public abstract @Nullable String deleteWhen();

  /** Whether {@code change} deletes its key. */
  public boolean deletes(Row change) {
    if (deleteWhen() == null) {
      return false;
    }
    DeleteWhen when = DeleteWhen.parse(deleteWhen());
    return when.test(change.getValue(when.column()));
  }

  /** Columns whose difference alone does not change a row. */
  public abstract List<String> ignored();

  /** Columns that are not stored. */
  public abstract List<String> dropped();

  /** Columns that hold the least or greatest value of all changes and the stored row. */
  public abstract Map<String, Combine> combine();

  /** Names this merge among all of the table. */
  public abstract String token();

  /** Makes the merge happen once. */
  public abstract @Nullable WriterTransaction transaction();

  /** Our own facts for the table's history. */
  public abstract Map<String, String> info();

  /** Into how many the changes are split. */
  public abstract int buckets();

  /** Of data files. */
  public abstract Compression compression();

  /** Of a table that is created. */
  public abstract List<String> partitionColumns();

  /** Of a table that is created. */
  public abstract Map<String, String> properties();

  /** Of a table that is created. */
  public abstract @Nullable String comment();

  /** What decimals without precision are stored as; null refuses them. */
  public abstract Schema.@Nullable FieldType plainDecimal();

  public abstract Builder toBuilder();

  /** Changes some settings. */
  @AutoValue.Builder
  public abstract static class Builder {
    public abstract Builder table(String table);

    public abstract Builder keys(List<String> columns);

    public abstract Builder replacePer(List<String> columns);

    public abstract Builder sequenceBy(List<String> columns);

    public abstract Builder deleteWhen(@Nullable String condition);

    public abstract Builder ignored(List<String> columns);

    public abstract Builder dropped(List<String> columns);

    public abstract Builder combine(Map<String, Combine> columns);

    public abstract Builder token(String token);

    public abstract Builder transaction(@Nullable WriterTransaction transaction);

    public abstract Builder info(Map<String, String> info);

    public abstract Builder buckets(int buckets);

    public abstract Builder compression(Compression compression);

    public abstract Builder partitionColumns(List<String> columns);

    public abstract Builder properties(Map<String, String> properties);

    public abstract Builder comment(@Nullable String comment);

    public abstract Builder plainDecimal(Schema.@Nullable FieldType decimal);

    abstract MergeSettings autoBuild();

    /** Throws SpecException for what is wrong by itself. */
    public MergeSettings build() {
      MergeSettings settings = autoBuild();
      if (settings.buckets() < 1 || settings.buckets() > MAX_BUCKETS) {
        throw new SpecException(
            "buckets", "found " + settings.buckets() + "; allowed are 1 to " + MAX_BUCKETS);
      }
      if (settings.deleteWhen() != null) {
        DeleteWhen.parse(settings.deleteWhen());
      }
      return settings;
    }
  }

  MergeShape shape(Schema changes) {
    return shape(changes, null);
  }

  /** The shape of changes, or of children; {@code parents} is null where none come. */
  MergeShape shape(Schema changes, @Nullable Schema parents) {
    return replacePer().isEmpty()
        ? MergeShape.of(changes, choice())
        : new ParentShape(replacePer(), choice()).children(changes, parents);
  }

  MergeShape parentShape(Schema parents, Schema children) {
    return new ParentShape(replacePer(), choice()).parents(parents, children);
  }

  private MergeShape.Choice choice() {
    List<String> all = new ArrayList<>(replacePer());
    keys().stream().filter(key -> !replacePer().contains(key)).forEach(all::add);
    return new MergeShape.Choice(
        replacePer().isEmpty() ? keys() : all,
        replacePer().size(),
        sequenceBy(),
        deleteWhen() == null ? null : DeleteWhen.parse(deleteWhen()),
        ignored(),
        dropped(),
        new TreeMap<>(combine()),
        partitionColumns(),
        plainDecimal());
  }

  Target target() {
    return new Target(
        Storage.path(table()).toString(),
        token(),
        transaction(),
        info(),
        buckets(),
        codec(),
        partitionColumns(),
        properties(),
        comment());
  }

  private CompressionCodecName codec() {
    return switch (compression()) {
      case ZSTD -> CompressionCodecName.ZSTD;
      case SNAPPY -> CompressionCodecName.SNAPPY;
      case NONE -> CompressionCodecName.UNCOMPRESSED;
    };
  }
}
