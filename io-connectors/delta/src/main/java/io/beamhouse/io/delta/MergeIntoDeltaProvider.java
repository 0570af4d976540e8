package io.beamhouse.io.delta;

import com.google.auto.service.AutoService;
import com.google.auto.value.AutoValue;
import io.beamhouse.core.Internal;
import io.beamhouse.core.error.Problems;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.provider.TransformProvider;
import io.beamhouse.core.row.RowTypes;
import io.beamhouse.core.row.SchemaJson;
import io.beamhouse.io.delta.merge.Combine;
import io.beamhouse.io.parquet.ParquetWriteOptions.Compression;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.beam.sdk.schemas.AutoValueSchema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.schemas.annotations.DefaultSchema;
import org.apache.beam.sdk.schemas.annotations.SchemaFieldDescription;
import org.apache.beam.sdk.schemas.transforms.SchemaTransform;
import org.apache.beam.sdk.schemas.transforms.SchemaTransformProvider;
import org.apache.beam.sdk.schemas.transforms.providers.ErrorHandling;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Offers {@link DeltaMerge}. */
@Internal
@AutoService(SchemaTransformProvider.class)
public final class MergeIntoDeltaProvider extends TransformProvider<MergeIntoDeltaProvider.Config> {
  public MergeIntoDeltaProvider() {
    super("MergeIntoDelta", Config.class);
  }

  /** What a spec says. */
  @DefaultSchema(AutoValueSchema.class)
  @AutoValue
  public abstract static class Config {
    @SchemaFieldDescription("Path of the table's root directory, with or without scheme.")
    public abstract String getTable();

    @SchemaFieldDescription(
        "Columns that name a row; unique in the table, never null, no floating numbers. With"
            + " replace_per they tell the rows of a parent apart.")
    public abstract List<String> getKeys();

    @SchemaFieldDescription(
        "Columns that name the parent of a row, such as _row_key; all rows of a parent that is in"
            + " the input parents are replaced by those that came. Default: rows have no parents.")
    public abstract @Nullable List<String> getReplacePer();

    @SchemaFieldDescription(
        "Columns that order the changes of a key, the first one most. A change older than the"
            + " stored row, or than a delete of its key, changes nothing. With replace_per they"
            + " order the versions of a parent, and both inputs have them. Default: none, changes"
            + " win over stored rows.")
    public abstract @Nullable List<String> getSequenceBy();

    @SchemaFieldDescription(
        "When a change deletes its key: the name of a BOOLEAN column, or column = literal with a"
            + " 'text', a whole number, true or false. With replace_per: when a parent deletes its"
            + " rows. Default: no change deletes.")
    public abstract @Nullable String getDeleteWhen();

    @SchemaFieldDescription("Columns of the changes that are not stored; default [_deleted].")
    public abstract @Nullable List<String> getDropColumns();

    @SchemaFieldDescription(
        "Columns whose difference alone does not make a row changed. Default: none; _run, _source,"
            + " _attempt and the column of delete_when are always among them.")
    public abstract @Nullable List<String> getIgnoreColumns();

    @SchemaFieldDescription(
        "Columns that hold the least (min) or greatest (max) value of all changes of a key and the"
            + " stored row, nulls aside, whatever comes first or twice: {started_at: min,"
            + " stopped_at: max}. The others are those of the last change. Not together with"
            + " delete_when or replace_per. Default: none.")
    public abstract @Nullable Map<String, String> getCombine();

    @SchemaFieldDescription("Partition columns of a table that is created; default: none.")
    public abstract @Nullable List<String> getPartitionBy();

    @SchemaFieldDescription(
        "Table properties of a table that is created, such as delta.checkpointInterval.")
    public abstract @Nullable Map<String, String> getProperties();

    @SchemaFieldDescription("Description of a table that is created.")
    public abstract @Nullable String getComment();

    @SchemaFieldDescription("zstd, snappy or none; default zstd.")
    public abstract @Nullable String getCompression();

