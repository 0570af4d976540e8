package io.beamhouse.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.row.RowTypes;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.junit.jupiter.api.Test;

/** The table was written by delta-spark 3.1.0: see src/test/resources/delta/README.md. */
class DeltaTablesTest {
  private static final DeltaTables USERS =
      DeltaTables.at(Path.of("src/test/resources/delta/users"));

  private static final Schema ADDRESS =
      Schema.builder()
          .addNullableField("city", FieldType.STRING)
          .addNullableField("zip", FieldType.INT32)
          .build();
  private static final Schema SCHEMA =
      Schema.builder()
          .addNullableField("id", FieldType.INT64)
          .addNullableField("flag", FieldType.BOOLEAN)
          .addNullableField("tiny", FieldType.BYTE)
          .addNullableField("small", FieldType.INT16)
          .addNullableField("n", FieldType.INT32)
          .addNullableField("f", FieldType.FLOAT)
          .addNullableField("d", FieldType.DOUBLE)
          .addNullableField("amount", RowTypes.decimal(12, 2))
          .addNullableField("big", RowTypes.decimal(38, 10))
          .addNullableField("name", FieldType.STRING)
          .addNullableField("raw", FieldType.BYTES)
          .addNullableField("born", RowTypes.DATE)
          .addNullableField("seen", RowTypes.TIMESTAMP)
          .addNullableField("local", RowTypes.LOCAL_DATETIME)
          .addNullableField("tags", FieldType.array(FieldType.STRING.withNullable(true)))
          .addNullableField(
              "scores", FieldType.map(FieldType.STRING, FieldType.INT32.withNullable(true)))
          .addNullableField("address", FieldType.row(ADDRESS))
          .addNullableField("country", FieldType.STRING)
          .build();

  @Test
  void rowsOfEveryTypeAreReadWithPartitionsAndDeletionVectors() {
    Map<String, Integer> scores = new TreeMap<>(Map.of("x", 1));
    scores.put("y", null);
    Rows expected =
        Rows.of(SCHEMA)
            .row(
                1,
                true,
                1,
                2,
                3,
                1.5f,
                2.5,
                "12.50",
                "1234567890123456789.0123456789",
                "Anne",
                new byte[] {0, -1},
                "1990-05-06",
                "2024-01-31T10:00:00.123456Z",
                "2024-01-31T11:00:00.000001",
                Arrays.asList("a", null),
                scores,
                List.of("Köln", 50667),
                "de")
            .row(
                2,
                false,
                -1,
                -2,
                -3,
                Float.NaN,
                Double.POSITIVE_INFINITY,
                "-0.01",
                "0.0000000000",
                "",
                new byte[0],
                "1582-10-15",
                "1969-12-31T23:59:59.999999Z",
                "2001-01-01T00:00:00",
                List.of(),
                Map.of(),
                Arrays.asList(null, null),
                "fr 1/2")
            .row(
                3, null, null, null, null, null, null, null, null, null, null, null, null, null,
                null, null, null, null);

    RowsAssert.assertThat(USERS.rows()).hasSchema(SCHEMA).containsExactlyInAnyOrder(expected);
  }

  @Test
  void earlierVersionsCanBeRead() {
    Schema names = Schema.builder().addNullableField("name", FieldType.STRING).build();

    assertThat(USERS.version()).isEqualTo(3);
    assertThat(USERS.asOf(0).rows()).isEmpty();
    RowsAssert.assertThat(USERS.asOf(1).rows("name"))
        .containsExactlyInAnyOrder(
            Rows.of(names).row("Ann").row("").row((Object) null).row("gone"));
  }

  @Test
  void theLogIsShown() {
    assertThat(USERS.exists()).isTrue();
    assertThat(USERS.partitionColumns()).containsExactly("country");
    assertThat(USERS.properties()).containsEntry("delta.checkpointInterval", "2");
    assertThat(USERS.commits())
        .extracting(commit -> commit.info().get("operation").textValue())
        .containsExactly("CREATE TABLE", "WRITE", "DELETE", "UPDATE");
    assertThat(USERS.asOf(1).commits()).hasSize(2);
    assertThat(USERS.transactionVersion("nobody")).isEmpty();
    assertThat(USERS.files())
        .extracting(DeltaTables.DataFile::partition)
        .contains(Map.of(), Map.of("country", "fr 1/2"));
    assertThat(USERS.files()).allSatisfy(f -> assertThat(f.statistics()).contains("numRecords"));
  }

  @Test
  void aMissingTableAndAMissingColumnAreNamed(@org.junit.jupiter.api.io.TempDir Path directory) {
    assertThat(DeltaTables.at(directory).exists()).isFalse();
    assertThatThrownBy(() -> USERS.rows("nope")).hasMessageContaining("no column 'nope'");
  }
}
