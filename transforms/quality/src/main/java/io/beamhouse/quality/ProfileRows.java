package io.beamhouse.quality;

import io.beamhouse.core.Evolving;
import io.beamhouse.core.error.SpecException;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.CoderRegistry;
import org.apache.beam.sdk.coders.DelegateCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.Combine.CombineFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.Row;

/**
 * Proposes rules from rows; see {@link Profile}.
 *
 * <p>Input: bounded rows with a schema, in the global window. Output: one text, the rules as YAML,
 * also for no rows. Memory: some 30 KB for each column.
 */
@Evolving
public final class ProfileRows extends PTransform<PCollection<Row>, PCollection<String>> {
  private ProfileRows() {}

  public static ProfileRows create() {
    return new ProfileRows();
  }

  @Override
  public PCollection<String> expand(PCollection<Row> rows) {
    if (rows.isBounded() == PCollection.IsBounded.UNBOUNDED) {
      throw new SpecException(
          "rows", "are unbounded, and a profile looks at all of them - take a bounded sample");
    }
    return rows.apply("Profile", Combine.globally(new ProfileFn(rows.getSchema())));
  }

  private static final class ProfileFn extends CombineFn<Row, Profile, String> {
    private final Schema schema;

    ProfileFn(Schema schema) {
      this.schema = schema;
    }

    @Override
    public Profile createAccumulator() {
      return Profile.of(schema);
    }

    @Override
    public Profile addInput(Profile profile, Row row) {
      return profile.add(row);
    }

    @Override
    public Profile mergeAccumulators(Iterable<Profile> profiles) {
      Profile merged = createAccumulator();
      profiles.forEach(merged::merge);
      return merged;
    }

    @Override
    public String extractOutput(Profile profile) {
      return profile.toYaml();
    }

    @Override
    public Coder<Profile> getAccumulatorCoder(CoderRegistry registry, Coder<Row> input) {
      return DelegateCoder.of(
          ByteArrayCoder.of(), Profile::toBytes, bytes -> Profile.fromBytes(schema, bytes));
    }

    @Override
    public Coder<String> getDefaultOutputCoder(CoderRegistry registry, Coder<Row> input) {
      return StringUtf8Coder.of();
    }
  }
}
