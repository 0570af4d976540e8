package io.beamhouse.io.kafka;

import static io.beamhouse.io.kafka.SharedBroker.send;
import static io.beamhouse.io.kafka.SharedBroker.topic;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.beamhouse.core.error.SpecException;
import io.beamhouse.io.kafka.ReadFromKafkaProvider.Config;
import java.util.Map;
import org.apache.beam.runners.direct.DirectRunner;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.schemas.transforms.providers.ErrorHandling;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionRowTuple;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.junit.jupiter.api.Test;

class ReadFromKafkaTest {
  private static final String SCHEMA =
      "[{\"name\": \"id\", \"type\": \"INT64\"}, {\"name\": \"text\", \"type\": \"STRING\","
          + " \"nullable\": true}]";

  private static Config.Builder config(String topic) {
    return Config.builder()
        .setBootstrapServers(SharedBroker.get().bootstrapServers())
        .setTopic(topic);
  }

  private static Pipeline pipeline() {
    PipelineOptions options = PipelineOptionsFactory.create();
    options.setRunner(DirectRunner.class);
    return Pipeline.create(options);
  }

  private static PCollection<String> texts(PCollection<Row> rows) {
    return rows.apply(
        MapElements.into(TypeDescriptors.strings())
            .via(
                row ->
                    row.getSchema().hasField("id")
                        ? row.getInt64("id")
                            + " "
                            + row.getString("text")
                            + " "
                            + row.getString("_source")
                        : row.getString("rule")
                            + " "
                            + row.getString("position")
                            + " "
                            + row.getString("step")
                            + " "
                            + row.getRow("failed_row").getInt64("offset")));
  }

  @Test
  void readsJsonAndSetsAsideWhatIsNone() {
    String topic = topic(1);
    send(topic, 0, "{\"id\": 1, \"text\": \"a\"}", "poison", null, "{\"id\": 2}");
    ErrorHandling bad = ErrorHandling.builder().setOutput("bad").build();
    Pipeline pipeline = pipeline();

    PCollectionRowTuple out =
        PCollectionRowTuple.empty(pipeline)
            .apply(
                new ReadFromKafkaProvider()
                    .from(
                        config(topic)
                            .setFormat("JSON")
                            .setSchema(SCHEMA)
                            .setErrorHandling(bad)
                            .build()));

    PAssert.that(texts(out.get("output")))
        .containsInAnyOrder(
            "1 a " + topic + "/00000/0000000000000000000",
            "2 null " + topic + "/00000/0000000000000000003");
    PAssert.that(texts(out.get("bad")))
        .containsInAnyOrder(
            "json.type " + topic + "/00000/0000000000000000001 ReadFromKafka 1",
            "json.null " + topic + "/00000/0000000000000000002 ReadFromKafka 2");
    pipeline.run().waitUntilFinish();
  }

  @Test
  void listsAllProblemsOfASpec() {
    assertThatThrownBy(
            () ->
                new ReadFromKafkaProvider()
                    .from(
                        Config.builder()
                            .setBootstrapServers("nohost")
                            .setTopic("t")
                            .setTopicPattern("[")
                            .setFormat("XML")
                            .setIsolation("dirty")
                            .setStart("soon")
                            .setMaxRecords(0L)
                            .setOnLostOffsets("skip")
                            .setConsumerConfig(Map.of("group.id", "g", "auto.offset.reset", "x"))
                            .build()))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("bootstrap_servers: must be host:port")
        .hasMessageContaining("give exactly one of topic, topics and topic_pattern")
        .hasMessageContaining("topic_pattern: is no regular expression")
        .hasMessageContaining("format: found 'XML'")
        .hasMessageContaining("isolation: found 'dirty'")
        .hasMessageContaining("start: found 'soon'")
        .hasMessageContaining("max_records: found 0")
        .hasMessageContaining("on_lost_offsets: found 'skip'; allowed: fail, earliest")
        .hasMessageContaining("consumer_config.group.id: is not for specs")
        .hasMessageContaining("consumer_config.auto.offset.reset: is not for specs: give start");
    assertThatThrownBy(
            () -> new ReadFromKafkaProvider().from(config("t").setFormat("JSON").build()))
        .isInstanceOf(SpecException.class)
        .hasMessageContaining("schema: is required for format JSON");
  }
}
