package io.beamhouse.pipelines.increment;

import static java.util.Objects.requireNonNull;

import io.beamhouse.core.error.HeldException;
import io.beamhouse.core.step.DurableSteps;
import io.beamhouse.pipelines.increment.StateRecords.Stored;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One start of one run, which beats while it lives so that others keep away.
 *
 * <p>That is manners, not safety: an attempt that was believed dead may wake at any time, and each
 * visible step it then takes is found taken.
 */
final class Attempt implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Attempt.class);
  private static final Pattern KEY = Pattern.compile(".*/attempts/(\\d+)\\.json");
  private static final int MISSED_BEATS = 3;

  /**
   * Of this process, so that one that failed before it could say so holds up nobody; counted, since
   * two that reach for one number are one that lives and one that leaves.
   */
  private static final Map<String, Integer> LIVING = new ConcurrentHashMap<>();

  private final StateRecords records;
  private final RunLine line;
  private final long run;
  private final int number;
  private final InstantSource clock;
  private final ScheduledExecutorService heart;
  private volatile String phase = "plan";
  private boolean worked;

  private Attempt(
      StateRecords records,
      RunLine line,
      long run,
      int number,
      Duration beat,
      InstantSource clock) {
    this.records = records;
    this.line = line;
    this.run = run;
    this.number = number;
    this.clock = clock;
    this.heart =
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "beamhouse-heartbeat");
              thread.setDaemon(true);
              return thread;
            });
    long millis = beat.toMillis();
    heart.scheduleWithFixedDelay(this::beat, millis, millis, TimeUnit.MILLISECONDS);
  }

  /**
   * Who started when.
   *
   * @param processStart tells a process from a later one with the same id; null when unknown
   */
  record Start(
      int version,
      int attempt,
      String host,
      long pid,
      String processStart,
      String started,
      long beatMillis) {
    Start {
      Instant.parse(requireNonNull(started, "started"));
    }

    String who() {
      return "attempt " + attempt + ", process " + pid + " on " + host + " since " + started;
    }
  }

  /**
   * The newest sign of life.
   *
   * @param ended whether the attempt is over, whatever came of it
   */
  record Beat(int version, String at, boolean ended, String phase) {
    Beat {
      Instant.parse(requireNonNull(at, "at"));
    }
  }

  /** Starts the next attempt of {@code run}; HeldException while the newest one lives. */
  static Attempt open(StateRecords records, RunLine line, long run, RunOptions options) {
    while (true) {
      int newest = newest(records, line, run);
      Optional<Start> holder = holder(records, line, run, newest, options.clock().instant());
      if (holder.isPresent()) {
        throw new HeldException(
            "run "
                + run
                + " of "
                + records.where(line.key(run, ""))
                + " is held by "
                + holder.get().who()
                + ". Wait for it or stop it; if it is dead already, this pipeline is free "
                + MISSED_BEATS * holder.get().beatMillis() / 1000
                + " s after its last sign of life.");
      }
      int next = newest + 1;
      if (put(records, line.key(run, "attempts/" + next), start(next, options))) {
        return new Attempt(records, line, run, next, options.beat(), options.clock());
      }
    }
  }

  private static boolean put(StateRecords records, String key, Start start) {
    boolean ours = false;
    String living = records.where(key);
    LIVING.merge(living, 1, Integer::sum);
    try {
      DurableSteps.before(ProtocolSteps.ATTEMPT);
      boolean put = records.putIfAbsent(key + ".json", start);
      DurableSteps.after(ProtocolSteps.ATTEMPT);
      ours = put;
      return put;
    } finally {
      if (!ours) {
        leave(living);
      }
    }
  }

  private static void leave(String living) {
    LIVING.computeIfPresent(living, (key, count) -> count == 1 ? null : count - 1);
  }

  /** Who holds {@code run} at {@code now}, if anybody. */
  static Optional<Start> holder(StateRecords records, RunLine line, long run, Instant now) {
    return holder(records, line, run, newest(records, line, run), now);
  }

  /** The number of the newest attempt of {@code run}, 0 when there is none. */
  static int newest(StateRecords records, RunLine line, long run) {
    List<String> keys = records.list(line.key(run, "attempts"));
    int newest = 0;
    for (String key : keys) {
      Matcher matcher = KEY.matcher(key);
      if (matcher.matches()) {
        newest = Math.max(newest, Integer.parseInt(matcher.group(1)));
      }
    }
    return newest;
  }

  int number() {
    return number;
  }

  /** Begins a phase, unless a younger attempt lives: then HeldException, nothing is lost. */
  void begin(String newPhase) {
    worked = true;
    phase = newPhase;
    int newest = newest(records, line, run);
    if (newest > number) {
      Optional<Start> holder = holder(records, line, run, newest, clock.instant());
      if (holder.isPresent()) {
        throw new HeldException(
            "attempt "
                + number
                + " of run "
                + run
                + " was silent for too long and "
                + holder.get().who()
                + " took over. Nothing is lost; wait for that one.");
      }
    }
  }

  /** Ends the attempt; one that never came to work leaves no trace. */
  @Override
  public void close() {
    heart.shutdown();
    leave(records.where(line.key(run, "attempts/" + number)));
    try {
      // A beat that is on its way must not come after the end.
      if (!heart.awaitTermination(30, TimeUnit.SECONDS)) {
        LOG.warn("the last heartbeat of attempt {} of run {} hangs", number, run);
      }
      if (worked) {
        records.put(beatKey(), beat(true));
      } else {
        records.delete(beatKey());
        records.delete(line.key(run, "attempts/" + number + ".json"));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      // The run's own outcome counts; others wait for three beats in vain, that is all.
      LOG.warn("cannot note the end of attempt {} of run {}", number, run, e);
    }
  }

  private void beat() {
    try {
      records.put(beatKey(), beat(false));
    } catch (RuntimeException e) {
      LOG.warn("missed a heartbeat of attempt {} of run {}", number, run, e);
    }
  }

  private Beat beat(boolean ended) {
    return new Beat(StateJson.VERSION, clock.instant().toString(), ended, phase);
  }

  private String beatKey() {
    return line.key(run, "attempts/" + number + ".beat");
  }

  private static Start start(int number, RunOptions options) {
    return new Start(
        StateJson.VERSION,
        number,
        host(),
        ProcessHandle.current().pid(),
        processStart(ProcessHandle.current()),
        options.clock().instant().toString(),
        options.beat().toMillis());
  }

  private static Optional<Start> holder(
      StateRecords records, RunLine line, long run, int newest, Instant now) {
    if (newest == 0) {
      return Optional.empty();
    }
    String key = line.key(run, "attempts/" + newest);
    Optional<Start> start = records.get(key + ".json", Start.class).map(Stored::value);
    Optional<Beat> beat = records.get(key + ".beat", Beat.class).map(Stored::value);
    boolean ours = LIVING.containsKey(records.where(key));
    return start.filter(found -> lives(found, ours, beat, now));
  }

  private static boolean lives(Start start, boolean ours, Optional<Beat> beat, Instant now) {
    if (beat.map(Beat::ended).orElse(false) || isKnownDead(start, ours)) {
      return false;
    }
    Instant sign = Instant.parse(beat.map(Beat::at).orElse(start.started()));
    // Clocks differ between hosts, in both directions.
    Duration silence = Duration.between(sign, now).abs();
    return silence.toMillis() < MISSED_BEATS * start.beatMillis();
  }

  /** After a kill, a user on the same host need not wait for the beats to grow old. */
  private static boolean isKnownDead(Start start, boolean ours) {
    if (!start.host().equals(host())) {
      return false;
    }
    if (start.pid() == ProcessHandle.current().pid()) {
      return !ours;
    }
    Optional<ProcessHandle> process = ProcessHandle.of(start.pid());
    return process.isEmpty()
        || (start.processStart() != null
            && !start.processStart().equals(processStart(process.get())));
  }

  private static String processStart(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toString).orElse(null);
  }

  private static String host() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "unknown-" + java.util.UUID.randomUUID();
    }
  }
}
