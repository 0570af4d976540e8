package io.beamhouse.pipelines.increment;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.io.contract.AlteredStateStore;
import io.beamhouse.io.core.state.StateStore;
import io.beamhouse.io.core.state.StateStores;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AttemptTest {
  private static final Set<Thread.State> WAITING =
      EnumSet.of(Thread.State.WAITING, Thread.State.TIMED_WAITING);

  @TempDir Path directory;

  /** An interrupt would fail the beat, and on some stores close more than its own stream. */
  @Test
  void theEndWaitsForABeatThatIsBeingWritten() throws Exception {
    SlowBeats store = new SlowBeats(StateStores.at(directory.toString()));
    StateRecords records = new StateRecords(store);
    RunLine line = new RunLine(records, "job/", "job/files/", "id");
    RunOptions options = RunOptions.create().withBeat(Duration.ofMillis(1));
    Attempt attempt = Attempt.open(records, line, 1, options);
    attempt.begin("apply");
    store.beating.await();
    Thread end = new Thread(attempt::close);
    end.start();
    while (end.isAlive() && !WAITING.contains(end.getState())) {
      Thread.onSpinWait();
    }
    store.written.countDown();
    end.join();

    assertThat(store.interrupted).isFalse();
    assertThat(
            records.get(line.key(1, "attempts/1.beat"), Attempt.Beat.class).orElseThrow().value())
        .matches(Attempt.Beat::ended);
  }

  /** Whose first beat takes until it is told to end. */
  private static final class SlowBeats extends AlteredStateStore {
    private final CountDownLatch beating = new CountDownLatch(1);
    private final CountDownLatch written = new CountDownLatch(1);
    private final AtomicBoolean interrupted = new AtomicBoolean();

    SlowBeats(StateStore store) {
      super(store);
    }

    @Override
    public void put(String key, byte[] content) throws IOException {
      beating.countDown();
      try {
        written.await();
      } catch (InterruptedException e) {
        interrupted.set(true);
        throw new InterruptedIOException(key);
      }
      super.put(key, content);
    }
  }
}
