package io.beamhouse.pipelines.increment;

import io.beamhouse.core.Internal;
import io.beamhouse.core.step.DurableSteps;
import io.beamhouse.io.core.state.StateStores;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What has to be told of a job's runs and was not accepted yet, kept beside its state.
 *
 * <p>Which runs have been put into it is remembered by their number, so that a run that was done
 * just before a kill is told of by the next invocation. Messages have deterministic keys and are
 * put if absent; one is deleted when it was accepted. A message may be sent more than once, and
 * none is lost.
 *
 * <p>Durable steps: {@code notify.queued} (one for each message), {@code notify.sent} (encloses the
 * sending of one message and its deletion).
 */
@Internal
public final class Outbox {
  public static final String QUEUED = "notify.queued";
  public static final String SENT = "notify.sent";

  /** Runs that were finished without us are told of as far as this back. */
  private static final int MAX_UNSEEN = 100;

  private final StateRecords records;
  private final JobState state;

  private Outbox(StateRecords records, JobState state) {
    this.records = records;
    this.state = state;
  }

  /** Up to which run messages were made. */
  record Seen(int version, long run) {}

  /**
   * A message that waits.
   *
   * @param event what is told, as JSON
   * @param created when, ISO-8601
   */
  @Internal
  public record Message(int version, String target, String event, String created) {
    public Message(String target, String event, String created) {
      this(StateJson.VERSION, target, event, created);
    }
  }

  /** A message with its key. */
  @Internal
  public record Waiting(String key, Message message) {}

  /**
   * What was told last, so that it is not told again too soon.
   *
   * @param end how the last invocation ended
   * @param told by target, when it was told so
   */
  @Internal
  public record Last(int version, String end, Map<String, String> told) {
    public Last(String end, Map<String, String> told) {
      this(StateJson.VERSION, end, told);
    }

    public Last {
      told = new TreeMap<>(told);
    }
  }

  /**
   * Opens the outbox of {@code job}, and its state if there is none. Runs that were done before
   * there was an outbox are not told of.
   */
  public static Outbox open(String stateLocation, String job, InstantSource clock) {
    StateRecords records = new StateRecords(StateStores.at(stateLocation));
    Outbox outbox = new Outbox(records, JobState.open(records, job, clock));
    if (outbox.seen().isEmpty()) {
      records.putIfAbsent(
          outbox.key("seen.json"), new Seen(StateJson.VERSION, outbox.state.main().lastDone()));
    }
    return outbox;
  }

  public String stateId() {
    return state.stateId();
  }

  /** The number that the next run has. */
  public long nextRun() {
    return state.main().lastDone() + 1;
  }

  /** Where the report of a run is. */
  public String where(RunReport report) {
    String key = state.main().key(report.run(), "done.json");
    return report.backfill() == null
        ? records.where(key)
        : records.where(state.identity().pipeline() + "/" + state.stateId() + "/backfills");
  }

  /** Reports of runs that are done and of which no messages were made, oldest first. */
  public List<RunReport> unseen() {
    RunLine line = state.main();
    long last = line.lastDone();
    long from = Math.max(seen().orElse(last), last - MAX_UNSEEN);
    List<RunReport> reports = new ArrayList<>();
    for (long run = from + 1; run <= last; run++) {
      line.done(run).ifPresent(reports::add);
    }
    return reports;
  }

  /** Messages of the runs up to {@code run} have been made. */
  public void seen(long run) {
    records.put(key("seen.json"), new Seen(StateJson.VERSION, run));
  }

  private Optional<Long> seen() {
    return records.get(key("seen.json"), Seen.class).map(stored -> stored.value().run());
  }

  /** Keeps a message, unless one of this key is there; keys of older runs come first. */
  public void add(String name, Message message) {
    DurableSteps.before(QUEUED);
    records.putIfAbsent(key("waiting/" + name + ".json"), message);
    DurableSteps.after(QUEUED);
  }

  /** The messages that wait, oldest runs first. */
  public List<Waiting> waiting() {
    List<Waiting> waiting = new ArrayList<>();
    for (String key : records.list(prefix() + "/waiting")) {
      records
          .get(key, Message.class)
          .ifPresent(stored -> waiting.add(new Waiting(key, stored.value())));
    }
    return waiting;
  }

  /** Forgets a message. */
  public void remove(Waiting message) {
    records.delete(message.key());
  }

  public Optional<Last> last() {
    return records.get(key("last.json"), Last.class).map(StateRecords.Stored::value);
  }

  public void last(Last told) {
    records.put(key("last.json"), told);
  }

  private String prefix() {
    return state.prefix() + "notifications";
  }

  private String key(String name) {
    return prefix() + "/" + name;
  }
}
