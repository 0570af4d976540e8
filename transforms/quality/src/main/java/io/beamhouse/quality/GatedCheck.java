package io.beamhouse.quality;

import io.beamhouse.core.error.Judgement;
import io.beamhouse.core.rowwise.Gate;
import io.beamhouse.core.rowwise.Gated;
import io.beamhouse.core.rowwise.MeasureSum;
import io.beamhouse.core.rowwise.RowStep;
import io.beamhouse.core.rowwise.Tally;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.transforms.SchemaTransform;
import org.apache.beam.sdk.values.PCollectionRowTuple;
import org.apache.beam.sdk.values.Row;

/**
 * Dataset rules that are measured beside the rows on their way to the sinks and judged before
 * anything is committed; the results stand in the commits.
 */
final class GatedCheck extends SchemaTransform implements Gated {
  private final CheckDataset check;

  GatedCheck(CheckDataset check) {
    this.check = check;
  }

  /** Whether {@code check} can be judged from measures that ride along with the rows. */
  static boolean fits(CheckDataset check) {
    return check.rules().stream()
        .noneMatch(rule -> rule.isChange() || rule.metric().kind() == Metric.Kind.EXISTS_IN);
  }

  @Override
  public RowStep rowStep() {
    return new Measuring(check.rules(), "");
  }

  @Override
  public RowStep rowStep(String name) {
    return new Measuring(check.rules(), name);
  }

  @Override
  public Gate gate(String step, Schema rows) {
    return new Judge(DatasetCheck.of(check.rules(), rows), step, check.now(), check.isFailing());
  }

  @Override
  public PCollectionRowTuple expand(PCollectionRowTuple input) {
    return PCollectionRowTuple.of("output", input.getSinglePCollection().apply("Check", check));
  }

  /** Measures rows and emits nothing else. */
  private record Measuring(List<DatasetRule> rules, String name) implements RowStep {
    @Override
    public LinkedHashMap<String, Schema> outputs(Schema input) {
      DatasetCheck.of(rules, input);
      LinkedHashMap<String, Schema> outputs = new LinkedHashMap<>();
      outputs.put(OUTPUT, DatasetResult.SCHEMA);
      outputs.put(Tally.TAG, Tally.SCHEMA);
      return outputs;
    }

    @Override
    public Processor start(Schema input) {
      return new Measures(DatasetCheck.of(rules, input), name);
    }
  }

  private static final class Measures implements RowStep.Processor {
    private final DatasetCheck check;
    private final String name;
    private DatasetAccumulator measured;

    Measures(DatasetCheck check, String name) {
      this.check = check;
      this.name = name;
    }

    @Override
    public void process(Row row, RowStep.Emitter out) {
      if (measured == null) {
        measured = check.newAccumulator();
      }
      measured.add(row);
    }

    @Override
    public void finish(RowStep.Emitter out) {
      if (measured != null) {
        out.emit(1, Tally.measure(name, measured.toBytes()));
        measured = null;
      }
    }
  }

  /** Judges the sum of all measures. */
  private record Judge(DatasetCheck check, String step, Instant now, boolean failing)
      implements Gate {
    @Override
    public void check(Tally tally) {
      Sum whole = new Sum(check);
      tally.measures(step).forEach(whole::add);
      List<DatasetResult> results = check.evaluate(whole.accumulator, Map.of(), now);
      results.forEach(result -> tally.judge(judgement(result)));
      if (failing) {
        CheckDataset.refuse(results);
      }
    }

    private Judgement judgement(DatasetResult result) {
      return new Judgement(
          step,
          result.rule(),
          result.fingerprint(),
          result.metric(),
          result.value(),
          result.threshold(),
          result.outcome().name().toLowerCase(Locale.ROOT),
          result.message());
    }

    @Override
    public Map<String, MeasureSum> sums() {
      return Map.of(step, new Sum(check));
    }
  }

  private static final class Sum implements MeasureSum {
    private final DatasetCheck check;
    private final DatasetAccumulator accumulator;

    Sum(DatasetCheck check) {
      this.check = check;
      this.accumulator = check.newAccumulator();
    }

    @Override
    public void add(byte[] part) {
      accumulator.merge(check.fromBytes(part));
    }

    @Override
    public byte[] sum() {
      return accumulator.toBytes();
    }
  }
}
