package io.beamhouse.testing;

import io.beamhouse.core.Evolving;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.assertj.core.api.AbstractAssert;

/**
 * Compares rows by the values of their columns and says in a table what differs.
 *
 * <p>Columns are matched by name, values strictly ({@code 1.5} is not {@code 1.50}); nullability
 * and the order of columns do not matter, {@link #hasSchema} checks those.
 *
 * <pre>{@code
 * assertThat(DeltaTables.at(path).rows()).containsExactlyInAnyOrder(expected);
 * }</pre>
 */
@Evolving
public final class RowsAssert extends AbstractAssert<RowsAssert, List<Row>> {
  private static final int SHOWN = 20;

  private RowsAssert(List<Row> actual) {
    super(actual, RowsAssert.class);
  }

  public static RowsAssert assertThat(Iterable<Row> rows) {
    List<Row> list = new ArrayList<>();
    rows.forEach(list::add);
    return new RowsAssert(list);
  }

  /** Checks that the same rows are there, as often, in whatever order. */
  public RowsAssert containsExactlyInAnyOrder(Iterable<Row> expected) {
    List<Row> wanted = new ArrayList<>();
    expected.forEach(wanted::add);
    List<Row> missing = subtract(wanted, actual);
    List<Row> unexpected = subtract(actual, wanted);
    if (!missing.isEmpty() || !unexpected.isEmpty()) {
      failWithMessage("%s", report(wanted.size(), missing, unexpected));
    }
    return this;
  }

  public RowsAssert containsExactlyInAnyOrder(Row... expected) {
    return containsExactlyInAnyOrder(Arrays.asList(expected));
  }

  /** Checks that the same rows are there in the same order. */
  public RowsAssert containsExactly(Iterable<Row> expected) {
    containsExactlyInAnyOrder(expected);
    Iterator<Row> wanted = expected.iterator();
    for (int i = 0; i < actual.size(); i++) {
      Row next = wanted.next();
      if (!RowTable.values(next).equals(RowTable.values(actual.get(i)))) {
        failWithMessage(
            "%s",
            "the rows are right but in another order; row "
                + i
                + " should be\n"
                + RowTable.render(List.of(next), 1)
                + "but is\n"
                + RowTable.render(List.of(actual.get(i)), 1));
      }
    }
    return this;
  }

  public RowsAssert isEmpty() {
    return containsExactlyInAnyOrder(List.of());
  }

  public RowsAssert hasSize(int size) {
    if (actual.size() != size) {
      failWithMessage(
          "%s",
          "expected "
              + size
              + " rows, found "
              + actual.size()
              + ":\n"
              + RowTable.render(actual, SHOWN));
    }
    return this;
  }

  /** Checks the schema of every row: names, order, types and nullability. */
  public RowsAssert hasSchema(Schema schema) {
    for (Row row : actual) {
      if (!row.getSchema().equals(schema)) {
        failWithMessage("expected schema%n%s%nfound%n%s", schema, row.getSchema());
      }
    }
    return this;
  }

  private static List<Row> subtract(List<Row> from, List<Row> what) {
    Map<Map<String, Object>, Integer> counts = new HashMap<>();
    what.forEach(row -> counts.merge(RowTable.values(row), 1, Integer::sum));
    List<Row> rest = new ArrayList<>();
    for (Row row : from) {
      if (counts.merge(RowTable.values(row), -1, Integer::sum) < 0) {
        rest.add(row);
      }
    }
    return rest;
  }

  private String report(int expected, List<Row> missing, List<Row> unexpected) {
    StringBuilder text =
        new StringBuilder(
            "expected "
                + expected
                + " rows, found "
                + actual.size()
                + "; "
                + (actual.size() - unexpected.size())
                + " are right\n");
    List<Row> onlyMissing = new ArrayList<>(missing);
    List<Row> onlyUnexpected = new ArrayList<>(unexpected);
    List<String> pairs = pairs(onlyMissing, onlyUnexpected);
    if (!pairs.isEmpty()) {
      text.append("differing:\n");
      pairs.forEach(pair -> text.append("  ").append(pair).append('\n'));
    }
    if (!onlyMissing.isEmpty()) {
      text.append("missing (").append(onlyMissing.size()).append("):\n");
      text.append(RowTable.render(onlyMissing, SHOWN));
    }
    if (!onlyUnexpected.isEmpty()) {
      text.append("unexpected (").append(onlyUnexpected.size()).append("):\n");
      text.append(RowTable.render(onlyUnexpected, SHOWN));
    }
    return text.toString();
  }

  /** Takes rows out of both lists that have the same columns and agree in at least half of them. */
  private static List<String> pairs(List<Row> missing, List<Row> unexpected) {
    List<String> pairs = new ArrayList<>();
    for (Row wanted : List.copyOf(missing.subList(0, Math.min(SHOWN, missing.size())))) {
      Map<String, Object> values = RowTable.values(wanted);
      unexpected.stream()
          .limit(1000)
          .filter(row -> RowTable.values(row).keySet().equals(values.keySet()))
          .filter(row -> 2 * differences(values, row).size() <= values.size())
          .min(Comparator.comparingInt(row -> differences(values, row).size()))
          .ifPresent(
              found -> {
                missing.remove(wanted);
                unexpected.remove(found);
                pairs.add(pair(wanted, found));
              });
    }
    return pairs;
  }

  private static String pair(Row wanted, Row found) {
    Map<String, Object> values = RowTable.values(wanted);
    List<String> different = differences(values, found);
    StringBuilder same = new StringBuilder();
    for (String name : wanted.getSchema().getFieldNames()) {
      if (!different.contains(name) && same.length() < 80) {
        same.append(same.isEmpty() ? "" : ", ").append(name).append('=');
        same.append(RowTable.show(values.get(name)));
      }
    }
    StringBuilder text = new StringBuilder("row with " + same + ":");
    Map<String, Object> other = RowTable.values(found);
    for (String name : different) {
      text.append("\n    ").append(name).append(": expected ");
      text.append(RowTable.show(values.get(name)));
      text.append(", found ").append(RowTable.show(other.get(name)));
      if (String.valueOf(values.get(name)).equals(String.valueOf(other.get(name)))) {
        text.append(" (another Java type)");
      }
    }
    return text.toString();
  }

  private static List<String> differences(Map<String, Object> wanted, Row found) {
    Map<String, Object> other = RowTable.values(found);
    return wanted.keySet().stream()
        .filter(name -> !Objects.equals(wanted.get(name), other.get(name)))
        .toList();
  }
}
