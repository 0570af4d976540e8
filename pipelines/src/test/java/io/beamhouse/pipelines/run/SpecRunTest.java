package io.beamhouse.pipelines.run;

import static org.assertj.core.api.Assertions.assertThatCode;

import io.beamhouse.pipelines.registry.Registry;
import io.beamhouse.pipelines.spec.SpecFile;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SpecRunTest {
  @Test
  void runsOnTheDirectRunner() {
    String spec =
        """
        pipeline:
          type: chain
          transforms:
            - type: Create
              config:
                elements:
                  - {id: 1, s: a}
                  - {id: 2, s: b}
            - type: Filter
              config: {keep: id > 1}
        """;
    CompiledSpec compiled =
        CompiledSpec.compile(new SpecFile("a.yaml", spec), Map.of(), Registry.load());
    BeamLauncher launcher = BeamLauncher.create("DirectRunner", compiled.options(), List.of());
    assertThatCode(
            () -> launcher.run("test", p -> compiled.jobs().get(0).build(p, Map.of(), Map.of())))
        .doesNotThrowAnyException();
  }
}
