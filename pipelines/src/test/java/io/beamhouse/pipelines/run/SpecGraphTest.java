package io.beamhouse.pipelines.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.error.SpecException;
import io.beamhouse.io.core.increment.OnlyOutput;
import io.beamhouse.io.core.increment.SinkContext;
import io.beamhouse.pipelines.testing.Specs;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.runners.TransformHierarchy.Node;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollectionRowTuple;
import org.junit.jupiter.api.Test;

class SpecGraphTest {
  private static final Schema LINE = Schema.builder().addStringField("line").build();
  private static final Map<String, PTransform<PBegin, PCollectionRowTuple>> ROOTS =
      Map.of("Lines", new OnlyOutput(Create.empty(LINE)));

  private static final String TWO_SINKS =
      """
      name: n
      pipeline:
        transforms:
          - {type: ReadFakeLines, name: Lines, config: {path: a, replayable: false}}
          - {type: %s, name: Bronze, input: Lines, config: {path: b}}
          - {type: Filter, name: Good, input: Lines, config: {keep: line != "x"}}
          - {type: WriteFakeLines, name: Silver, input: Good, config: {path: c}}
          - {type: LogForTesting, name: Log, input: Good}
      """;

  private static SpecJob job(String spec) {
    return Specs.compile(spec).jobs().get(0);
  }

  private static SinkContext context(String sink) {
    return new SinkContext("0b8c5f0e-3c1f-4f9d-9d7c-000000000001", sink, 1, 0, 1, "hash");
  }

  /** The names of the steps that were applied. */
  private static Set<String> built(SpecJob job, String... sinks) {
    Pipeline pipeline = Pipeline.create();
    Map<String, SinkContext> bound = new java.util.HashMap<>();
    for (String sink : sinks) {
      bound.put(sink, context(sink));
    }
    job.build(pipeline, ROOTS, bound);
    Set<String> names = new TreeSet<>();
    pipeline.traverseTopologically(
        new Pipeline.PipelineVisitor.Defaults() {
          @Override
          public CompositeBehavior enterCompositeTransform(Node node) {
            return name(node);
          }

          @Override
          public void visitPrimitiveTransform(Node node) {
            name(node);
          }

          private CompositeBehavior name(Node node) {
            if (!node.isRootNode()) {
              names.add(node.getFullName().split("/")[0]);
            }
            return CompositeBehavior.ENTER_TRANSFORM;
          }
        });
    return names;
  }

  @Test
  void branchesThatFeedOnlyUnboundSinksAreLeftOut() {
    SpecJob job = job(TWO_SINKS.formatted("WriteFakeLines"));

    assertThat(job.sources()).containsOnlyKeys("Lines");
    assertThat(job.sinks()).containsOnlyKeys("Bronze", "Silver");
    assertThat(job.captureSink("Lines")).isEmpty();
    assertThat(built(job, "Bronze", "Silver"))
        .containsExactly("Bronze", "Good", "Lines", "Log", "Silver");
    assertThat(built(job, "Bronze")).containsExactly("Bronze", "Good", "Lines", "Log");
    assertThat(built(job, "Silver")).containsExactly("Good", "Lines", "Log", "Silver");
  }

  @Test
  void aFileSinkBehindAChangingSourceIsItsCaptureAndRunsAlone() {
    SpecJob job = job(TWO_SINKS.formatted("WriteToCsv"));

    assertThat(job.captureSink("Lines")).contains("Bronze");
    assertThat(built(job, "Bronze")).containsExactly("Bronze", "Lines");
    assertThat(built(job, "Silver")).containsExactly("Good", "Lines", "Log", "Silver");
  }

  @Test
  void aReplayableSourceNeedsNoCapture() {
    assertThat(
            job(TWO_SINKS.formatted("WriteToCsv").replace("replayable: false", "replayable: true"))
                .captureSink("Lines"))
        .isEmpty();
  }

  @Test
  void withNothingToApplyLaterAnAssertionKeepsTheSinkFromBeingTheCapture() {
    String spec =
        """
        name: n
        pipeline:
          transforms:
            - {type: ReadFakeLines, name: Lines, config: {path: a, replayable: false}}
            - {type: WriteToCsv, name: Bronze, input: Lines, config: {path: b}}
        """;

    assertThat(job(spec).captureSink("Lines")).contains("Bronze");
    assertThat(
            job(spec + "    - {type: LogForTesting, name: Log, input: Lines}\n")
                .captureSink("Lines"))
        .isEmpty();
  }

  @Test
  void theHashFollowsWhatThePipelineDoesAndNothingElse() {
    String spec = TWO_SINKS.formatted("WriteFakeLines");
    String hash = job(spec).specHash();

    assertThat(job("description: d\nstate: s\noptions: {runner: x}\n" + spec).specHash())
        .isEqualTo(hash);
    assertThat(job(spec.replace("name: n\n", "name: n\n# moved\n\n")).specHash()).isEqualTo(hash);
    assertThat(job(spec.replace("{path: b}", "{\"path\": 'b'}")).specHash()).isEqualTo(hash);
    assertThat(job(spec.replace("path: c", "path: d")).specHash()).isNotEqualTo(hash);
    assertThat(
            job(spec.replace("name: Silver, input: Good", "name: Silver, input: Lines")).specHash())
        .isNotEqualTo(hash);
    assertThat(job(spec.replace("name: n\n", "name: m\n")).specHash()).isNotEqualTo(hash);
  }

  @Test
  void aStepThatNeverEndsIsRefused() {
    String spec = "pipeline: {transforms: [{type: GenerateSequence, config: {start: 0%s}}]}";

    assertThat(built(job(spec.formatted(", end: 5")))).containsExactly("GenerateSequence");
    assertThatThrownBy(() -> built(job(spec.formatted(""))))
        .isInstanceOf(SpecException.class)
        .hasMessage(
            "s.yaml:1: pipeline.transforms[0]: GenerateSequence never ends with this config, and a"
                + " run is one bounded increment");
  }

  @Test
  void whatDoesNotFitTheSourcesSchemaIsAProblemOfItsLine() {
    SpecJob job = job(TWO_SINKS.formatted("WriteFakeLines").replace("line != ", "lin != "));

    assertThatThrownBy(() -> built(job, "Silver"))
        .isInstanceOf(SpecException.class)
        .hasMessageStartingWith(
            "s.yaml:6: pipeline.transforms[2].config.keep: 'lin' is neither a field (line)");
  }
}
