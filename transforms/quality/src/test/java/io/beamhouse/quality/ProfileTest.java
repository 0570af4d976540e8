package io.beamhouse.quality;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.core.row.RowTypes;
import io.beamhouse.testing.BeamTest;
import io.beamhouse.testing.Rows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

@ExtendWith(BeamTest.class)
class ProfileTest {
  private static final Schema SCHEMA =
      Schema.builder()
          .addField("tconst", FieldType.STRING)
          .addNullableField("type", FieldType.STRING)
          .addNullableField("runtime", FieldType.STRING)
          .addNullableField("zip", FieldType.STRING)
          .addNullableField("year", FieldType.INT32)
          .addNullableField("rating", FieldType.DOUBLE)
          .addNullableField("day", RowTypes.DATE)
          .addNullableField("on", FieldType.BOOLEAN)
          .addNullableField("never", FieldType.INT64)
          .addNullableField("tags", FieldType.array(FieldType.STRING))
          .addNullableField("_source", FieldType.STRING)
          .build();
  private static final String EXPECTED =
      """
      # Proposed from 200 rows.
      # It is what the rows are like, not what they should be: look at each rule.
      rules:
        - not_null: [tconst, type, runtime, zip, year, day, "on"]
        - {column: tconst, matches: "tt[0-9]+"}
        - {column: tconst, length: {min: 6, max: 6}, action: warn}
        - {column: type, in: ["movie", "short"], action: warn}
        - {column: runtime, castable: INT32}
        - {column: runtime, length: {min: 1, max: 3}, action: warn}
        - {column: zip, length: {min: 4, max: 4}, action: warn}
        - {column: year, range: {min: 1900, max: 2099}, action: warn}  # 98 % of them: 1902 to 2098
        - {column: rating, range: {min: 1.5, max: 9.5}, action: warn}  # 98 % of them: 1.5 to 9.5
        - {column: day, range: {min: "2024-01-01", max: "2024-01-28"}, action: warn}
      dataset_rules:
        - row_count: {fail: {min: 1}}
        - unique: {of: [tconst]}  # by an estimate of distinct values
        - unique: {of: [runtime]}  # by an estimate of distinct values
        - unique: {of: [zip]}  # by an estimate of distinct values
        - unique: {of: [year]}  # by an estimate of distinct values
        - null_share: {of: rating, warn: {max: 0.75}}  # now 0.5
      """;

  @TempDir Path directory;

  private static Rows rows() {
    Rows rows = Rows.of(SCHEMA);
    for (int i = 0; i < 200; i++) {
      rows =
          rows.row(
              String.format("tt%04d", i),
              i % 3 == 0 ? "movie" : "short",
              "" + i,
              String.format("%04d", i),
              1900 + i,
              i % 2 == 0 ? null : i % 10 + 0.5,
              String.format("2024-01-%02d", 1 + i % 28),
              i % 5 == 0,
              null,
              null,
              "f.csv:" + i);
    }
    return rows;
  }

  @Test
  void theRulesAreWhatTheRowsAreLikeAndTheRowsPassThem(TestPipeline pipeline) throws IOException {
    Rows rows = rows();
    PAssert.thatSingleton(pipeline.apply(rows.create()).apply(ProfileRows.create()))
        .satisfies(
            yaml -> {
              assertThat(withoutQuantiles(yaml)).isEqualTo(withoutQuantiles(EXPECTED));
              return null;
            });
    pipeline.run();

    Path file = directory.resolve("rules.yaml");
    Files.writeString(file, EXPECTED);
    Checked checked =
        Checked.of(SCHEMA, rows, RowRules.fromFile(file.toString()).toArray(new RowRule[0]));
    assertThat(checked.rows()).hasSize(200);
    assertThat(checked.counts()).isEmpty();
    DatasetCheck check = DatasetCheck.of(DatasetRules.fromFile(file.toString()), SCHEMA);
    DatasetAccumulator whole = check.newAccumulator();
    rows.forEach(whole::add);
    assertThat(check.evaluate(whole, java.util.Map.of(), java.time.Instant.EPOCH))
        .extracting(DatasetResult::outcome)
        .containsOnly(DatasetResult.Outcome.PASS);
  }

  private static String withoutQuantiles(String yaml) {
    return yaml.replaceAll("# 98 % of them.*", "#");
  }

  @Test
  void noRowsGiveNoRulesButThatThereAreSome() {
    assertThat(Profile.of(SCHEMA).toYaml())
        .endsWith("rules: []\ndataset_rules:\n  - row_count: {fail: {min: 1}}\n");
  }

  @Test
  void partsOfAProfileAreOne() {
    Profile whole = Profile.of(SCHEMA);
    Profile one = Profile.of(SCHEMA);
    Profile other = Profile.of(SCHEMA);
    int i = 0;
    for (var row : rows()) {
      whole.add(row);
      (i++ % 3 == 0 ? one : other).add(row);
    }
    Profile merged =
        Profile.fromBytes(SCHEMA, other.toBytes())
            .merge(Profile.of(SCHEMA))
            .merge(Profile.fromBytes(SCHEMA, one.toBytes()));

    assertThat(withoutQuantiles(merged.toYaml())).isEqualTo(withoutQuantiles(whole.toYaml()));
  }
}
