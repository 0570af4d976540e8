package io.beamhouse.transforms.flatten;

import com.google.auto.service.AutoService;
import com.google.auto.value.AutoValue;
import io.beamhouse.core.Internal;
import io.beamhouse.core.provider.TransformProvider;
import java.util.List;
import java.util.Map;
import javax.annotation.Nullable;
import org.apache.beam.sdk.schemas.AutoValueSchema;
import org.apache.beam.sdk.schemas.annotations.DefaultSchema;
import org.apache.beam.sdk.schemas.annotations.SchemaFieldDescription;
import org.apache.beam.sdk.schemas.transforms.SchemaTransform;
import org.apache.beam.sdk.schemas.transforms.SchemaTransformProvider;
import org.apache.beam.sdk.schemas.transforms.providers.ErrorHandling;

/** Offers {@link FlattenRows}. */
@Internal
@AutoService(SchemaTransformProvider.class)
public final class FlattenRowsProvider extends TransformProvider<FlattenRowsProvider.Config> {
  public FlattenRowsProvider() {
    super("FlattenRows", Config.class);
  }

  /** What a spec says. */
  @DefaultSchema(AutoValueSchema.class)
  @AutoValue
  public abstract static class Config {
    @SchemaFieldDescription(
        "Fields that identify a row; never null, else the row is an error. Needed for child"
            + " tables, whose keys are hashes of them.")
    @Nullable
    public abstract List<String> getKeys();

    @SchemaFieldDescription(
        "Fields that child rows repeat beside the keys, such as the row's version.")
    @Nullable
    public abstract List<String> getCarry();

    @SchemaFieldDescription(
        "By path of a struct: columns (the default), json (one text) or keep (nested as it is).")
    @Nullable
    public abstract Map<String, String> getStructs();

    @SchemaFieldDescription(
        "By path of an array: child (a table with a row per element), explode (the row is repeated"
            + " for each element), json or keep. Default is child for arrays of the main table if"
            + " there are keys, else json.")
    @Nullable
    public abstract Map<String, String> getArrays();

    @SchemaFieldDescription(
        "By path of a map: rows (a child table with a row per entry), json (the default) or keep.")
    @Nullable
    public abstract Map<String, String> getMaps();

    @SchemaFieldDescription(
        "By path of a map: the keys that get a column; other entries become one text.")
    @Nullable
    public abstract Map<String, List<String>> getMapColumns();

    @SchemaFieldDescription(
        "By path of a text that is a list: its delimiter. It is an array from then on, kept as one"
            + " unless it becomes a child table. The empty text is the empty list.")
    @Nullable
    public abstract Map<String, String> getSplit();

    @SchemaFieldDescription(
        "By path of a text that holds JSON: the list of fields {name, type, nullable} of what is"
            + " in it, which takes its place; or json, to check it and keep the text.")
    @Nullable
    public abstract String getParseJson();

    @SchemaFieldDescription(
        "By path of an array: fields of its elements that identify one among its siblings (value"
            + " for elements without fields), instead of the position.")
    @Nullable
    public abstract Map<String, List<String>> getChildKeys();

    @SchemaFieldDescription("By path: another name for its column.")
    @Nullable
    public abstract Map<String, String> getColumns();

    @SchemaFieldDescription("By path of an array or map: another name for its child table.")
    @Nullable
    public abstract Map<String, String> getTables();

    @SchemaFieldDescription(
        "How many fields and elements deep values are flattened, the rest being kept as one text;"
            + " default 8.")
    @Nullable
    public abstract Integer getDepth();

    @SchemaFieldDescription("What stands between the names of a path; default _.")
    @Nullable
    public abstract String getSeparator();

    @SchemaFieldDescription("as_is (the default) or snake_case.")
    @Nullable
    public abstract String getNaming();

    @SchemaFieldDescription(
        "Longer names are cut and end in a hash of the path; default 128, at least 16.")
    @Nullable
    public abstract Integer getMaxNameLength();

    @SchemaFieldDescription(
        "Whether columns are added that tell null from empty: x__present for nullable structs,"
            + " x__count for arrays and maps with child tables; default no.")
    @Nullable
    public abstract Boolean getPresence();

    @SchemaFieldDescription(
        "Whether several arrays may explode beside each other, every element with every; default"
            + " no.")
    @Nullable
    public abstract Boolean getCrossProduct();

    @SchemaFieldDescription(
        "File with a stored plan (flatten-plan prints it); the run is refused when the schema or"
            + " the settings lead to another one.")
    @Nullable
    public abstract String getPlan();

    @SchemaFieldDescription(
        "Sets rows aside that cannot be flattened, in the output that it names. Without it such a"
            + " row fails the run.")
    @Nullable
    public abstract ErrorHandling getErrorHandling();

    static Builder builder() {
      return new AutoValue_FlattenRowsProvider_Config.Builder();
    }

    @AutoValue.Builder
    abstract static class Builder {
      abstract Builder setKeys(List<String> keys);

      abstract Builder setCarry(List<String> carry);

      abstract Builder setStructs(Map<String, String> structs);

      abstract Builder setArrays(Map<String, String> arrays);

      abstract Builder setMaps(Map<String, String> maps);

      abstract Builder setMapColumns(Map<String, List<String>> mapColumns);

      abstract Builder setSplit(Map<String, String> split);

      abstract Builder setParseJson(String parseJson);

      abstract Builder setChildKeys(Map<String, List<String>> childKeys);

      abstract Builder setColumns(Map<String, String> columns);

      abstract Builder setTables(Map<String, String> tables);

      abstract Builder setDepth(Integer depth);

      abstract Builder setSeparator(String separator);

      abstract Builder setNaming(String naming);

      abstract Builder setMaxNameLength(Integer maxNameLength);

      abstract Builder setPresence(Boolean presence);

      abstract Builder setCrossProduct(Boolean crossProduct);

      abstract Builder setPlan(String plan);

      abstract Builder setErrorHandling(ErrorHandling errorHandling);

      abstract Config build();
    }
  }

  @Override
  public String description() {
    return """
        Makes flat rows of nested ones: structs become columns, arrays child tables with stable keys.

        Every path has its place by a plan that follows from the schema alone; `./beamhouse \
        flatten-plan SPEC` shows it. Paths are `a.b`, `a[].b` for elements of arrays, `a{value}.b` \
        for values of maps; put paths with brackets in quotes. The outputs are `output`, the main \
        table, and a table for each array or map that becomes one, named by its path: \
        `Flat.genres`. A child row begins with the keys, then `_row_key` (the hash of the keys), \
        `_parent_key` (in child tables of child tables), `_key` and `_index`.""";
  }

  @Override
  public String example() {
    return """
        type: FlattenRows
        config:
          keys: [id]
          naming: snake_case
          presence: true
        """;
  }

  @Override
  public List<String> inputCollectionNames() {
    return List.of("input");
  }

  @Override
  public List<String> outputCollectionNames() {
    return List.of("output");
  }

  @Override
  public boolean hasMoreOutputs() {
    return true;
  }

  @Override
  protected SchemaTransform from(Config config) {
    ErrorHandling errors = config.getErrorHandling();
    return new FlattenRowsStep(
        FlattenRows.with(ConfiguredSettings.of(config)),
        errors == null ? null : errors.getOutput(),
        config.getPlan());
  }
}
