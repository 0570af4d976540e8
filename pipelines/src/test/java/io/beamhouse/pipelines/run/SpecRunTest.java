package io.beamhouse.pipelines.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.pipelines.increment.PipelineLauncher;
import io.beamhouse.pipelines.increment.RunOptions;
import io.beamhouse.pipelines.testing.Specs;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SpecRunTest {
  private static final String SPEC =
      """
      name: n
      for_each: {as: table, in: [users, orders, lines, shops]}
      pipeline:
        type: chain
        transforms:
          - {type: Create, config: {elements: [1]}}
          - {type: LogForTesting}
      """;

  private static List<SpecRun.Result> run(PipelineLauncher launcher, int atOnce) {
    return new SpecRun(launcher, null, RunOptions.create(), line -> {})
        .run(Specs.compile(SPEC).jobs(List.of()), atOnce);
  }

  @Test
  void soManyTablesRunAtOnceAndTheFailureOfOneIsItsOwn() {
    CyclicBarrier two = new CyclicBarrier(2);
    PipelineLauncher meeting =
        (label, build) -> {
          try {
            two.await(30, TimeUnit.SECONDS);
          } catch (Exception e) {
            throw new IllegalStateException("nobody else was running", e);
          }
          if (label.endsWith("orders")) {
            throw new IllegalStateException("orders are broken");
          }
        };

    List<SpecRun.Result> results = run(meeting, 2);

    assertThat(results)
        .extracting(SpecRun.Result::job)
        .containsExactly("n/users", "n/orders", "n/lines", "n/shops");
    assertThat(results)
        .filteredOn(result -> result.failure().isPresent())
        .singleElement()
        .satisfies(
            result -> assertThat(result.failure().orElseThrow()).hasMessage("orders are broken"));
  }
}
