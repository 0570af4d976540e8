package io.beamhouse.pipelines.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.transforms.AssertRows;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;

class BeamLauncherTest {
  private static final Schema SCHEMA = Schema.builder().addInt64Field("element").build();

  private static void one(Pipeline pipeline) {
    pipeline
        .apply(Create.of(Row.withSchema(SCHEMA).addValue(1L).build()).withRowSchema(SCHEMA))
        .apply(AssertRows.equal("[2]"));
  }

  private static final class BrokenFn extends DoFn<Integer, Void> {
    @ProcessElement
    public void process() {
      throw new IllegalStateException("broken");
    }
  }

  @Test
  void throwsOurOwnExceptionAsItWasThrown() {
    BeamLauncher launcher = BeamLauncher.create("DirectRunner", Map.of(), List.of());

    assertThatThrownBy(() -> launcher.run("x", BeamLauncherTest::one))
        .isInstanceOf(DataRefusedException.class)
        .hasMessageContaining("missing    1 x {\"element\":2}");
  }

  @Test
  void otherFailuresStayThePipelines() {
    BeamLauncher launcher = BeamLauncher.create("DirectRunner", Map.of(), List.of());

    assertThatThrownBy(
            () -> launcher.run("x", p -> p.apply(Create.of(1)).apply(ParDo.of(new BrokenFn()))))
        .isInstanceOf(Pipeline.PipelineExecutionException.class)
        .hasRootCauseMessage("broken");
  }

  @Test
  void optionsOfTheCommandLineWinOverThoseOfTheSpec() {
    BeamLauncher launcher =
        BeamLauncher.create(
            "DirectRunner",
            Map.of("targetParallelism", "7", "tempLocation", "/t"),
            List.of("--targetParallelism=3"));

    launcher.run(
        "My run/1",
        pipeline -> {
          DirectOptions options = pipeline.getOptions().as(DirectOptions.class);
          assertThat(options.getTargetParallelism()).isEqualTo(3);
          assertThat(options.getTempLocation()).isEqualTo("/t");
          assertThat(options.getJobName()).isEqualTo("my-run-1");
          pipeline.apply(Create.of(1));
        });
  }

  /** Beam keeps options by their id until the JVM ends, so a new one each time would be a leak. */
  @Test
  void allPipelinesOfAProcessHaveOneOptionsId() {
    Set<Long> ids = new HashSet<>();
    for (int i = 0; i < 2; i++) {
      BeamLauncher launcher = BeamLauncher.create("DirectRunner", Map.of(), List.of());
      for (int run = 0; run < 2; run++) {
        launcher.run(
            "run " + run,
            pipeline -> {
              ids.add(pipeline.getOptions().getOptionsId());
              pipeline.apply(Create.of(1));
            });
      }
    }
    assertThat(ids).hasSize(1);
  }

  @Test
  void unknownRunnersAndOptionsAreRefusedBeforeAnythingRuns() {
    assertThatThrownBy(() -> BeamLauncher.create("SparkRunner", Map.of(), List.of()))
        .isInstanceOf(SpecException.class)
        .hasMessageMatching(
            "--runner: no runner 'SparkRunner' on the class path.*; there is: .*DirectRunner.*");
    assertThatThrownBy(
            () -> BeamLauncher.create("DirectRunner", Map.of(), List.of("--targetParalelism=3")))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("targetParalelism")
        .hasMessageContaining("targetParallelism");
    assertThatThrownBy(
            () -> BeamLauncher.create("DirectRunner", Map.of("targetParallelism", "x"), List.of()))
        .isInstanceOf(SpecException.class);
  }
}
