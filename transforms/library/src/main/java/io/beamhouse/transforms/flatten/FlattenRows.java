package io.beamhouse.transforms.flatten;

import io.beamhouse.core.Evolving;
import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.row.Quarantined;
import io.beamhouse.core.row.SchemaJson;
import io.beamhouse.core.rowwise.ApplyRowStep;
import io.beamhouse.core.rowwise.RowStep;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionRowTuple;
import org.apache.beam.sdk.values.PInput;
import org.apache.beam.sdk.values.POutput;
import org.apache.beam.sdk.values.PValue;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TupleTag;

/**
 * Makes flat rows of nested ones: structs become columns, arrays child tables with stable keys.
 *
 * <p>What becomes of every path is a {@link FlattenPlan}, computed from the schema before any row
 * and seen with {@link #plan}. Without settings a struct becomes columns, an array of the main
 * table a child table when there are {@link #withKeys keys} and JSON otherwise, a map JSON; what is
 * nested deeper than 8 fields and elements is kept as JSON. Paths are {@code a.b}, {@code a[].b}
 * for elements, {@code a{key}} and {@code a{value}} for entries of maps.
 *
 * <p>Input: rows, bounded or not, in any windows. Output: one row of the main table for each row,
 * more where an array explodes in place; for each child table a row per element or entry, which
 * begins with the root's keys, {@code _row_key} (their hash), {@code _parent_key} in child tables
 * of child tables, {@code _key} and, for arrays, {@code _index}. Keys are 128-bit hashes of values,
 * path and index or natural key, the same on every runner and retry. A row that cannot be flattened
 * (a null key, a text that is not the JSON it should be, two elements of one natural key) is
 * refused with a {@link DataRefusedException}, or quarantined as {@link Quarantined} {@link
 * #withQuarantine if chosen}; nothing of it is in the other outputs. A pure function of each row,
 * with the rows that one input row becomes in memory.
 *
 * <p>Child rows of a newer version of a row replace all rows of the same {@code _row_key}. A row
 * whose array became empty has no child row, so a merge takes the roots to replace from the main
 * table.
 */
@Evolving
public final class FlattenRows extends PTransform<PCollection<Row>, FlattenRows.Result> {
  private static final String FAILED = "_failed";

  private final FlattenSettings settings;
  private final boolean quarantine;
  private final String storedPlan;

  private FlattenRows(FlattenSettings settings, boolean quarantine, String storedPlan) {
    this.settings = settings;
    this.quarantine = quarantine;
    this.storedPlan = storedPlan;
  }

  /** Starts with the defaults. */
  public static FlattenRows create() {
    return with(FlattenSettings.defaults());
  }

  static FlattenRows with(FlattenSettings settings) {
    return new FlattenRows(settings, false, null);
  }

  private FlattenRows set(FlattenSettings.Builder changed) {
    return new FlattenRows(changed.build(), quarantine, storedPlan);
  }

  /** The scalars that identify a row; they must not be null. Needed for child tables. */
  public FlattenRows withKeys(String... paths) {
    return set(settings.toBuilder().setKeys(List.of(paths)));
  }

  /** Scalars of the row that its child rows repeat beside the keys, such as its version. */
  public FlattenRows withCarried(String... paths) {
    return set(settings.toBuilder().setCarry(List.of(paths)));
  }

  /** A struct as {@code COLUMNS} (the default), {@code JSON} or {@code KEEP}. */
  public FlattenRows withStruct(String path, Choice choice) {
    return set(
        settings.toBuilder().setStructs(FlattenSettings.with(settings.structs(), path, choice)));
  }

  /** An array as {@code CHILD}, {@code EXPLODE}, {@code JSON} or {@code KEEP}. */
  public FlattenRows withArray(String path, Choice choice) {
    return set(
        settings.toBuilder().setArrays(FlattenSettings.with(settings.arrays(), path, choice)));
  }

  /** A map as {@code ROWS}, {@code JSON} (the default) or {@code KEEP}. */
  public FlattenRows withMap(String path, Choice choice) {
    return set(settings.toBuilder().setMaps(FlattenSettings.with(settings.maps(), path, choice)));
  }

  /** Columns for some keys of a map; its other entries become one JSON text. */
  public FlattenRows withMapColumns(String path, String... keys) {
    return set(
        settings.toBuilder()
            .setMapColumns(FlattenSettings.with(settings.mapColumns(), path, List.of(keys))));
  }

  /** A text that is a list, such as {@code Comedy,Drama}; it is an array from then on. */
  public FlattenRows withSplit(String path, String delimiter) {
    return set(
        settings.toBuilder().setSplit(FlattenSettings.with(settings.split(), path, delimiter)));
  }

  /** A text with a JSON object of this schema, which takes its place. */
  public FlattenRows withParsedJson(String path, Schema schema) {
    return parseJson(path, SchemaJson.toJson(schema));
  }

