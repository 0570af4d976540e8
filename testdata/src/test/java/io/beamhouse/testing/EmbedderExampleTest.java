package io.beamhouse.testing;

import static io.beamhouse.testing.RowsAssert.assertThat;

import io.beamhouse.core.row.RowTypes;
import java.nio.file.Path;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.transforms.Filter;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(BeamTest.class)
class EmbedderExampleTest {
  private static final Schema USERS =
      Schema.builder()
          .addInt64Field("id")
          .addNullableStringField("name")
          .addNullableField("joined", RowTypes.TIMESTAMP)
          .build();

  @Test
  void keepsTheUsersWithAName(TestPipeline pipeline) {
    Rows users = Rows.of(USERS).row(1, "Ann", "2024-01-31T10:00:00Z").row(2, null, null);
    Rows expected = Rows.of(USERS).row(1, "Ann", "2024-01-31T10:00:00Z");

    PCollection<Row> named =
        pipeline
            .apply(users.create())
            .apply(Filter.<Row>create().whereFieldName("name", name -> name != null));

    PAssert.that(named)
        .satisfies(
            rows -> {
              assertThat(rows).hasSchema(USERS).containsExactlyInAnyOrder(expected);
              return null;
            });
    pipeline.run();
  }

  @Test
  void aDeltaTableHoldsWhatWasWritten() {
    DeltaTables table = DeltaTables.at(Path.of("src/test/resources/delta/users"));

    Schema names = Schema.builder().addInt64Field("id").addNullableStringField("name").build();
    assertThat(table.rows("id", "name"))
        .containsExactlyInAnyOrder(Rows.of(names).row(1, "Anne").row(2, "").row(3, null));
  }
}
