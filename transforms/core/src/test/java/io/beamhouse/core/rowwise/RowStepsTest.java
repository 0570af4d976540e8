package io.beamhouse.core.rowwise;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;

class RowStepsTest {
  private static final Schema NUMBERS = Schema.builder().addInt32Field("n").build();

  /** Rows below a limit to one output, the others to a second one, multiples of ten nowhere. */
  private record Split(int limit) implements RowStep {
    @Override
    public LinkedHashMap<String, Schema> outputs(Schema input) {
      LinkedHashMap<String, Schema> outputs = new LinkedHashMap<>();
      outputs.put(OUTPUT, input);
      outputs.put("high", input);
      return outputs;
    }

    @Override
    public Processor start(Schema input) {
      return (row, out) -> {
        int n = row.getInt32("n");
        if (n % 10 != 0) {
          out.emit(n < limit ? 0 : 1, row);
        }
      };
    }
  }

  /** Every row as often as it says. */
  private record Repeat() implements RowStep {
    @Override
    public LinkedHashMap<String, Schema> outputs(Schema input) {
      return new LinkedHashMap<>(Map.of(OUTPUT, input));
    }

    @Override
    public Processor start(Schema input) {
      return (row, out) -> IntStream.range(0, row.getInt32("n")).forEach(i -> out.emit(0, row));
    }
  }

  private static final RowSteps STEPS =
      RowSteps.create()
          .withStep("split", new Split(3), RowSteps.ROOT, RowStep.OUTPUT)
          .withStep("repeat", new Repeat(), "split", RowStep.OUTPUT)
          .withOutput("repeated", "repeat", RowStep.OUTPUT)
          .withOutput("high", "split", "high");

  private static Row row(int n) {
    return Row.withSchema(NUMBERS).addValue(n).build();
  }

  /** Processes rows, in bundles of {@code size}, and gives what came out by tag. */
  private static Map<String, List<Row>> run(List<Integer> numbers, int size) {
    List<String> tags = new ArrayList<>(STEPS.outputs(NUMBERS).keySet());
    Map<String, List<Row>> out = new LinkedHashMap<>();
    tags.forEach(tag -> out.put(tag, new ArrayList<>()));
    RowStep.Processor processor = STEPS.start(NUMBERS);
    RowStep.Emitter emitter = (output, row) -> out.get(tags.get(output)).add(row);
    for (int from = 0; from < numbers.size(); from += size) {
      for (int n : numbers.subList(from, Math.min(numbers.size(), from + size))) {
        processor.process(row(n), emitter);
      }
      processor.finish(emitter);
    }
    return out;
  }

  private static Tally tally(List<Row> rows) {
    Tally tally = new Tally();
    rows.forEach(row -> tally.add(row.getString(0), row.getString(1), row.getInt64(2)));
    return tally;
  }

  @Test
  void countsWhatGoesInAndWhatComesOut() {
    Map<String, List<Row>> out = run(List.of(1, 2, 3, 4, 10, 20, 0), 100);
    assertThat(out.get("repeated")).containsExactly(row(1), row(2), row(2));
    assertThat(out.get("high")).containsExactly(row(3), row(4));
    assertThat(tally(out.get(Tally.TAG)).counts())
        .isEqualTo(
            Map.of(
                "split", Map.of("in", 7L, "out:output", 2L, "out:high", 2L, "none", 3L),
                "repeat", Map.of("in", 2L, "out:output", 3L, "none", 0L)));
  }

  @Property(tries = 200)
  void everyRowIsCountedOnceHoweverBundlesAreCut(
      @ForAll List<@IntRange(min = 0, max = 12) Integer> numbers,
      @ForAll @IntRange(min = 1, max = 7) int size) {
    Map<String, List<Row>> out = run(numbers, size);
    Map<String, Long> split =
        tally(out.get(Tally.TAG)).counts().getOrDefault("split", Map.of("in", 0L));
    assertThat(split.get("in")).isEqualTo(numbers.size());
    if (!numbers.isEmpty()) {
      assertThat(split.get("out:output") + split.get("out:high") + split.get("none"))
          .isEqualTo(numbers.size());
      assertThat(tally(out.get(Tally.TAG))).isEqualTo(tally(run(numbers, 1000).get(Tally.TAG)));
    }
    assertThat(out.get("high")).hasSize((int) split.getOrDefault("out:high", 0L).longValue());
  }

  @Test
  void saysWhichOutputIsMissing() {
    RowSteps wrong = RowSteps.create().withOutput("x", "nobody", RowStep.OUTPUT);
    assertThatThrownBy(() -> wrong.outputs(NUMBERS)).hasMessageContaining("step 'nobody'");
  }
}