  /** A text that must be JSON and stays as it is. */
  public FlattenRows withCheckedJson(String path) {
    return parseJson(path, FlattenSettings.JSON);
  }

  private FlattenRows parseJson(String path, String type) {
    return set(
        settings.toBuilder().setParseJson(FlattenSettings.with(settings.parseJson(), path, type)));
  }

  /**
   * Fields of an array's elements that identify one among its siblings, instead of its position;
   * {@code value} for elements without fields.
   */
  public FlattenRows withChildKey(String path, String... fields) {
    return set(
        settings.toBuilder()
            .setChildKeys(FlattenSettings.with(settings.childKeys(), path, List.of(fields))));
  }

  /** Another name for the column of a path. */
  public FlattenRows withColumnName(String path, String name) {
    return set(
        settings.toBuilder().setColumns(FlattenSettings.with(settings.columns(), path, name)));
  }

  /** Another name for the child table of an array or map. */
  public FlattenRows withTableName(String path, String name) {
    return set(settings.toBuilder().setTables(FlattenSettings.with(settings.tables(), path, name)));
  }

  /** How many fields and elements deep values are flattened; default 8. */
  public FlattenRows withDepth(int depth) {
    return set(settings.toBuilder().setDepth(depth));
  }

  /** What stands between the names of a path in a column's name; default {@code _}. */
  public FlattenRows withSeparator(String separator) {
    return set(settings.toBuilder().setSeparator(separator));
  }

  public FlattenRows withNaming(Naming naming) {
    return set(settings.toBuilder().setNaming(naming));
  }

  /** Longer names are cut and end in a hash of the path; default 128, at least 16. */
  public FlattenRows withMaxNameLength(int length) {
    return set(settings.toBuilder().setMaxNameLength(length));
  }

  /**
   * Adds {@code x__present} for nullable structs and {@code x__count} for arrays and maps with
   * child tables, so that null and empty can be told apart.
   */
  public FlattenRows withPresence() {
    return set(settings.toBuilder().setPresence(true));
  }

  /** Allows several arrays to explode beside each other. */
  public FlattenRows withCrossProduct() {
    return set(settings.toBuilder().setCrossProduct(true));
  }

  /** Refuses input whose plan is not this one. */
  public FlattenRows withStoredPlan(FlattenPlan plan) {
    return new FlattenRows(settings, quarantine, plan.toJson());
  }

  /** Rows that cannot be flattened become {@link Quarantined} rows. */
  public FlattenRows withQuarantine() {
    return new FlattenRows(settings, true, storedPlan);
  }

  /**
   * Returns the plan for rows of {@code input}.
   *
   * @throws io.beamhouse.core.error.SpecException with every problem of the settings with it
   */
  public FlattenPlan plan(Schema input) {
    return Planner.plan(settings, input).plan();
  }

  /** Returns what works on one row; outputs are the tables, then the bad rows if chosen. */
  public RowStep step() {
    return step(quarantine ? FAILED : null);
  }

  RowStep step(String errorOutput) {
    return new FlattenStep(settings, errorOutput, storedPlan);
  }

  /**
   * The outputs.
   *
   * @param main with one row for each row, more where an array explodes
   * @param children by table name
   * @param quarantined present if chosen
   */
  @Evolving
  public record Result(
      PCollection<Row> main,
      Map<String, PCollection<Row>> children,
      Optional<PCollection<Row>> quarantined)
      implements POutput {

    /** All tables as {@link UnflattenRows} takes them. */
    public PCollectionRowTuple tables() {
      PCollectionRowTuple tables = PCollectionRowTuple.of(UnflattenRows.MAIN, main);
      for (Map.Entry<String, PCollection<Row>> child : children.entrySet()) {
        tables = tables.and(child.getKey(), child.getValue());
      }
      return tables;
    }

    @Override
    public Pipeline getPipeline() {
      return main.getPipeline();
    }

    @Override
    public Map<TupleTag<?>, PValue> expand() {
      Map<TupleTag<?>, PValue> all = new LinkedHashMap<>(tables().expand());
      quarantined.ifPresent(bad -> all.put(new TupleTag<>(FAILED), bad));
      return all;
    }

    @Override
    public void finishSpecifyingOutput(
        String transformName, PInput input, PTransform<?, ?> transform) {}
  }

  @Override
  public Result expand(PCollection<Row> input) {
    Map<String, PCollection<Row>> all =
        new LinkedHashMap<>(input.apply("Flatten", ApplyRowStep.of(step())).getAll());
    Map<String, PCollection<Row>> children = new LinkedHashMap<>();
    for (FlattenPlan.Table table : plan(input.getSchema()).tables()) {
      children.put(table.name(), all.get(table.name()));
    }
    PCollection<Row> main = children.remove(RowStep.OUTPUT);
    return new Result(main, children, Optional.ofNullable(all.get(FAILED)));
  }
}
