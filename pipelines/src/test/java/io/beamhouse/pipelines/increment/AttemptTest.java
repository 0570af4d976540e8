package io.beamhouse.pipelines.increment;

import static org.assertj.core.api.Assertions.assertThat;

import io.beamhouse.core.error.HeldException;
import io.beamhouse.io.contract.AlteredStateStore;
import io.beamhouse.io.core.state.StateStore;
import io.beamhouse.io.core.state.StateStores;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
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

  /** The one that comes second must not take the mark of the first with it when it leaves. */
  @Test
  void ofTwoThatReachForOneNumberOneIsHeldByTheOther() throws Exception {
    StateRecords records = new StateRecords(new MeetingPuts(StateStores.at(directory.toString())));
    RunLine line = new RunLine(records, "job/", "job/files/", "id");
    ExecutorService pool = Executors.newFixedThreadPool(2);
    try {
      Callable<Attempt> open = () -> Attempt.open(records, line, 1, RunOptions.create());
      List<Attempt> opened = new ArrayList<>();
      for (Future<Attempt> one : List.of(pool.submit(open), pool.submit(open))) {
        try {
          opened.add(one.get());
        } catch (ExecutionException e) {
          assertThat(e).hasCauseInstanceOf(HeldException.class);
        }
      }
      opened.forEach(Attempt::close);
      assertThat(opened).hasSize(1);
    } finally {
      pool.shutdownNow();
    }
  }

  /** Whose first two puts of what must not exist come at once. */
  private static final class MeetingPuts extends AlteredStateStore {
    private final CyclicBarrier both = new CyclicBarrier(2);
    private final AtomicInteger puts = new AtomicInteger();

    MeetingPuts(StateStore store) {
      super(store);
    }

    @Override
    public boolean putIfAbsent(String key, byte[] content) throws IOException {
      if (puts.incrementAndGet() <= 2) {
        try {
          both.await();
        } catch (InterruptedException | BrokenBarrierException e) {
          throw new InterruptedIOException(key);
        }
      }
      return super.putIfAbsent(key, content);
    }
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