    @SchemaFieldDescription(
        "Into how many buckets the changes are split; default 64. A bucket is held in memory: more"
            + " of them for changes of more than 4 GB.")
    public abstract @Nullable Integer getBuckets();

    @SchemaFieldDescription(
        "What decimals without precision are stored as: DECIMAL(38,18) and the like. Default: they"
            + " are refused.")
    public abstract @Nullable String getDecimal();

    @SchemaFieldDescription(
        "With a state: how many small files (below 32 MiB) the table, or a partition of it, may"
            + " have before they are put together after a run; 0 for never. Default: 64.")
    public abstract @Nullable Integer getCompactAfter();

    @SchemaFieldDescription(
        "Names the output of changes that cannot be merged, such as those with a null key."
            + " Default: the first one fails the run.")
    public abstract @Nullable ErrorHandling getErrorHandling();

    static Builder builder() {
      return new AutoValue_MergeIntoDeltaProvider_Config.Builder();
    }

    @AutoValue.Builder
    abstract static class Builder {
      abstract Builder setTable(String table);

      abstract Builder setKeys(List<String> columns);

      abstract Builder setReplacePer(List<String> columns);

      abstract Builder setSequenceBy(List<String> columns);

      abstract Builder setDeleteWhen(String condition);

      abstract Builder setDropColumns(List<String> columns);

      abstract Builder setIgnoreColumns(List<String> columns);

      abstract Builder setCombine(Map<String, String> combine);

      abstract Builder setPartitionBy(List<String> columns);

      abstract Builder setProperties(Map<String, String> properties);

      abstract Builder setComment(String comment);

      abstract Builder setCompression(String compression);

      abstract Builder setBuckets(Integer buckets);

      abstract Builder setDecimal(String decimal);

      abstract Builder setCompactAfter(Integer files);

      abstract Builder setErrorHandling(ErrorHandling errorHandling);

      abstract Config build();
    }
  }

  @Override
  public String description() {
    return """
        Merges changes into a Delta table by key: inserts, updates and deletes in one commit.

        The table is created when it does not exist; otherwise it has the same flat columns as the
        changes, and every difference is reported at once. Of several changes of a key the last one
        counts: by `sequence_by`, then by the columns `_run` and `_source` if there are any, then by
        a hash of the row. With `sequence_by` deletes are remembered, so that nothing that comes
        late undoes what is newer. A change equal to the stored row changes nothing. Under a run
        with state the commit happens once, however often the run is repeated.

        With `replace_per` the rows are children, such as a child table of FlattenRows, and the input
        `parents` names their parents, such as its main table:
        `input: {input: Titles.genres, parents: Titles}`. Of each parent the last version counts, and
        the table then holds the children that carry its `sequence_by`, `_run` and `_source`, and no
        others: stored ones are removed, also when there are no new ones. Children without their
        parent are put to those that are stored.

        With `combine` rows are put together from changes that come in any order, in any run and any
        number of times, such as the start and the stop of a session: each column that it names holds
        the least or greatest value that is not null, late changes included. With a `sequence_by` that
        orders all changes of a key, the table depends only on the set of changes that ever came. Of
        several changes of a key in one run one is inserted or updates, the others count as
        superseded.

        Output: one row for the commit, with the table's version and the counts of changes that were
        inserted, updated, deleted, unchanged and superseded, whose sum is `changes_in`; with
        `replace_per` also the stored rows that were removed, and the parents.""";
  }

  @Override
  public String example() {
    return """
        type: MergeIntoDelta
        config:
          table: /lake/silver/users
          keys: [id]
          sequence_by: [updated_at]
          delete_when: _deleted
        """;
  }

  @Override
  public List<String> inputCollectionNames() {
    return List.of("input", "parents");
  }

  @Override
  public List<String> outputCollectionNames() {
    return List.of("output");
  }

