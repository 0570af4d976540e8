package io.beamhouse.quality;

import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.CoderRegistry;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.transforms.Combine.CombineFn;
import org.apache.beam.sdk.values.Row;

/** Keeps the last values of each measure: memory is bounded by the rules. */
final class HistoryFn extends CombineFn<Row, RunHistory, RunHistory> {
  private final TreeMap<String, Integer> needed;
  private final Instant now;

  HistoryFn(Map<String, Integer> needed, Instant now) {
    this.needed = new TreeMap<>(needed);
    this.now = now;
  }

  @Override
  public RunHistory createAccumulator() {
    return new RunHistory();
  }

  @Override
  public RunHistory addInput(RunHistory history, Row result) {
    history.add(result, needed, now);
    return history;
  }

  @Override
  public RunHistory mergeAccumulators(Iterable<RunHistory> all) {
    RunHistory merged = createAccumulator();
    all.forEach(each -> merged.merge(each, needed));
    return merged;
  }

  @Override
  public RunHistory extractOutput(RunHistory history) {
    return history;
  }

  @Override
  public Coder<RunHistory> getAccumulatorCoder(CoderRegistry registry, Coder<Row> input) {
    return SerializableCoder.of(RunHistory.class);
  }

  @Override
  public Coder<RunHistory> getDefaultOutputCoder(CoderRegistry registry, Coder<Row> input) {
    return SerializableCoder.of(RunHistory.class);
  }
}
