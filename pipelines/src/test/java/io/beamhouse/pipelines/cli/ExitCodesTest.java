package io.beamhouse.pipelines.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.core.error.BeamhouseException;
import io.beamhouse.core.error.CommitConflictException;
import io.beamhouse.core.error.CommitStateUnknownException;
import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.error.GateRefusedException;
import io.beamhouse.core.error.HeldException;
import io.beamhouse.core.error.SourceChangedException;
import io.beamhouse.core.error.SourceFailedException;
import io.beamhouse.core.error.SpecException;
import io.beamhouse.core.error.StateRefusedException;
import io.beamhouse.core.error.StorageFailedException;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline.PipelineExecutionException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ExitCodesTest {
  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(new SpecException("a", "b"), 43),
        Arguments.of(new SourceFailedException("a"), 45),
        Arguments.of(new SourceChangedException("a"), 45),
        Arguments.of(new PipelineExecutionException(new IllegalStateException("a")), 47),
        Arguments.of(new DataRefusedException("a"), 47),
        Arguments.of(new StorageFailedException("a"), 47),
        Arguments.of(new CommitConflictException("a"), 47),
        Arguments.of(new CommitStateUnknownException("a"), 47),
        Arguments.of(new HeldException("a"), 48),
        Arguments.of(new StateRefusedException("a"), 49),
        Arguments.of(new IllegalStateException("a"), 49),
        Arguments.of(new BeamhouseException("a") {}, 49),
        Arguments.of(new GateRefusedException("a"), 50));
  }

  @ParameterizedTest
  @MethodSource("failures")
  void followFromTheKindOfFailure(Throwable failure, int code) {
    assertThat(ExitCodes.of(failure)).isEqualTo(code);
  }
}