  @Override
  protected SchemaTransform from(Config config) {
    Problems problems = new Problems();
    DeltaMerge merge = columns(DeltaIO.merge().into(config.getTable()), config);
    if (config.getKeys().isEmpty()) {
      problems.add("keys", "empty; name the columns that identify a row");
    }
    if (config.getProperties() != null) {
      merge = merge.withTableProperties(config.getProperties());
    }
    if (config.getComment() != null) {
      merge = merge.withComment(config.getComment());
    }
    DeltaMerge base = merge;
    if (config.getDeleteWhen() != null) {
      merge = checked(problems, base, () -> base.withDeleteWhen(config.getDeleteWhen()));
    }
    merge = combined(encoded(merge, config, problems), config, problems);
    ErrorHandling errors = config.getErrorHandling();
    if (errors != null && errors.getOutput().equals("output")) {
      problems.add("error_handling.output", "'output' is the merge's own; choose another name");
    }
    CompactAfter compactAfter = CompactAfter.of(config.getCompactAfter(), problems);
    problems.throwIfAny();
    return new RunBoundMerge(merge, errors == null ? null : errors.getOutput(), compactAfter);
  }

  private static DeltaMerge columns(DeltaMerge start, Config config) {
    DeltaMerge merge = start.withKeys(config.getKeys());
    if (config.getReplacePer() != null) {
      merge = merge.perParent(config.getReplacePer());
    }
    if (config.getSequenceBy() != null) {
      merge = merge.withSequenceBy(config.getSequenceBy());
    }
    if (config.getDropColumns() != null) {
      merge = merge.withDroppedColumns(config.getDropColumns());
    }
    if (config.getIgnoreColumns() != null) {
      merge = merge.withIgnoredColumns(config.getIgnoreColumns());
    }
    if (config.getPartitionBy() != null) {
      merge = merge.withPartitionColumns(config.getPartitionBy());
    }
    return merge;
  }

  private static DeltaMerge combined(DeltaMerge start, Config config, Problems problems) {
    DeltaMerge merge = start;
    if (config.getCombine() != null) {
      for (Map.Entry<String, String> column : new TreeMap<>(config.getCombine()).entrySet()) {
        switch (String.valueOf(column.getValue())) {
          case "min" -> merge = merge.withCombine(column.getKey(), Combine.MIN);
          case "max" -> merge = merge.withCombine(column.getKey(), Combine.MAX);
          default ->
              problems.add(
                  "combine." + column.getKey(),
                  "'"
                      + column.getValue()
                      + "'; allowed: min, max. Others depend on the order of changes, or on how"
                      + " often one comes");
        }
      }
    }
    return merge;
  }

  private static DeltaMerge encoded(DeltaMerge start, Config config, Problems problems) {
    DeltaMerge merge = start;
    if (config.getBuckets() != null) {
      DeltaMerge base = merge;
      merge = checked(problems, base, () -> base.withBuckets(config.getBuckets()));
    }
    if (config.getCompression() != null) {
      DeltaMerge base = merge;
      merge =
          checked(
              problems, base, () -> base.withCompression(Compression.of(config.getCompression())));
    }
    if (config.getDecimal() != null) {
      try {
        FieldType decimal = SchemaJson.typeOf(config.getDecimal());
        if (!RowTypes.isFixedDecimal(decimal)) {
          throw new IllegalArgumentException("not a decimal with precision and scale");
        }
        merge = merge.withPlainDecimalsAs(decimal);
      } catch (IllegalArgumentException e) {
        problems.add(
            "decimal", "'" + config.getDecimal() + "'; allowed: DECIMAL(p,s) with p up to 38");
      }
    }
    return merge;
  }

  private static DeltaMerge checked(
      Problems problems, DeltaMerge otherwise, Supplier<DeltaMerge> merge) {
    try {
      return merge.get();
    } catch (SpecException e) {
      problems.addAll(e.problems());
      return otherwise;
    }
  }
}
