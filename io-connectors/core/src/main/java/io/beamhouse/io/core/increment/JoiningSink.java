package io.beamhouse.io.core.increment;

import io.beamhouse.core.Evolving;
import io.beamhouse.core.rowwise.Gate;
import io.beamhouse.io.core.staging.RowStaging;
import java.util.Map;
import java.util.Set;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionRowTuple;

/**
 * A sink that may take several inputs: each is staged on its own, wherever its rows are made, and
 * the records of all go to one commit.
 */
@Evolving
public interface JoiningSink extends StagingSink {
  /** The tag of the input that makes the sink. */
  String INPUT = "input";

  /**
   * How the rows of one input are staged for {@code context}'s run.
   *
   * @param inputs what the rows of each input are, by its tag
   * @param input the one
   * @throws io.beamhouse.core.error.SpecException when the target cannot hold such rows
   */
  RowStaging staging(SinkContext context, Map<String, Schema> inputs, String input);

  /** Commits what was staged of {@code inputs}; see {@link StagingSink#commit}. */
  PTransform<PCollection<KV<Integer, byte[]>>, PCollectionRowTuple> commit(
      SinkContext context, Map<String, Schema> inputs, Gate gate);

  /**
   * Checks the tags of the inputs that a spec gives.
   *
   * @throws io.beamhouse.core.error.SpecException when one is missing or means nothing
   */
  void checkInputs(Set<String> inputs);

  /** Whether a run without {@code input}, such as a replay of refused rows, means nothing. */
  boolean needs(String input);

  @Override
  default RowStaging staging(SinkContext context, Schema rows) {
    return staging(context, Map.of(INPUT, rows), INPUT);
  }

  @Override
  default PTransform<PCollection<KV<Integer, byte[]>>, PCollectionRowTuple> commit(
      SinkContext context, Schema rows, Gate gate) {
    return commit(context, Map.of(INPUT, rows), gate);
  }
}
