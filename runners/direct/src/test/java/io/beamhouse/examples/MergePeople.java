package io.beamhouse.examples;

import io.beamhouse.io.delta.DeltaIO;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.Row;

class MergePeople {
  static final Schema PERSON =
      Schema.builder().addInt64Field("id").addStringField("name").addInt64Field("version").build();

  public static void main(String[] args) {
    Pipeline pipeline = Pipeline.create(PipelineOptionsFactory.fromArgs(args).create());
    Row ada = Row.withSchema(PERSON).addValues(1L, "Ada Lovelace", 2L).build();
    Row adaBefore = Row.withSchema(PERSON).addValues(1L, "Ada Byron", 1L).build();
    Row grace = Row.withSchema(PERSON).addValues(2L, "Grace Hopper", 1L).build();
    pipeline
        .apply("Changes", Create.of(ada, adaBefore, grace).withRowSchema(PERSON))
        .apply(
            "Merge",
            DeltaIO.merge().into("target/people").withKeys("id").withSequenceBy("version"));
    pipeline.run().waitUntilFinish();
  }
}
