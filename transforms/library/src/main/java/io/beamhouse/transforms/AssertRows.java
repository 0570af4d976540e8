package io.beamhouse.transforms;

import com.fasterxml.jackson.databind.node.ArrayNode;
import io.beamhouse.core.Evolving;
import io.beamhouse.core.error.DataRefusedException;
import io.beamhouse.core.error.SpecException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Sum;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PInput;
import org.apache.beam.sdk.values.POutput;
import org.apache.beam.sdk.values.PValue;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TupleTag;

/**
 * Fails the pipeline unless a bounded collection holds exactly the expected rows, in any order.
 *
 * <p>Fields that are null count as absent, and 1 equals 1.0, as in Beam YAML. The differences are
 * grouped on one worker, so they, not the rows, must fit into memory. The failure is a {@link
 * DataRefusedException} with up to 20 differing rows: it is a tool for tests.
 */
@Evolving
public final class AssertRows extends PTransform<PCollection<Row>, AssertRows.Result> {
  private static final int SHOWN = 20;

  private final List<String> expected;

  private AssertRows(List<String> expected) {
    this.expected = List.copyOf(expected);
  }

  /**
   * Expects the rows of a JSON list: {@code [{"id": 1}, {"id": 2}]}; throws SpecException when it
   * is none.
   */
  public static AssertRows equal(String json) {
    ArrayNode rows = Elements.parse(json, "elements");
    List<String> expected = new ArrayList<>();
    rows.forEach(row -> expected.add(RowJson.canonical(row)));
    return new AssertRows(expected);
  }

  /** Nothing comes out; the pipeline fails or does not. */
  @Evolving
  public record Result(Pipeline getPipeline) implements POutput {
    @Override
    public java.util.Map<TupleTag<?>, PValue> expand() {
      return java.util.Map.of();
    }

    @Override
    public void finishSpecifyingOutput(
        String transformName, PInput input, PTransform<?, ?> transform) {}
  }

  @Override
  public Result expand(PCollection<Row> input) {
    if (input.isBounded() == PCollection.IsBounded.UNBOUNDED) {
      throw new SpecException(
          "rows", "are unbounded, so nobody knows when all have come - compare bounded ones");
    }
    PCollection<KV<String, Long>> actual =
        input
            .apply("Actual", ParDo.of(new CanonicalFn()))
            .setCoder(KvCoder.of(StringUtf8Coder.of(), VarLongCoder.of()));
    PCollection<KV<String, Long>> wanted =
        input
            .getPipeline()
            .apply("Elements", Create.of(expected).withCoder(StringUtf8Coder.of()))
            .apply("Expected", ParDo.of(new ExpectedFn()))
            .setCoder(KvCoder.of(StringUtf8Coder.of(), VarLongCoder.of()));
    PCollectionList.of(actual)
        .and(wanted)
        .apply("Both", Flatten.pCollections())
        .apply("Difference", Sum.longsPerKey())
        .apply("Differing", ParDo.of(new DifferingFn()))
        .setCoder(KvCoder.of(StringUtf8Coder.of(), StringUtf8Coder.of()))
        .apply("Together", GroupByKey.create())
        .apply("Fail", ParDo.of(new FailFn()));
    return new Result(input.getPipeline());
  }

  private static final class CanonicalFn extends DoFn<Row, KV<String, Long>> {
    @ProcessElement
    public void process(@Element Row row, OutputReceiver<KV<String, Long>> out) {
      out.output(KV.of(RowJson.canonical(RowJson.of(row)), 1L));
    }
  }

  private static final class ExpectedFn extends DoFn<String, KV<String, Long>> {
    @ProcessElement
    public void process(@Element String row, OutputReceiver<KV<String, Long>> out) {
      out.output(KV.of(row, -1L));
    }
  }

  private static final class DifferingFn extends DoFn<KV<String, Long>, KV<String, String>> {
    @ProcessElement
    public void process(@Element KV<String, Long> row, OutputReceiver<KV<String, String>> out) {
      long more = row.getValue();
      if (more != 0) {
        out.output(
            KV.of(
                "",
                (more > 0 ? "unexpected " : "missing    ")
                    + Math.abs(more)
                    + " x "
                    + row.getKey()));
      }
    }
  }

  private static final class FailFn extends DoFn<KV<String, Iterable<String>>, Void> {
    @ProcessElement
    public void process(@Element KV<String, Iterable<String>> differing) {
      TreeSet<String> lines = new TreeSet<>();
      differing.getValue().forEach(lines::add);
      String shown = String.join("\n  ", lines.stream().limit(SHOWN).toList());
      throw new DataRefusedException(
          "the rows are not the expected ones:\n  "
              + shown
              + (lines.size() > SHOWN ? "\n  and " + (lines.size() - SHOWN) + " more" : ""));
    }
  }
}
