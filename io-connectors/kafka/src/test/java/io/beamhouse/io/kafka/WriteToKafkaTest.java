package io.beamhouse.io.kafka;

import static io.beamhouse.io.kafka.SharedBroker.topic;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.error.SpecException;
import io.beamhouse.testing.Rows;
import java.util.List;
import org.apache.beam.runners.direct.DirectRunner;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.transforms.providers.ErrorHandling;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.values.PCollectionRowTuple;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.junit.jupiter.api.Test;

class WriteToKafkaTest {
  private static final Schema SESSIONS =
      Schema.builder().addInt64Field("user").addNullableStringField("title").build();

  private static Pipeline pipeline() {
    PipelineOptions options = PipelineOptionsFactory.create();
    options.setRunner(DirectRunner.class);
    return Pipeline.create(options);
  }

  private static WriteToKafkaProvider.Config.Builder config(String topic) {
    return WriteToKafkaProvider.Config.builder()
        .setBootstrapServers(SharedBroker.get().bootstrapServers())
        .setTopic(topic)
        .setDelivery("at_least_once");
  }

  private static List<Row> written(String topic) {
    return new Runs(KafkaTopics.read().from(SharedBroker.connection()).topics(topic)).next();
  }

  @Test
  void writesJsonWithKeysAndSetsAsideWhatIsTooLarge() {
    String topic = topic(1);
    Pipeline pipeline = pipeline();
    PCollectionRowTuple out =
        PCollectionRowTuple.of(
                "input",
                pipeline.apply(
                    Rows.of(SESSIONS)
                        .row(1, "tt1")
                        .row(2, null)
                        .row(3, "x".repeat(2_000_000))
                        .create()))
            .apply(
                new WriteToKafkaProvider()
                    .from(
                        config(topic)
                            .setKey("user")
                            .setErrorHandling(ErrorHandling.builder().setOutput("bad").build())
                            .build()));
    PAssert.that(
            out.get("bad")
                .apply(
                    MapElements.into(TypeDescriptors.longs())
                        .via(row -> row.getRow("failed_row").getInt64("user"))))
        .containsInAnyOrder(3L);
    pipeline.run().waitUntilFinish();

    assertThat(written(topic))
        .extracting(row -> new String(row.getBytes("key"), java.nio.charset.StandardCharsets.UTF_8))
        .containsExactlyInAnyOrder("1", "2");
    assertThat(Runs.values(written(topic)))
        .containsExactlyInAnyOrder("{\"title\":\"tt1\"}", "{\"title\":null}");
  }

  @Test
  void copiesRawRecordsWithHeadersAndTombstones() {
    String from = topic(1);
    String to = topic(1);
    SharedBroker.send(from, 0, "a", null);
    Pipeline pipeline = pipeline();
    pipeline
        .apply(KafkaTopics.read().from(SharedBroker.connection()).topics(from))
        .apply(
            KafkaTopics.write()
                .to(SharedBroker.connection(), to)
                .withKey("key")
                .withHeaders("headers"));
    pipeline.run().waitUntilFinish();

    assertThat(Runs.values(written(to))).containsExactlyInAnyOrder("a", null);
  }

  @Test
  void wantsItsPromiseToBeAccepted() {
    assertThatThrownBy(
            () ->
                new WriteToKafkaProvider()
                    .from(config("t").setDelivery("exactly_once").setFormat("AVRO").build()))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("accept it with delivery: at_least_once")
        .hasMessageContaining("format: found 'AVRO'; allowed: RAW, JSON");
    assertThatThrownBy(
            () ->
                pipeline()
                    .apply(Rows.of(SESSIONS).row(1, "a").create())
                    .apply(KafkaTopics.write().to(SharedBroker.connection(), "t").withKey("usr")))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("did you mean 'user'")
        .hasMessageContaining("no column 'value'");
  }
}
