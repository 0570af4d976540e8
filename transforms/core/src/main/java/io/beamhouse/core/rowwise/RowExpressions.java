package io.beamhouse.core.rowwise;

import io.beamhouse.core.Evolving;
import io.beamhouse.core.error.SpecException;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import org.apache.beam.sdk.schemas.Schema;

/**
 * A language of expressions over one row; found on the class path by ServiceLoader, so that whoever
 * evaluates expressions depends on no language.
 */
@Evolving
public interface RowExpressions {
  /** The language's names in specs, such as {@code sql}. */
  Set<String> languages();

  /**
   * Checks {@code expression} against the schema of its rows.
   *
   * @param where the key of the spec that holds the expression: {@code keep}, {@code rules[0].sql}
   * @throws SpecException at {@code where}, when it does not parse, names no field, or needs a type
   *     that the language does not have
   */
  RowExpression compile(String where, String expression, Schema input);

  /**
   * Returns the language {@code name}.
   *
   * @param where the key of the spec that asks for it
   * @throws SpecException at {@code where}, when it is not on the class path
   */
  static RowExpressions of(String name, String where) {
    Map<String, RowExpressions> known = new TreeMap<>();
    for (RowExpressions one : ServiceLoader.load(RowExpressions.class)) {
      one.languages().forEach(language -> known.putIfAbsent(language, one));
    }
    RowExpressions found = known.get(name);
    if (found == null) {
      throw new SpecException(
          where,
          "no language '"
              + name
              + "' is on the class path"
              + (name.equals("sql") ? ": add beamhouse-sql" : "")
              + (known.isEmpty() ? "" : "; there are " + String.join(", ", known.keySet())));
    }
    return found;
  }
}
