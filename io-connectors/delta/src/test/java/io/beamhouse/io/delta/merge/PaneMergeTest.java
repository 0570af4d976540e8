package io.beamhouse.io.delta.merge;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.io.core.pane.Pane;
import io.beamhouse.io.core.pane.PaneContent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.joda.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PaneMergeTest {
  private static final Schema SCHEMA =
      Schema.builder()
          .addNullableInt64Field("id")
          .addInt64Field("version")
          .addStringField("name")
          .build();

  @TempDir Path directory;

  private static Row row(Long id, long version, String name) {
    return Row.withSchema(SCHEMA).addValues(id, version, name).build();
  }

  /** A pane that is too large for memory is read again for each part of its buckets. */
  @Test
  void aLargePaneIsMergedInParts() {
    MergeSettings settings =
        LocalMerge.settings(directory.resolve("t").toString(), "id")
            .sequenceBy(List.of("version"))
            .build();
    List<Row> changes = new ArrayList<>();
    List<Row> expected = new ArrayList<>();
    for (long id = 0; id < 40; id++) {
      changes.add(row(id, 2, "new " + id));
      changes.add(row(id, 1, "old " + id));
      expected.add(row(id, 2, "new " + id));
    }
    changes.add(row(null, 1, "nobody"));
    List<Row> refused = new ArrayList<>();

    MergeOutcome outcome = merge(settings, 1L << 40).run(changes, refused::add);

    assertThat(LocalMerge.read(settings.table())).containsExactlyInAnyOrderElementsOf(expected);
    assertThat(outcome.inserted()).isEqualTo(40);
    assertThat(outcome.superseded()).isEqualTo(40);
    assertThat(refused).hasSize(1);
    assertThat(refused.get(0).getRow("failed_row").getString("name")).isEqualTo("nobody");

    MergeOutcome again = merge(settings, 100).run(changes, row -> {});

    assertThat(again.committed()).isFalse();
    assertThat(again.unchanged()).isEqualTo(40);
  }

  private static PaneMerge merge(MergeSettings settings, long bytes) {
    PaneContent content = new PaneContent(81, bytes, "any");
    Pane pane = new Pane("", Instant.EPOCH, new Instant(1000), 0, "ON_TIME", content);
    return new PaneMerge(settings, true, SCHEMA, pane);
  }
}
