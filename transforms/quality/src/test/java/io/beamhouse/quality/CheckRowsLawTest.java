package io.beamhouse.quality;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.values.Row;

class CheckRowsLawTest {
  private static final Schema SCHEMA =
      Schema.builder()
          .addNullableField("a", FieldType.INT32)
          .addNullableField("b", FieldType.INT64)
          .addNullableField("t", FieldType.STRING)
          .build();

  @Provide
  Arbitrary<List<Row>> rows() {
    Arbitrary<Integer> a = Arbitraries.integers().between(-5, 5).injectNull(0.2);
    Arbitrary<Long> b = Arbitraries.longs().between(-5, 5).injectNull(0.2);
    Arbitrary<String> t = Arbitraries.of("", "1", "x", "12", "xy").injectNull(0.2);
    return Combinators.combine(a, b, t)
        .as((x, y, z) -> Row.withSchema(SCHEMA).addValues(x, y, z).build())
        .list()
        .ofMaxSize(30);
  }

  /** A rule beside what it means, said in another way. */
  private record Said(RowRule rule, Function<Row, Boolean> breaks) {
    Said with(Action action, int number) {
      return new Said(rule.withAction(action).named("r" + number), breaks);
    }
  }

  @Provide
  Arbitrary<List<Said>> rules() {
    Arbitrary<Said> kinds =
        Arbitraries.of(
            new Said(RowRule.notNull("a"), r -> r.getInt32("a") == null),
            new Said(
                RowRule.notNull("b", "t"),
                r -> r.getInt64("b") == null || r.getString("t") == null),
            new Said(
                RowRule.range("a", -2, 3),
                r -> r.getInt32("a") != null && (r.getInt32("a") < -2 || r.getInt32("a") > 3)),
            new Said(
                RowRule.in("b", 1, 2, 3),
                r -> r.getInt64("b") != null && !List.of(1L, 2L, 3L).contains(r.getInt64("b"))),
            new Said(
                RowRule.castable("t", "int"),
                r -> r.getString("t") != null && !r.getString("t").matches("[0-9]+")),
            new Said(
                RowRule.length("t", 1, 1),
                r -> r.getString("t") != null && r.getString("t").length() != 1),
            new Said(
                RowRule.before("a", "b"),
                r ->
                    r.getInt32("a") != null
                        && r.getInt64("b") != null
                        && r.getInt32("a") > r.getInt64("b")));
    return Combinators.combine(kinds, Arbitraries.of(Action.WARN, Action.DROP, Action.QUARANTINE))
        .as((said, action) -> said.with(action, 0))
        .list()
        .ofMinSize(1)
        .ofMaxSize(6);
  }

  @Property(tries = 300)
  void everyRowHasOneOutcomeAndEveryBrokenRuleIsKept(
      @ForAll("rows") List<Row> rows, @ForAll("rules") List<Said> given) {
    List<Said> rules = new ArrayList<>();
    given.forEach(said -> rules.add(said.with(said.rule().action(), rules.size())));

    Checked checked =
        Checked.of(SCHEMA, rows, rules.stream().map(Said::rule).toArray(RowRule[]::new));

    List<Row> on = new ArrayList<>();
    List<String> aside = new ArrayList<>();
    TreeMap<String, Long> counts = new TreeMap<>();
    int dropped = 0;
    for (Row row : rows) {
      List<RowRule> broken =
          rules.stream().filter(said -> said.breaks().apply(row)).map(Said::rule).toList();
      broken.forEach(rule -> counts.merge(rule.name(), 1L, Long::sum));
      Map<Action, List<RowRule>> by =
          broken.stream().collect(Collectors.groupingBy(RowRule::action));
      if (by.containsKey(Action.QUARANTINE)) {
        aside.add(row + " " + broken.stream().map(RowRule::name).toList());
      } else if (by.containsKey(Action.DROP)) {
        dropped++;
      } else {
        on.add(row);
      }
    }
    assertThat(checked.rows()).isEqualTo(on);
    assertThat(
            checked.quarantined().stream()
                .map(
                    bad ->
                        bad.<Row>getValue("failed_row")
                            + " "
                            + bad.<Row>getArray("failures").stream()
                                .map(failure -> failure.getString("rule"))
                                .distinct()
                                .toList()))
        .isEqualTo(aside);
    assertThat(checked.counts()).isEqualTo(counts);
    assertThat(rows).hasSize(checked.rows().size() + checked.quarantined().size() + dropped);
  }
}
