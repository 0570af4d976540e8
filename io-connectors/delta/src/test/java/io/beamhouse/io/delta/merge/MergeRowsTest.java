package io.beamhouse.io.delta.merge;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.core.rowwise.Gate;
import java.io.Serializable;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.util.SerializableUtils;
import org.junit.jupiter.api.Test;

/** What of the graph travels to workers. */
class MergeRowsTest {
  private static final Schema SCHEMA =
      Schema.builder().addInt64Field("id").addStringField("name").build();

  @Test
  void functionsAreSerializable() {
    MergeSettings settings = LocalMerge.settings("/tmp/table", "id").build();
    MergeShape shape = settings.shape(SCHEMA);
    for (Serializable function :
        new Serializable[] {
          new ChangeStaging(shape, false, 4, SCHEMA),
          new MergeStages.StoreFn(shape, "/tmp/table/_beamhouse/tmp/t", Gate.OPEN),
          new MergeStages.ToOneFn(),
          new MergeStages.PlanFn(settings.target(), shape, Gate.OPEN),
          new MergeStages.MatchFn(),
          new MergeStages.SettleFn(),
          new MergeStages.RemainderFn(),
          new MergeStages.CommitFn(Gate.OPEN)
        }) {
      assertThat(SerializableUtils.ensureSerializable(function)).isNotNull();
    }
  }
}
