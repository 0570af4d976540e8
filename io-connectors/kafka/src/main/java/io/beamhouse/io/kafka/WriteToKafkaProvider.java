package io.beamhouse.io.kafka;

import com.google.auto.service.AutoService;
import com.google.auto.value.AutoValue;
import io.beamhouse.core.Internal;
import io.beamhouse.core.error.Problems;
import io.beamhouse.core.provider.TransformProvider;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.apache.beam.sdk.schemas.AutoValueSchema;
import org.apache.beam.sdk.schemas.annotations.DefaultSchema;
import org.apache.beam.sdk.schemas.annotations.SchemaFieldDescription;
import org.apache.beam.sdk.schemas.transforms.SchemaTransform;
import org.apache.beam.sdk.schemas.transforms.SchemaTransformProvider;
import org.apache.beam.sdk.schemas.transforms.providers.ErrorHandling;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Offers {@link KafkaWrite} under Beam YAML's name. */
@Internal
@AutoService(SchemaTransformProvider.class)
public final class WriteToKafkaProvider extends TransformProvider<WriteToKafkaProvider.Config> {
  public WriteToKafkaProvider() {
    super("WriteToKafka", Config.class);
  }

  /** What a spec says. */
  @DefaultSchema(AutoValueSchema.class)
  @AutoValue
  public abstract static class Config extends ConnectionKeys {
    @SchemaFieldDescription("The topic, which must exist.")
    public abstract String getTopic();

    @Nullable
    @SchemaFieldDescription(
        "raw: one column is the record's value. json (default): all columns but key and headers,"
            + " as an object.")
    public abstract String getFormat();

    @Nullable
    @SchemaFieldDescription("Column that is the record's key, as bytes or text; default none.")
    public abstract String getKey();

    @Nullable
    @SchemaFieldDescription(
        "Of RAW: column of bytes or text that is the value, NULL for a tombstone; default value.")
    public abstract String getValue();

    @Nullable
    @SchemaFieldDescription("Column with headers as ReadFromKafka gives them; default none.")
    public abstract String getHeaders();

    @Nullable
    @SchemaFieldDescription(
        "Settings of Kafka's producer. A value may be a secret reference, and that of a password"
            + " must be one.")
    public abstract Map<String, String> getProducerConfigUpdates();

    @SchemaFieldDescription(
        "at_least_once: accepts that records are written again when a run is repeated.")
    public abstract String getDelivery();

    @Nullable
    @SchemaFieldDescription(
        "Sets rows aside that cannot be sent (too large) in the output that it names. Without it"
            + " the first one fails the run.")
    public abstract ErrorHandling getErrorHandling();

    static Builder builder() {
      return new AutoValue_WriteToKafkaProvider_Config.Builder();
    }

    @AutoValue.Builder
    abstract static class Builder {
      abstract Builder setBootstrapServers(String servers);

      abstract Builder setUsername(@Nullable String user);

      abstract Builder setPassword(@Nullable String reference);

      abstract Builder setTimeout(@Nullable String timeout);

      abstract Builder setTopic(String topic);

      abstract Builder setFormat(@Nullable String format);

      abstract Builder setKey(@Nullable String column);

      abstract Builder setValue(@Nullable String column);

      abstract Builder setHeaders(@Nullable String column);

      abstract Builder setProducerConfigUpdates(@Nullable Map<String, String> settings);

      abstract Builder setDelivery(String delivery);

      abstract Builder setErrorHandling(@Nullable ErrorHandling errors);

      abstract Config build();
    }
  }

  @Override
  public String description() {
    return """
        Writes rows to a Kafka topic, at least once.

        A record is there when all brokers in sync have it, and the producer's own retries double \
        nothing; but a run that is repeated writes its records again, which has to be accepted \
        with `delivery: at_least_once`.""";
  }

  @Override
  public String example() {
    return """
        type: WriteToKafka
        config:
          bootstrap_servers: broker.example.com:9092
          topic: youflix.sessions
          key: session_id
          delivery: at_least_once
        """;
  }

  @Override
  public List<String> inputCollectionNames() {
    return List.of("input");
  }

  @Override
  public List<String> outputCollectionNames() {
    return List.of();
  }

  @Override
  protected SchemaTransform from(Config config) {
    Problems problems = new Problems();
    KafkaConnection connection =
        ConnectionKeys.connection(
            config, "producer_config_updates", config.getProducerConfigUpdates(), problems);
    String format = text(config.getFormat(), "JSON").toUpperCase(Locale.ROOT);
    KafkaRead.oneOf("format", format, List.of("RAW", "JSON"), problems);
    if (format.equals("JSON") && config.getValue() != null) {
      problems.add("value", "is for format RAW; JSON takes all columns");
    }
    if (!config.getDelivery().equals("at_least_once")) {
      problems.add(
          "delivery",
          "found '"
              + config.getDelivery()
              + "'; a topic may get records twice; accept it with delivery: at_least_once");
    }
    ErrorHandling errors = config.getErrorHandling();
    KafkaWrite write =
        KafkaWrite.create().toBuilder()
            .setConnection(connection)
            .setTopic(config.getTopic())
            .setJson(format.equals("JSON"))
            .setKey(text(config.getKey(), ""))
            .setValue(text(config.getValue(), "value"))
            .setHeaders(text(config.getHeaders(), ""))
            .setQuarantine(errors != null)
            .build();
    if (connection != null) {
      write.check(problems);
    }
    problems.throwIfAny();
    return new WriteTopic(write, errors == null ? "" : errors.getOutput());
  }

  private static String text(@Nullable String value, String fallback) {
    return Objects.requireNonNullElse(value, fallback);
  }
}
