package io.beamhouse.quality;

import io.beamhouse.core.Evolving;
import java.io.Serializable;
import java.util.Arrays;
import java.util.List;

/**
 * What every row must be like, and what becomes of a row that is not.
 *
 * <p>Immutable. The action is {@link Action#QUARANTINE} and the name says what is asked, unless
 * chosen otherwise. Null passes every rule but {@link #notNull}.
 *
 * <pre>{@code
 * RowRule.range("startYear", 1870, 2035).named("year sane").withAction(Action.WARN)
 * }</pre>
 */
@Evolving
public final class RowRule implements Serializable {
  private final String name;
  private final Condition condition;
  private final Action action;
  private final Origin origin;

  private RowRule(String name, Condition condition, Action action, Origin origin) {
    this.name = name;
    this.condition = condition;
    this.action = action;
    this.origin = origin;
  }

  static RowRule of(Condition condition) {
    return new RowRule(condition.words(), condition, Action.QUARANTINE, null);
  }

  /** None of the columns is null. */
  public static RowRule notNull(String... columns) {
    return of(new NotNull(List.of(columns)));
  }

  /**
   * The value lies between the bounds, each of which passes. NaN lies nowhere.
   *
   * @param min a number, a text or a time, as the column holds; null for no bound
   * @param max as {@code min}
   */
  public static RowRule range(String column, Object min, Object max) {
    return of(
        new InRange(
            column, min == null ? null : Literal.of(min), max == null ? null : Literal.of(max)));
  }

  /** The value is one of {@code values}. */
  public static RowRule in(String column, Object... values) {
    return of(new InSet(column, Arrays.stream(values).map(Literal::of).toList()));
  }

  /** The whole text matches a Java regular expression. */
  public static RowRule matches(String column, String regex) {
    return of(new Matches(column, regex));
  }

  /**
   * The length of a text in characters, of bytes, or of a list or mapping in elements.
   *
   * @param max {@link Integer#MAX_VALUE} for any
   */
  public static RowRule length(String column, int min, int max) {
    return of(new Length(column, min, max));
  }

  /**
   * A text reads as {@code type} without loss, a number fits it.
   *
   * @param type {@code int}, {@code bigint}, {@code DECIMAL(12,2)}, {@code DATE} ...
   */
  public static RowRule castable(String column, String type) {
    return of(new Castable(column, type));
  }

  /** No column is greater (later) than the one after it; equal ones pass. */
  public static RowRule before(String... columns) {
    return of(new InOrder(List.of(columns)));
  }

  /** A comparison such as {@code paid <= total}, or a boolean column. */
  public static RowRule compare(String expression) {
    return of(new Compare(expression));
  }

  /** A SQL boolean over the row; needs beamhouse-sql on the class path. Unknown passes. */
  public static RowRule sql(String expression) {
    return of(new Sql(expression));
  }

  /**
   * The columns' values are the {@code keys} of a row of {@code table}; see {@link
   * CheckRows#withTable}.
   */
  public static RowRule existsIn(List<String> columns, String table, List<String> keys) {
    if (columns.size() != keys.size() || columns.isEmpty()) {
      throw new IllegalArgumentException("as many keys as columns, and one at least");
    }
    return of(new ExistsIn(columns, table, keys));
  }

  /** The name that failures carry. */
  public RowRule named(String given) {
    return new RowRule(given, condition, action, origin);
  }

  public RowRule withAction(Action chosen) {
    return new RowRule(name, condition, chosen, origin);
  }

  RowRule from(Origin place) {
    return new RowRule(name, condition, action, place);
  }

  public String name() {
    return name;
  }

  public Action action() {
    return action;
  }

  /**
   * A short hash of what the rule asks, the same for rules that ask the same of the same columns,
   * whatever their names and actions.
   */
  public String fingerprint() {
    return Fingerprint.of(condition.canonical());
  }

  Condition condition() {
    return condition;
  }

  Origin origin(int index) {
    return origin == null ? Origin.of("rules[" + index + "]") : origin;
  }

  @Override
  public String toString() {
    return name + ": " + condition.canonical() + " or " + action.text();
  }
}
