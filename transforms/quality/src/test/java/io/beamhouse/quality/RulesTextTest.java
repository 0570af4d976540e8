package io.beamhouse.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.error.Problems;
import io.beamhouse.core.error.SpecException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RulesTextTest {
  @TempDir Path directory;

  private Path file(String text) throws IOException {
    Path file = directory.resolve("rules.yaml");
    Files.writeString(file, text);
    return file;
  }

  private static final String ALL =
      """
      rules:
        - {name: id present, not_null: [tconst, kind]}
        - {column: startYear, range: {min: 1870, max: 2035}, action: warn}
        - {column: day, range: {min: 2020-01-01}}
        - {column: kind, in: [movie, short, 1, true], action: drop}
        - {column: tconst, matches: "tt\\\\d+"}
        - {column: x, length: {max: 10}}
        - {column: x, castable: "int", action: fail}
        - before: [startYear, endYear]
        - compare: a <= b
        - sql: a <= b OR c
        - {column: nconst, exists_in: {input: people, columns: [id]}}
        - {exists_in: {input: people, columns: [a, b]}}
      dataset_rules:
        - {name: not empty, row_count: {warn: {min: 10}, fail: {min: 1}}}
        - null_share: {of: email, fail: {max: 0.1}}
        - unique: {of: [a, b]}
        - distinct: {of: kind, fail: {min: 2, max: 20}}
        - freshness: {of: at, warn: {max: 36h}, fail: {max: PT72H}}
        - sum: {of: amount}
        - mean: {of: amount, warn: {min: 1}}
        - exists_in: {of: [a], input: people, columns: [id]}
        - change: {of: null_share(email), over_last: 7, max_share: 0.5}
      """;

  @Test
  void aFileHoldsEveryKindOfRule() throws IOException {
    String path = file(ALL).toString();

    assertThat(RowRules.fromFile(path))
        .extracting(RowRule::toString)
        .containsExactly(
            "id present: {\"not_null\":[\"kind\",\"tconst\"]} or quarantine",
            "range(startYear): {\"column\":\"startYear\",\"range\":{\"min\":1870,\"max\":2035}} or"
                + " warn",
            "range(day): {\"column\":\"day\",\"range\":{\"min\":\"2020-01-01\"}} or quarantine",
            "in(kind): {\"column\":\"kind\",\"in\":[\"movie\",\"short\",\"true\",1]} or drop",
            "matches(tconst): {\"column\":\"tconst\",\"matches\":\"tt\\\\d+\"} or quarantine",
            "length(x): {\"column\":\"x\",\"length\":{\"max\":10}} or quarantine",
            "castable(x): {\"column\":\"x\",\"castable\":\"INT32\"} or fail",
            "before(startYear, endYear): {\"before\":[\"startYear\",\"endYear\"]} or quarantine",
            "compare(a <= b): {\"compare\":\"a <= b\"} or quarantine",
            "sql(a <= b OR c): {\"sql\":\"a <= b OR c\"} or quarantine",
            "exists_in(nconst -> people): {\"columns\":[\"nconst\"],\"exists_in\":{\"input\":"
                + "\"people\",\"columns\":[\"id\"]}} or quarantine",
            "exists_in(a, b -> people): {\"columns\":[\"a\",\"b\"],\"exists_in\":{\"input\":"
                + "\"people\",\"columns\":[\"a\",\"b\"]}} or quarantine");
    assertThat(DatasetRules.fromFile(path))
        .extracting(DatasetRule::toString)
        .containsExactly(
            "not empty: row_count warn [10, any] fail [1, any]",
            "null_share(email): null_share warn null fail [any, 0.1]",
            "unique(a,b): unique warn null fail [any, 0]",
            "distinct(kind): distinct warn null fail [2, 20]",
            "freshness(at): freshness warn [any, 129600] fail [any, 259200]",
            "sum(amount): sum warn null fail null",
            "mean(amount): mean warn [1, any] fail null",
            "exists_in(a->people): exists_in warn null fail [any, 0]",
            "change(null_share(email)): change warn null fail [any, 0.5]");
  }

  @Test
  void rulesInJavaAndInAFileAreTheSame() throws IOException {
    List<DatasetRule> read = DatasetRules.fromFile(file(ALL).toString());

    assertThat(read.get(4).fingerprint()).isEqualTo(DatasetRule.freshness("at").fingerprint());
    assertThat(DatasetRule.freshness("at").withFail(Bounds.atMost(Duration.ofDays(3))).fail())
        .isEqualTo(read.get(4).fail());
    assertThat(read.get(8).fingerprint())
        .isEqualTo(DatasetRule.change("null_share(email)", 7).fingerprint())
        .isNotEqualTo(DatasetRule.nullShare("email").fingerprint());
  }

  @Test
  void everyMistakeOfAFileHasItsLine() throws IOException {
    Path file =
        file(
            """
            rules:
              - {column: a}
              - {column: a, range: {mn: 1}}
              - {colum: a, in: []}
              - name: two
                column: a
                matches: x
                in: [1]
              - {column: a, castable: text, action: warm}
              - {before: [a]}
              - {not_null: {a: b}}
              - text
              - {column: a, length: {min: -1}}
              - {columns: [a], exists_in: {columns: [a, b]}}
              - {column: a, in: [yes, 012]}
            other: 1
            """);

    assertThatThrownBy(() -> RowRules.fromFile(file.toString()))
        .isInstanceOf(SpecException.class)
        .extracting(e -> e.getMessage().replace("rules_file: " + file + ":", ""))
        .isEqualTo(
            """
            15: rules[10].in[0]: 'yes' is ambiguous in YAML: write true, false or "yes"
            15: rules[10].in[1]: '012' is ambiguous in YAML: write a plain number or "012"
            16: other: unknown key 'other'; allowed: rules, dataset_rules
            2: rules[0]: asks nothing: give one of not_null, range, in, matches, length,\
             castable, before, compare, sql, exists_in
            3: rules[1].range.mn: unknown key 'mn' - did you mean 'min'?; allowed: min, max
            3: rules[1].range: needs min or max
            4: rules[2].colum: unknown key 'colum' - did you mean 'column'?; allowed: name,\
             action, column, columns, not_null, range, in, matches, length, castable,\
             before, compare, sql, exists_in
            4: rules[2].column: required key is missing
            4: rules[2].in: expected a list of values, found an empty list
            5: rules[3]: has more than one condition (in, matches): make it two rules
            9: rules[4].action: 'warm' is none - did you mean 'warn'?; allowed: warn, drop,\
             quarantine, fail
            9: rules[4].castable: unknown type 'TEXT'
            10: rules[5].before: needs two columns or more, each once
            11: rules[6].not_null: expected a list of names, found a mapping
            12: rules[7]: expected a mapping, found 'text'
            13: rules[8].length.min: expected a whole number of 0 or more, found '-1'
            14: rules[9].exists_in.input: required key is missing
            14: rules[9].exists_in.columns: needs as many columns as the row's, 1""");
  }

  @Test
  void mistakesInDatasetRulesToo() {
    Problems problems = new Problems();
    DatasetRules.read(
        RulesText.config(
            """
            [{"row_count": {"of": "a"}}, {"freshness": {"of": "a", "fail": {"max": 3}}},
             {"change": {"of": "rowcount"}}, {"sum": {"of": "a", "warn": {}}}, {"mean": "a"},
             {"unique": {}}, {"sum": {"of": "a", "fail": {"min": 2, "max": 1}}},
             {"change": {"of": "row_count", "over_last": 0, "max_share": 1, "fail": {"max": 1}}}]
            """,
            null,
            "dataset_rules",
            problems),
        problems);

    assertThat(String.join("\n", problems.asList().stream().map(Object::toString).toList()))
        .isEqualTo(
            """
            rules[0].row_count.of: unknown key 'of'; allowed: warn, fail
            rules[1].freshness.fail.max: expected a duration such as 90m, 36h, 2d or PT36H,\
             found '3'
            rules[2].change.of: 'rowcount' is no measure; write row_count,\
             null_share(COLUMN), unique(COLUMN, ...), distinct(COLUMN), freshness(COLUMN),\
             sum(COLUMN) or mean(COLUMN)
            rules[3].sum.warn: needs min or max
            rules[4].mean: expected a mapping, found 'a'
            rules[5].unique.of: expected a list of names, found nothing
            rules[6].sum.fail: min is greater than max
            rules[7].change.over_last: is 1 or more
            rules[7].change.max_share: and fail are both given; choose one""");
    Problems both = new Problems();
    RulesText.config("[]", "f", "rules", both);
    RulesText.config(null, null, "rules", both);
    RulesText.config("x", null, "rules", both);
    RulesText.config("{}", null, "rules", both);
    assertThat(both.asList())
        .extracting(Object::toString)
        .containsExactly(
            "rules_file: and rules are both given; choose one",
            "rules: required key is missing; or give rules_file",
            "rules: expected a list of rules, found a text",
            "rules: expected a list of rules, found a mapping");
  }

  @Test
  void aFileThatIsNoYamlOrNotThere() throws IOException {
    Path file = file("rules: [\n");
    assertThatThrownBy(() -> RowRules.fromFile(file.toString()))
        .hasMessageStartingWith("rules_file: " + file + ":2: not YAML: ");
    Path loop = file("rules: &a [*a]\n");
    assertThatThrownBy(() -> RowRules.fromFile(loop.toString()))
        .hasMessageContaining("too large or too deep");
    assertThatThrownBy(() -> RowRules.fromFile(directory.resolve("none.yaml").toString()))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("cannot read");
  }
}
