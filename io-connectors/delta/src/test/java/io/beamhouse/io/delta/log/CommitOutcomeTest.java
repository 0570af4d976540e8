package io.beamhouse.io.delta.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.error.CommitStateUnknownException;
import io.beamhouse.core.error.StorageFailedException;
import io.beamhouse.io.delta.log.FailingLogStore.Failure;
import io.beamhouse.testing.Faults;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.schemas.Schema;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commits whose outcome the store does not tell. */
class CommitOutcomeTest {
  @TempDir Path directory;
  private DeltaLog log;

  @BeforeEach
  void create() {
    DeltaLog.at(directory.toString())
        .create(
            new TableDefinition(
                Schema.builder().addInt64Field("id").build(),
                List.of(),
                Map.of("delta.checkpointInterval", "1"),
                null,
                null));
  }

  @AfterEach
  void disarm() {
    FailingLogStore.ARMED.set(null);
  }

  private CommitRequest arm(Failure failure) {
    FailingLogStore.ARMED.set(failure);
    log = DeltaLog.at(directory.toString());
    return CommitRequest.on(log.latest(), "WRITE")
        .withAdds(List.of(new NewFile("x.parquet", Map.of(), 1, 1, "{\"numRecords\":1}")))
        .withTransaction(WriterTransaction.of("app", 1));
  }

  @Test
  void lostAnswerAfterThePutIsASuccess() {
    CommitResult result = log(Failure.LOST_ANSWER_AFTER_PUT);
    assertThat(result.version()).isEqualTo(1);
    assertThat(result.replayed()).isFalse();
    assertThat(log.latest().version()).isEqualTo(1);
  }

  private CommitResult log(Failure failure) {
    CommitRequest request = arm(failure);
    return log.commit(request);
  }

  @Test
  void lostAnswerWithoutAPutIsUnknownAndAReplaySettlesIt() {
    CommitRequest request = arm(Failure.LOST_ANSWER_WITHOUT_PUT);
    assertThatThrownBy(() -> log.commit(request))
        .isInstanceOf(CommitStateUnknownException.class)
        .hasMessageContaining("unknown whether version 1");
    assertThat(log.commit(request).version()).isEqualTo(1);
  }

  @Test
  void fullDiskCommitsNothingAndLeavesTheTableAsItWas() {
    CommitRequest request = arm(Failure.NOT_PUT);
    assertThatThrownBy(() -> log.commit(request))
        .isInstanceOf(StorageFailedException.class)
        .hasMessageContaining("nothing was committed")
        .hasMessageContaining("no space left");
    assertThat(log.latest().version()).isZero();
    assertThat(log.commit(request).version()).isEqualTo(1);
  }

  @Test
  void versionLostToAnotherBehindALostAnswerIsAConflict() {
    CommitResult result = log(Failure.LOST_TO_ANOTHER_WITH_LOST_ANSWER);
    assertThat(result.version()).isEqualTo(2);
    assertThat(result.attempts()).isEqualTo(2);
  }

  @Test
  void failedCheckpointDoesNotFailTheCommit() {
    log = DeltaLog.at(directory.toString());
    try (Faults.Armed fault = Faults.throwAt("delta.checkpoint", "before")) {
      assertThat(log.commit(CommitRequest.on(log.latest(), "WRITE")).version()).isEqualTo(1);
      assertThat(fault.struck()).isTrue();
    }
    assertThat(directory.resolve("_delta_log/00000000000000000001.checkpoint.parquet"))
        .doesNotExist();
    log.commit(CommitRequest.on(log.latest(), "WRITE"));
    assertThat(directory.resolve("_delta_log/00000000000000000002.checkpoint.parquet")).exists();
  }
}
