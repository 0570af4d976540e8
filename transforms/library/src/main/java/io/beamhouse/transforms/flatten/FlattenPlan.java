package io.beamhouse.transforms.flatten;

import io.beamhouse.core.Evolving;
import java.util.List;
import java.util.Locale;
import org.apache.beam.sdk.schemas.Schema;

/**
 * What {@link FlattenRows} makes of rows of one schema: every path with its column or child table.
 *
 * <p>Computed from the schema and the settings alone, before any row; equal inputs give an equal
 * plan, text and JSON, in every JVM. Immutable.
 */
@Evolving
public final class FlattenPlan {
  /** The version of the JSON form. */
  static final int VERSION = 1;

  private final FlattenSettings settings;
  private final Schema input;
  private final List<Table> tables;
  private final List<Decision> decisions;
  private final List<Loss> losses;

  /** What a column holds. */
  @Evolving
  public enum Kind {
    /** The value at the path. */
    VALUE,
    /** The value at the path as JSON. */
    JSON,
    /** Whether the struct at the path is there. */
    PRESENT,
    /** The number of elements or entries; null when the array or map is null. */
    COUNT,
    /** The position of the element, from 0. */
    INDEX,
    /** The key of the map's entry. */
    MAP_KEY,
    /** A value of the row at the root, in each row of a child table. */
    ROOT,
    /** The hash of the root's keys. */
    ROW_KEY,
    /** The {@code _key} of the row in the parent table, where that is a child table itself. */
    PARENT_KEY,
    /** The hash of the parent's key, the path, and the index or natural key. */
    KEY;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * A column.
   *
   * @param path of what it holds, empty for a key
   * @param type in the words of specs, such as {@code INT64}
   */
  @Evolving
  public record Column(String name, String path, String type, boolean nullable, Kind kind) {}

  /**
   * A table: the main one, named {@code output}, or that of an array's elements or a map's entries.
   *
   * @param path of the array or map; empty for the main table
   * @param parent name of the table whose rows own these; empty for the main table
   * @param keys what the row's own key is a hash of, beside the parent's key
   */
  @Evolving
  public record Table(
      String name, String path, String parent, List<String> keys, List<Column> columns) {
    public Table {
      keys = List.copyOf(keys);
      columns = List.copyOf(columns);
    }
  }

  /** What becomes of a struct, array, map, or of a text that is split or parsed. */
  @Evolving
  public record Decision(String path, String choice) {}

  /** What cannot be told any more from the flat rows. */
  @Evolving
  public record Loss(String path, String what) {}

  FlattenPlan(
      FlattenSettings settings,
      Schema input,
      List<Table> tables,
      List<Decision> decisions,
      List<Loss> losses) {
    this.settings = settings;
    this.input = input;
    this.tables = List.copyOf(tables);
    this.decisions = List.copyOf(decisions);
    this.losses = List.copyOf(losses);
  }

  /**
   * Parses {@link #toJson}'s form.
   *
   * @throws IllegalArgumentException that names what is wrong
   */
  public static FlattenPlan fromJson(String json) {
    return PlanJson.read(json);
  }

  FlattenSettings settings() {
    return settings;
  }

  /** The schema of the nested rows. */
  public Schema input() {
    return input;
  }

  /** The main table, then the child tables, parents before their children. */
  public List<Table> tables() {
    return tables;
  }

  public List<Decision> decisions() {
    return decisions;
  }

  public List<Loss> losses() {
    return losses;
  }

  /** Whether {@link UnflattenRows} restores the rows exactly. */
  public boolean lossless() {
    return losses.isEmpty();
  }

  /** The plan as JSON to be stored and reviewed; the same plan gives the same text. */
  public String toJson() {
    return PlanJson.write(this);
  }

  /** The plan for people. */
  public String toText() {
    return PlanText.of(this);
  }

  /**
   * Returns what is different from an older plan, a line each: {@code added column output.city}.
   *
   * <p>The order of columns and the losses do not count.
   */
  public List<String> diff(FlattenPlan stored) {
    return PlanDiff.between(stored, this);
  }

  @Override
  public String toString() {
    return toText();
  }
}
